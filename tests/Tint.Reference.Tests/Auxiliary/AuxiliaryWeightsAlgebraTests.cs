using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Tests.Exact;

namespace Tint.Reference.Tests.Auxiliary;

public sealed class AuxiliaryWeightsAlgebraTests
{
    private static readonly AuxiliaryConfiguration Configuration = RandomModels.Configuration();
    private static readonly AuxiliaryWeights Left = RandomModels.Weights(Configuration, seed: 91);
    private static readonly AuxiliaryWeights Right = RandomModels.Weights(Configuration, seed: 92);
    private static readonly AuxiliaryWeights Dense = RandomModels.Weights(Configuration, seed: 93, dense: true);

    [Fact]
    public void Blocks_have_distinct_names_and_hold_every_number_once()
    {
        var blocks = AuxiliaryWeightsAlgebra.Blocks(Left);
        Assert.Equal(2 + (2 * 16) + 2, blocks.Count);
        Assert.Equal(blocks.Count, blocks.Select(block => block.Name).Distinct().Count());
        Assert.All(blocks, block => Assert.Equal(block.Rows * block.Columns, block.Values.Length));

        // V·D + T_max·D + L(4(D² + D) + 2·C·D² + C·D + D + 4·D) + 2·D with V = 11, T_max = 9, D = 8, C = 2, L = 2
        Assert.Equal(88 + 72 + (2 * (288 + 256 + 16 + 8 + 32)) + 16, blocks.Sum(block => block.Values.Length));
    }

    [Fact]
    public void Blocks_say_what_they_are()
    {
        var blocks = AuxiliaryWeightsAlgebra.Blocks(Left).ToDictionary(block => block.Name);
        var query = blocks["layer 1 attention query weight"];
        Assert.Equal((ParameterKind.LinearWeight, 1, 8, 8), (query.Kind, query.Layer!.Value, query.Rows, query.Columns));
        Assert.Equal(Left.Layers[1].Query.Weight.ToColumnMajorArray(), query.Values.ToArray());
        Assert.Equal(ParameterKind.LinearBias, blocks["layer 0 MLP outer bias"].Kind);
        Assert.Equal((ParameterKind.NormWeight, null), (blocks["final norm weight"].Kind, blocks["final norm weight"].Layer));
        Assert.Equal(ParameterKind.NormBias, blocks["layer 0 attention norm bias"].Kind);
        Assert.Equal(ParameterKind.Embedding, blocks["position embedding"].Kind);
    }

    [Fact]
    public void Unflatten_undoes_flatten_for_diagonal_and_dense_normalisations()
    {
        foreach (var weights in (AuxiliaryWeights[])[Left, Dense])
        {
            var back = AuxiliaryWeightsAlgebra.Unflatten(AuxiliaryWeightsAlgebra.Scale(weights, 0), AuxiliaryWeightsAlgebra.Flatten(weights));
            back.Check();
            Assert.Equal(weights.Layers[1].Outer.Weight, back.Layers[1].Outer.Weight);
            Assert.Equal(weights.FinalNorm.Weight, back.FinalNorm.Weight);
            Assert.Equal(weights.FinalNorm.Dense, back.FinalNorm.Dense);
            Assert.Equal(weights.TokenEmbedding, back.TokenEmbedding);
        }
    }

    [Fact]
    public void Sums_products_and_norms_are_those_of_the_flattened_vectors()
    {
        Vector<double> a = AuxiliaryWeightsAlgebra.Flatten(Left), b = AuxiliaryWeightsAlgebra.Flatten(Right);
        Assert.Equal(a + b, AuxiliaryWeightsAlgebra.Flatten(AuxiliaryWeightsAlgebra.Add(Left, Right)));
        Assert.Equal(a - b, AuxiliaryWeightsAlgebra.Flatten(AuxiliaryWeightsAlgebra.Subtract(Left, Right)));
        Assert.Equal(-3 * a, AuxiliaryWeightsAlgebra.Flatten(AuxiliaryWeightsAlgebra.Scale(Left, -3)));
        Assert.Equal(a + (0.5 * b), AuxiliaryWeightsAlgebra.Flatten(AuxiliaryWeightsAlgebra.AddScaled(Left, 0.5, Right)));
        Assert.Equal(a.Map(Math.Abs), AuxiliaryWeightsAlgebra.Flatten(AuxiliaryWeightsAlgebra.Map(Left, Math.Abs)));
        Assertions.Close([a.DotProduct(b)], [AuxiliaryWeightsAlgebra.Inner(Left, Right)], ExactTolerances.Reordering, "inner product");
        Assertions.Close([a.L2Norm()], [AuxiliaryWeightsAlgebra.Norm(Left)], ExactTolerances.Reordering, "norm");
    }

    [Fact]
    public void A_diagonal_normalisation_stands_for_its_diagonal_matrix_beside_a_dense_one()
    {
        var expected = Dense.FinalNorm.Dense! + Matrix<double>.Build.DenseOfDiagonalVector(Left.FinalNorm.Weight);
        foreach (var sum in (AuxiliaryWeights[])[AuxiliaryWeightsAlgebra.Add(Left, Dense), AuxiliaryWeightsAlgebra.Add(Dense, Left)])
        {
            Assert.Equal(expected, sum.FinalNorm.Dense);
            Assert.Equal(expected.Diagonal(), sum.FinalNorm.Weight);
        }

        var difference = AuxiliaryWeightsAlgebra.Norm(AuxiliaryWeightsAlgebra.Subtract(AuxiliaryWeightsAlgebra.Add(Left, Dense), Dense));
        Assertions.Close([AuxiliaryWeightsAlgebra.Norm(Left)], [difference], ExactTolerances.Reordering, "norm");
    }

    [Fact]
    public void Operations_leave_their_operands_alone()
    {
        var before = AuxiliaryWeightsAlgebra.Flatten(Left);
        AuxiliaryWeightsAlgebra.Scale(Left, 2);
        AuxiliaryWeightsAlgebra.Add(Left, Dense);
        Assert.Equal(before, AuxiliaryWeightsAlgebra.Flatten(Left));
    }

    [Fact]
    public void Rejects_models_of_different_shapes()
    {
        var deeper = RandomModels.Weights(RandomModels.Configuration(layers: 3), seed: 1);
        var wider = Left with { TokenEmbedding = Matrix<double>.Build.Dense(12, 8) };
        Assert.Throws<RuleViolationException>(() => AuxiliaryWeightsAlgebra.Add(Left, deeper));
        Assert.Throws<RuleViolationException>(() => AuxiliaryWeightsAlgebra.Inner(Left, wider));
        Assert.Throws<RuleViolationException>(() => AuxiliaryWeightsAlgebra.Inner(
            AuxiliaryWeightsAlgebra.Blocks(Left)[0], AuxiliaryWeightsAlgebra.Blocks(Left)[1]));
    }

    [Fact]
    public void Rejects_another_number_of_entries()
    {
        Assert.Throws<RuleViolationException>(() => AuxiliaryWeightsAlgebra.Unflatten(Left, Vector<double>.Build.Dense(5)));
        Assert.Contains(
            "final norm bias",
            Assert.Throws<RuleViolationException>(
                () => AuxiliaryWeightsAlgebra.Replace(Left, block => block.Name == "final norm bias" ? new double[3] : null)).Message,
            StringComparison.Ordinal);
    }
}
