using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Generators;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Properties.Saving;

/// <summary>
/// Brings cases into the form that fixtures can say: all departures as published, an MLP of four chunks, one sequence. Gates of 1 become a gate
/// scale at which tanh is 1; a missing chunk becomes one of zeros.
/// </summary>
internal static class FixtureForm
{
    /// <summary>C, which the fixtures' configuration does not name.</summary>
    private const int Chunks = 4;

    /// <summary>The case, changed no more than needed; a case of a batch of one and published options stays as it is.</summary>
    public static LawCase Of(LawCase item)
    {
        var configuration = item.Configuration with
        {
            GateScale = item.Configuration.EffectiveGateScale,
            Departures = Departures.Published,
            ShareBlocks = true,
        };
        item = item with { Configuration = configuration };
        return item.Auxiliary.MlpChunkCount == Chunks ? item : WithChunks(item);
    }

    private static LawCase WithChunks(LawCase item)
    {
        var auxiliary = item.Auxiliary with { MlpChunkCount = Chunks };
        return item with
        {
            Configuration = item.Configuration with { Auxiliary = auxiliary },
            Weights = item.Weights with
            {
                Configuration = auxiliary,
                Layers = [.. item.Weights.Layers.Select(layer => layer with
                {
                    Inner = new LinearParameters(
                        Fit(layer.Inner.Weight, auxiliary.InnerSize, auxiliary.HiddenSize),
                        Fit(layer.Inner.Bias.ToColumnMatrix(), auxiliary.InnerSize, 1).Column(0)),
                    Outer = layer.Outer with { Weight = Fit(layer.Outer.Weight, auxiliary.HiddenSize, auxiliary.InnerSize) },
                })],
            },
        };
    }

    private static Matrix<double> Fit(Matrix<double> matrix, int rows, int columns) => Matrix<double>.Build.Dense(
        rows, columns, (i, j) => i < matrix.RowCount && j < matrix.ColumnCount ? matrix.At(i, j) : 0);
}
