using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Generators;
using Tint.Reference.Auxiliary;
using Tint.Reference.PrimeFields;

namespace Tint.Proofs.Drawing;

/// <summary>One trial of an identity: a random prime, random functions, and random residues in the place of every weight and signal.</summary>
/// <param name="seed">The seed of the draw.</param>
internal sealed class Draw(ulong seed)
{
    private readonly Numbers _numbers = new(seed);
    private double _stretch = 1;

    /// <summary>The field of a prime drawn uniformly between 2³⁴ and 2³⁵. What it is drawn by is not what entries are drawn by.</summary>
    public PrimeField Field { get; } = RandomField(new Numbers(Numbers.Mix(~seed)));

    /// <summary>What the uninterpreted functions are drawn by.</summary>
    public long Key { get; } = (long)Numbers.Mix(seed + 1);

    /// <summary>The same entries again, for the other side of the identity.</summary>
    public Draw Again() => new(seed);

    /// <summary>The same entries, each times <paramref name="factor"/>: a point of the line through them and 0.</summary>
    public Draw Along(int factor) => new(seed) { _stretch = factor };

    /// <summary>A residue, each of equal chance but for a part in 2²⁹.</summary>
    public double Entry() => Field.Multiply(_stretch, Field.Residue((UInt128)_numbers.Next()));

    /// <summary>Residues, [rows × columns].</summary>
    public Matrix<double> Matrix(int rows, int columns) => Matrix<double>.Build.Dense(rows, columns, (_, _) => Entry());

    /// <summary>Residues, [length].</summary>
    public Vector<double> Vector(int length) => Vector<double>.Build.Dense(length, _ => Entry());

    /// <summary>W, [outputs × inputs], and b; no bias is a bias of zeros.</summary>
    public LinearParameters Linear(int outputs, int inputs, bool hasBias = true) =>
        new(Matrix(outputs, inputs), hasBias ? Vector(outputs) : Vector<double>.Build.Dense(outputs));

    /// <summary>γ and β; no bias is a bias of zeros.</summary>
    public LayerNormParameters Norm(int width, bool hasBias = true) =>
        new(Vector(width), hasBias ? Vector(width) : Vector<double>.Build.Dense(width));

    private static PrimeField RandomField(Numbers numbers)
    {
        while (true)
        {
            var candidate = (1L << 34) + (long)(numbers.Next() % (1UL << 34)) | 1;
            if (PrimeNumbers.IsPrime(candidate))
            {
                return new PrimeField(candidate);
            }
        }
    }
}
