using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.Model;
using Tint.Reference.Simulation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.LinearAlgebra;

public sealed class ConstantArraysTests
{
    [Fact]
    public void A_dense_matrix_is_constant_from_when_it_is_marked_and_others_with_the_same_entries_are_not()
    {
        Matrix<double> marked = Matrix<double>.Build.Dense(2, 2, 1), other = Matrix<double>.Build.Dense(2, 2, 1);
        Assert.False(ConstantArrays.Contains(marked.AsColumnMajorArray()));
        ConstantArrays.Mark(marked);
        ConstantArrays.Mark(marked);
        Assert.True(ConstantArrays.Contains(marked.AsColumnMajorArray()));
        Assert.False(ConstantArrays.Contains(other.AsColumnMajorArray()));
        Assert.False(ConstantArrays.Contains(marked.ToColumnMajorArray()));
    }

    [Fact]
    public void A_matrix_without_an_array_is_left_alone() => ConstantArrays.Mark(Matrix<double>.Build.Sparse(2, 2));

    [Fact]
    public void A_TinT_and_its_simulation_promise_that_the_weights_stay_as_they_are()
    {
        var configuration = SmallModels.Configuration;
        var (built, simulated) = (RandomWeights.Of(configuration.Auxiliary, 1), RandomWeights.Of(configuration.Auxiliary, 2));
        Assert.DoesNotContain(true, Matrices(built).Concat(Matrices(simulated)).Select(IsConstant));
        _ = new ConstructedTint(configuration, built);
        _ = new SimulatedTint(configuration, simulated);
        Assert.DoesNotContain(false, Matrices(built).Concat(Matrices(simulated)).Select(IsConstant));
    }

    private static bool IsConstant(Matrix<double> matrix) => ConstantArrays.Contains(matrix.AsColumnMajorArray());

    private static IEnumerable<Matrix<double>> Matrices(AuxiliaryWeights weights) =>
    [
        weights.TokenEmbedding,
        .. weights.Layers.SelectMany(layer => new[] { layer.Query, layer.Key, layer.Value, layer.Output, layer.Inner, layer.Outer }).Select(linear => linear.Weight),
    ];
}
