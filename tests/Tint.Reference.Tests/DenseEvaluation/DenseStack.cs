using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Reference.Tests.DenseEvaluation;

/// <summary>Prefixes [K × D_sim] by their definition: prefix j is rows j·n … j·n + n − 1 of W, flattened, and then the whole bias.</summary>
internal static class DenseStack
{
    public static double[,] Of(TintConfiguration configuration, Matrix<double> weight, Vector<double> bias)
    {
        var (width, rows) = (configuration.Auxiliary.HiddenSize, configuration.RowsPerPrefix);
        return Grid.Of(configuration.PrefixCount, configuration.HiddenSize, (prefix, c) =>
            c < rows * width ? weight[(prefix * rows) + (c / width), c % width] : bias[c - (rows * width)]);
    }

    public static double[,] Of(TintConfiguration configuration, LinearParameters layer) => Of(configuration, layer.Weight, layer.Bias);

    public static double[,] Of(TintConfiguration configuration, LayerNormParameters norm) =>
        Of(configuration, norm.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(norm.Weight), norm.Bias);

    /// <summary>
    /// All prefixes of a block in the order of the loads: attention norm, query, key, value, output, MLP norm, and for each chunk of the MLP
    /// its rows of the inner layer, nothing for the activation, its columns of the outer layer with 1/C of the bias.
    /// </summary>
    public static double[][,] Of(TintConfiguration configuration, AuxiliaryLayer layer)
    {
        var (width, chunks) = (configuration.Auxiliary.HiddenSize, configuration.Auxiliary.MlpChunkCount);
        return
        [
            Of(configuration, layer.AttentionNorm),
            Of(configuration, layer.Query),
            Of(configuration, layer.Key),
            Of(configuration, layer.Value),
            Of(configuration, layer.Output),
            Of(configuration, layer.MlpNorm),
            .. Enumerable.Range(0, chunks).SelectMany(chunk => (double[][,])
            [
                Of(
                    configuration,
                    layer.Inner.Weight.SubMatrix(chunk * width, width, 0, width),
                    layer.Inner.Bias.SubVector(chunk * width, width)),
                new double[configuration.PrefixCount, configuration.HiddenSize],
                Of(configuration, layer.Outer.Weight.SubMatrix(0, width, chunk * width, width), layer.Outer.Bias / chunks),
            ]),
        ];
    }
}
