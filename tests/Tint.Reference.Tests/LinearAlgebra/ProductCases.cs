using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Tint.Reference.Tests.LinearAlgebra;

/// <summary>Products at and about the edges of tiles, panels and blocks, with every flag, α and β.</summary>
public static class ProductCases
{
    private static readonly int[] Sizes = [1, 2, 3, 5, 6, 7, 8, 9, 12, 15, 16, 17, 24, 31, 32, 33, 48, 63, 64, 65];
    private static readonly int[] Depths = [.. Sizes, 128, 200, 255, 256, 257, 511, 513];
    private static readonly double[] Factors = [0, 1, -1, 0.75, -3];

    /// <summary>Finds the cases for FsCheck.</summary>
    public static Arbitrary<ProductCase> Cases() => Arb.From(
        from rows in Gen.Elements(Sizes)
        from depth in Gen.Elements(Depths)
        from columns in Gen.Elements(Sizes)
        from transposeA in Gen.Elements(Enum.GetValues<Transpose>())
        from transposeB in Gen.Elements(Enum.GetValues<Transpose>())
        from alpha in Gen.Elements(Factors)
        from beta in Gen.Elements(Factors)
        from seed in Gen.Choose(0, int.MaxValue - 3)
        select new ProductCase(rows, depth, columns, transposeA, transposeB, alpha, beta, seed),
        Smaller);

    /// <summary>Cases that are simpler in one respect each.</summary>
    private static IEnumerable<ProductCase> Smaller(ProductCase value)
    {
        foreach (var rows in Sizes.Where(size => size < value.Rows))
        {
            yield return value with { Rows = rows };
        }

        foreach (var columns in Sizes.Where(size => size < value.Columns))
        {
            yield return value with { Columns = columns };
        }

        foreach (var depth in Depths.Where(size => size < value.Depth))
        {
            yield return value with { Depth = depth };
        }
    }
}
