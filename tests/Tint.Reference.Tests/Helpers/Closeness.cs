using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;
using Tint.Reference.Tests.Modules;

namespace Tint.Reference.Tests.Helpers;

/// <summary>
/// How far numbers are from a module's, in units of the bound on its rounding: a formula that is the module's stays below 1, and a fault shows as more.
/// </summary>
internal static class Closeness
{
    /// <summary>Shapes on which a fault has to be seen, the same in every run: all sizes, gates and scales in turn.</summary>
    public static IReadOnlyList<ShapeCase> Shapes { get; } =
    [
        .. ShapeCases.Sizes.Index().Where(item => item.Index % 2 == 0).Select(item =>
        {
            var (index, (width, prefixes, size)) = (item.Index / 2, item.Item);
            int[] heads = [.. Enumerable.Range(1, width).Where(count => width % count == 0)];
            var auxiliaryHeads = heads[index % heads.Length];
            return new ShapeCase(
                new TintConfiguration
                {
                    Auxiliary = new AuxiliaryConfiguration
                    {
                        HiddenSize = width,
                        HeadCount = auxiliaryHeads,
                        LayerCount = 1,
                        VocabularySize = 5,
                        MaximumPositions = 6,
                        Activation = Enum.GetValues<ActivationKind>()[index % 6],
                    },
                    HiddenSize = size,
                    PrefixCount = prefixes,
                    HeadCount = AdmissibleShapes.HeadCounts(width, auxiliaryHeads, size).First(),
                    TrainedLayers = 1,
                    GateScale = new[] { 10.0, 3, 0.5 }[index % 3],
                    LayerNormBiasOnly = index % 4 == 0,
                    Departures = Departures.Published with { DenseLayerNormDescent = index % 4 < 2 },
                },
                TokenCount: 2 + (index % 5),
                Seed: index);
        }),
    ];

    /// <summary>max |expected − got|/bound over the entries; ∞ where they differ and nothing was rounded.</summary>
    public static double Ratio(Matrix<double> expected, Tracked? got)
    {
        got ??= new Tracked(Matrix<double>.Build.Dense(expected.RowCount, expected.ColumnCount));
        Assert.Equal((expected.RowCount, expected.ColumnCount), (got.RowCount, got.ColumnCount));
        var bound = got.Error is null ? null : Textbook.Rounding.Bound(got.Error);
        return expected.EnumerateIndexed().Max(entry =>
        {
            var (row, column, value) = entry;
            var error = Math.Abs(value - got.Value.At(row, column));
            return error == 0 ? 0 : double.IsNaN(error) ? double.PositiveInfinity : error / (bound?.At(row, column) ?? 0);
        });
    }

    /// <summary>Requires a fault to be seen on one of <see cref="Shapes"/>, where the same comparison holds without it.</summary>
    /// <param name="correct">The comparison of the right formula on a shape, the largest ratio.</param>
    /// <param name="faulty">The same with the fault.</param>
    public static void Sees(Func<ShapeCase, double> correct, Func<ShapeCase, double> faulty) =>
        Assert.Contains(Shapes, shape => faulty(shape) > 1 && correct(shape) <= 1);
}
