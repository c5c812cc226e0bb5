using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;

namespace Tint.Reference.Tests.Simulation;

/// <summary>A model's parameters as named matrices; a bias is one row, a γ is its dense map.</summary>
internal static class ParameterList
{
    public static IReadOnlyDictionary<string, Matrix<double>> Of(AuxiliaryWeights weights)
    {
        var all = new Dictionary<string, Matrix<double>>
        {
            ["token embedding"] = weights.TokenEmbedding,
            ["position embedding"] = weights.PositionEmbedding,
        };
        Add("final norm", weights.FinalNorm);
        foreach (var (index, layer) in weights.Layers.Index())
        {
            Add($"{index} attention norm", layer.AttentionNorm);
            AddLinear($"{index} query", layer.Query);
            AddLinear($"{index} key", layer.Key);
            AddLinear($"{index} value", layer.Value);
            AddLinear($"{index} output", layer.Output);
            Add($"{index} MLP norm", layer.MlpNorm);
            AddLinear($"{index} inner", layer.Inner);
            AddLinear($"{index} outer", layer.Outer);
        }

        return all;

        void Add(string name, LayerNormParameters norm) =>
            AddLinear(name, new LinearParameters(norm.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(norm.Weight), norm.Bias));

        void AddLinear(string name, LinearParameters linear)
        {
            all[$"{name} weight"] = linear.Weight;
            all[$"{name} bias"] = linear.Bias.ToRowMatrix();
        }
    }

    public static void AssertSame(AuxiliaryWeights expected, AuxiliaryWeights actual)
    {
        var others = Of(actual);
        foreach (var (name, value) in Of(expected))
        {
            Assert.True(value.Equals(others[name]), $"{name} differs");
        }
    }
}
