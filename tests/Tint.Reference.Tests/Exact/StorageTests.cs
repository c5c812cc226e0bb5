using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Simulation;

namespace Tint.Reference.Tests.Exact;

/// <summary>Matrices may be stored in any way: sparse and diagonal ones give what dense ones with the same entries give.</summary>
public class StorageTests
{
    private const int Width = 6;
    private static readonly Matrix<double> Input = Matrix<double>.Build.Dense(Width, Width, (i, j) => i == j ? i - 2.5 : 0);
    private static readonly Matrix<double> Weight = Matrix<double>.Build.Dense(Width, Width, (i, j) => i == j ? 1 + (0.5 * i) : 0);
    private static readonly Vector<double> Ones = Vector<double>.Build.Dense(Width, 1);

    public static TheoryData<string> Operations => [.. All.Keys];

    private static readonly Dictionary<string, Func<Matrix<double>, Matrix<double>, Matrix<double>[]>> All = new()
    {
        ["linear forward"] = (w, x) => [ExactLinear.Forward(new LinearParameters(w, Ones), x)],
        ["linear backward"] = (w, x) => [ExactLinear.Backward(new LinearParameters(w, Ones), x, w).Input, ExactLinear.Backward(new LinearParameters(w, Ones), x, w).Parameters.Weight],
        ["norm forward"] = (w, x) => [ExactLayerNorm.Forward(new LayerNormParameters(Ones, Ones) { Dense = w }, 1e-5, x).Output],
        ["norm backward"] = (w, x) => [ExactLayerNorm.Backward(new LayerNormParameters(Ones, Ones), ExactLayerNorm.Forward(new LayerNormParameters(Ones, Ones), 1e-5, x), w).Input],
        ["root-mean-square norm"] = (w, x) => [ExactRmsNorm.Forward(Ones, 1e-5, x).Output, ExactRmsNorm.Backward(Ones, ExactRmsNorm.Forward(Ones, 1e-5, x), w).Input],
        ["attention forward"] = (w, x) => [ExactAttention.Forward(x, w, x, 2).Output],
        ["attention backward"] = (w, x) => [ExactAttention.Backward(ExactAttention.Forward(x, w, x, 2), w, 2).Query],
        ["activation"] = (w, x) => [ExactActivation.Forward(ActivationKind.GeluNew, x), ExactActivation.Backward(ActivationKind.Gelu, x, w)],
        ["simulated linear"] = (w, x) => [SimulatedLinear.Forward(Tint(), new LinearParameters(w, Ones), x).Output],
        ["simulated activation"] = (w, x) => [SimulatedActivation.Forward(Tint(), x).Output],
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public void Sparse_and_diagonal_matrices_give_what_dense_ones_give(string operation)
    {
        var expected = All[operation](Weight, Input);
        foreach (var (w, x) in new[]
        {
            (Matrix<double>.Build.SparseOfMatrix(Weight), Matrix<double>.Build.SparseOfMatrix(Input)),
            (Matrix<double>.Build.DiagonalOfDiagonalVector(Weight.Diagonal()), Matrix<double>.Build.DiagonalOfDiagonalVector(Input.Diagonal())),
            (Weight, Matrix<double>.Build.SparseOfMatrix(Input)),
            (Matrix<double>.Build.SparseOfMatrix(Weight), Input),
        })
        {
            var results = All[operation](w, x);

            Assert.Equal(expected.Length, results.Length);
            Assert.All(expected.Zip(results), pair => Assert.True((pair.First - pair.Second).InfinityNorm() < 1e-13, $"{pair.First - pair.Second}"));
        }
    }

    private static TintConfiguration Tint() => TintConfiguration.For(
        new AuxiliaryConfiguration { HiddenSize = Width, HeadCount = 2, LayerCount = 1, VocabularySize = 5, MaximumPositions = 8 });
}
