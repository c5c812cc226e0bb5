using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.PrimeFields;

namespace Tint.Reference.Configuration;

/// <summary>
/// Rotary positions: of each head's first <see cref="Dimensions"/> coordinates, pairs are turned by t·scale·base^(−2p/dimensions), t the token
/// and p the pair.
/// </summary>
/// <remarks>
/// The transposed map, which takes gradients through, turns by the negative angle.
/// Source: C32.
/// </remarks>
public sealed record Rotation
{
    /// <summary>The coordinates of a head that are turned, from the first; even.</summary>
    public required int Dimensions { get; init; }

    /// <summary>The base of the angles' geometric sequence.</summary>
    public double Base { get; init => field = Require.Positive(value, "the base of a rotation"); } = 10000;

    /// <summary>True: coordinates 2p and 2p + 1 are a pair (GPT-J). False: p and p + dimensions/2 (LLaMA, NeoX).</summary>
    public bool IsInterleaved { get; init; }

    /// <summary>What positions are divided by: linear scaling of the context; 1 for none.</summary>
    public double PositionDivisor { get; init => field = Require.Positive(value, "the divisor of positions"); } = 1;

    /// <summary>
    /// True: sines and cosines are rounded to float16, as NeoX's cases of transformers 4.32 have them; versions 4.28 and 4.33 keep them whole. The map is then a rotation
    /// up to 5e-4.
    /// </summary>
    public bool HasTablesInHalf { get; init; }

    /// <summary>Turns every head of every token.</summary>
    /// <param name="rows">Heads side by side, [T × heads·size].</param>
    /// <param name="heads">The number of heads.</param>
    /// <param name="back">True turns by the negative angle.</param>
    /// <exception cref="RuleViolationException">A head is narrower than what is turned.</exception>
    public Matrix<double> Apply(Matrix<double> rows, int heads, bool back = false)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var size = rows.ColumnCount / heads;
        Check(size);
        var turned = rows.Clone();
        for (var pair = 0; pair < Dimensions / 2; pair++)
        {
            var (first, second) = Pair(pair);
            var frequency = Frequency(pair);
            for (var t = 0; t < rows.RowCount; t++)
            {
                var (sin, cos) = Angle(t * frequency);
                sin = back ? -sin : sin;
                for (var start = 0; start < rows.ColumnCount; start += size)
                {
                    var (a, b) = (rows.At(t, start + first), rows.At(t, start + second));
                    turned.At(t, start + first, Combine(a, cos, b, -sin));
                    turned.At(t, start + second, Combine(a, sin, b, cos));
                }
            }
        }

        return turned;
    }

    /// <summary>Requires an even number of coordinates that a head has.</summary>
    /// <exception cref="RuleViolationException">A head is narrower than what is turned.</exception>
    internal void Check(int headSize)
    {
        if (Dimensions % 2 != 0 || Dimensions < 0 || Dimensions > headSize)
        {
            throw new RuleViolationException(
                "a rotation must turn an even number of a head's coordinates", $"{Dimensions} of {headSize}", $"use an even number up to {headSize}");
        }
    }

    /// <summary>The coordinates of a pair.</summary>
    internal (int First, int Second) Pair(int pair) => IsInterleaved ? (2 * pair, (2 * pair) + 1) : (pair, pair + (Dimensions / 2));

    /// <summary>The angle of a pair at position 1.</summary>
    internal double Frequency(int pair) => Math.Pow(Base, -2.0 * pair / Dimensions) / PositionDivisor;

    /// <summary>Sine and cosine of an angle, as the tables hold them.</summary>
    internal (double Sin, double Cos) Angle(double angle)
    {
        if (FieldLoops.Current is { } field)
        {
            return field.Angle(angle);
        }

        var (sin, cos) = Math.SinCos(angle);
        return HasTablesInHalf ? ((double)(Half)(float)sin, (double)(Half)(float)cos) : (sin, cos);
    }

    /// <summary>a·x + b·y.</summary>
    private static double Combine(double a, double x, double b, double y) => FieldLoops.Current?.Combine(a, x, b, y) ?? ((a * x) + (b * y));
}
