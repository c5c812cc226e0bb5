using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Auxiliary;

public sealed class AuxiliaryWeightsTests
{
    private static readonly AuxiliaryWeights Valid = RandomWeights.Of(SmallModels.Configuration.Auxiliary, seed: 1);

    /// <summary>Every tensor by the name that a refusal gives it, as something to replace.</summary>
    private static readonly Dictionary<string, Func<Func<Matrix<double>, Matrix<double>>, AuxiliaryWeights>> Matrices = new()
    {
        ["token embedding"] = change => Valid with { TokenEmbedding = change(Valid.TokenEmbedding) },
        ["position embedding"] = change => Valid with { PositionEmbedding = change(Valid.PositionEmbedding) },
        ["layer 1 attention query weight"] = change => Layer(layer => layer with { Query = Weight(layer.Query, change) }),
        ["layer 1 attention key weight"] = change => Layer(layer => layer with { Key = Weight(layer.Key, change) }),
        ["layer 1 attention value weight"] = change => Layer(layer => layer with { Value = Weight(layer.Value, change) }),
        ["layer 1 attention output weight"] = change => Layer(layer => layer with { Output = Weight(layer.Output, change) }),
        ["layer 1 MLP inner weight"] = change => Layer(layer => layer with { Inner = Weight(layer.Inner, change) }),
        ["layer 1 MLP outer weight"] = change => Layer(layer => layer with { Outer = Weight(layer.Outer, change) }),
        ["final norm dense weight"] = change => Valid with
        {
            FinalNorm = Valid.FinalNorm with { Dense = change(Matrix<double>.Build.DenseOfDiagonalVector(Valid.FinalNorm.Weight)) },
        },
    };

    private static readonly Dictionary<string, Func<Func<Vector<double>, Vector<double>>, AuxiliaryWeights>> Vectors = new()
    {
        ["layer 1 attention norm weight"] = change => Layer(layer => layer with { AttentionNorm = Norm(layer.AttentionNorm, change, same => same) }),
        ["layer 1 attention norm bias"] = change => Layer(layer => layer with { AttentionNorm = Norm(layer.AttentionNorm, same => same, change) }),
        ["layer 1 attention query bias"] = change => Layer(layer => layer with { Query = Bias(layer.Query, change) }),
        ["layer 1 attention key bias"] = change => Layer(layer => layer with { Key = Bias(layer.Key, change) }),
        ["layer 1 attention value bias"] = change => Layer(layer => layer with { Value = Bias(layer.Value, change) }),
        ["layer 1 attention output bias"] = change => Layer(layer => layer with { Output = Bias(layer.Output, change) }),
        ["layer 1 MLP norm weight"] = change => Layer(layer => layer with { MlpNorm = Norm(layer.MlpNorm, change, same => same) }),
        ["layer 1 MLP norm bias"] = change => Layer(layer => layer with { MlpNorm = Norm(layer.MlpNorm, same => same, change) }),
        ["layer 1 MLP inner bias"] = change => Layer(layer => layer with { Inner = Bias(layer.Inner, change) }),
        ["layer 1 MLP outer bias"] = change => Layer(layer => layer with { Outer = Bias(layer.Outer, change) }),
        ["final norm weight"] = change => Valid with { FinalNorm = Norm(Valid.FinalNorm, change, same => same) },
        ["final norm bias"] = change => Valid with { FinalNorm = Norm(Valid.FinalNorm, same => same, change) },
    };

    public static TheoryData<string> MatrixNames { get; } = [.. Matrices.Keys];

    public static TheoryData<string> VectorNames { get; } = [.. Vectors.Keys];

    [Fact]
    public void Accepts_weights_of_the_configured_shape()
    {
        Valid.Check();
        Matrices["final norm dense weight"](same => same).Check();
    }

    [Theory]
    [MemberData(nameof(MatrixNames))]
    public void Rejects_a_matrix_of_another_shape_or_with_numbers_that_are_not_finite(string name)
    {
        Refusal.Of(() => Matrices[name](matrix => matrix.RemoveRow(0)).Check(), $"{name} must be [");
        Refusal.Of(() => Matrices[name](matrix => matrix.RemoveColumn(0)).Check(), $"{name} must be [");
        foreach (var value in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            Refusal.Of(() => Matrices[name](matrix => With(matrix, value)).Check(), $"{name} must hold finite numbers only", "at row 1, column 2");
        }
    }

    [Theory]
    [MemberData(nameof(VectorNames))]
    public void Rejects_a_vector_of_another_length_or_with_numbers_that_are_not_finite(string name)
    {
        Refusal.Of(() => Vectors[name](vector => vector.SubVector(1, vector.Count - 1)).Check(), $"{name} must have ");
        foreach (var value in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            Refusal.Of(() => Vectors[name](vector => With(vector, value)).Check(), $"{name} must hold finite numbers only", "at 3");
        }
    }

    [Fact]
    public void Rejects_another_number_of_layers() => Refusal.Of(
        () => (Valid with { Layers = [Valid.Layers[0]] }).Check(), "the weights must have Auxiliary.LayerCount blocks", "1 for 2");

    [Fact]
    public void Rejects_a_configuration_that_breaks_its_own_rules() => Refusal.Of(
        () => (Valid with { Configuration = Valid.Configuration with { HeadCount = 4 } }).Check(), "Auxiliary.HeadCount must divide Auxiliary.HiddenSize");

    private static AuxiliaryWeights Layer(Func<AuxiliaryLayer, AuxiliaryLayer> change) =>
        Valid with { Layers = [Valid.Layers[0], change(Valid.Layers[1])] };

    private static LinearParameters Weight(LinearParameters layer, Func<Matrix<double>, Matrix<double>> change) =>
        layer with { Weight = change(layer.Weight) };

    private static LinearParameters Bias(LinearParameters layer, Func<Vector<double>, Vector<double>> change) =>
        layer with { Bias = change(layer.Bias) };

    private static LayerNormParameters Norm(
        LayerNormParameters norm, Func<Vector<double>, Vector<double>> weight, Func<Vector<double>, Vector<double>> bias) =>
        new(weight(norm.Weight), bias(norm.Bias));

    private static Matrix<double> With(Matrix<double> matrix, double value)
    {
        var copy = matrix.Clone();
        copy[1, 2] = value;
        return copy;
    }

    private static Vector<double> With(Vector<double> vector, double value)
    {
        var copy = vector.Clone();
        copy[3] = value;
        return copy;
    }
}
