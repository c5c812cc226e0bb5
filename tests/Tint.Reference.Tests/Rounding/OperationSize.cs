using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Tests.Rounding;

/// <summary>Sizes of operands, the spread of their magnitudes, and the seed of their values.</summary>
/// <param name="Rows">Rows of the result.</param>
/// <param name="Inner">Terms of a sum.</param>
/// <param name="Columns">Columns of the result.</param>
/// <param name="Spread">Values are normal numbers times 2 to a power between −Spread and Spread.</param>
/// <param name="Offset">A number added to all values: far from 0, differences cancel.</param>
/// <param name="Seed">The seed.</param>
public sealed record OperationSize(int Rows, int Inner, int Columns, int Spread, double Offset, int Seed)
{
    public static Arbitrary<OperationSize> Sizes() => Arb.From(
        from rows in Gen.Choose(1, 6)
        from inner in Gen.Choose(1, 40)
        from columns in Gen.Choose(2, 24)
        from spread in Gen.Choose(0, 4)
        from offset in Gen.Elements(0.0, 0.0, 1.0, 30.0, -30.0)
        from seed in Gen.Choose(0, 1_000_000)
        select new OperationSize(rows, inner, columns, spread, offset, seed));

    /// <summary>Values of an operand.</summary>
    internal Matrix<double> Values(int rows, int columns, int index)
    {
        var random = new Random(Seed + index);
        return Matrix<double>.Build.Dense(rows, columns, (_, _) =>
            Offset + ((random.NextDouble() - 0.5) * Math.Pow(2, (random.NextDouble() - 0.5) * 2 * Spread)));
    }
}
