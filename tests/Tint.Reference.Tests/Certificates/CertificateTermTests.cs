using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Simulation;
using Tint.Reference.Tests.Simulation;

namespace Tint.Reference.Tests.Certificates;

/// <summary>
/// The terms of the composed chain, one at a time: in each test one term is all there is of the bound, so that the error breaks a bound without it,
/// and some case comes within the stated factor of the bound, so that it breaks one that is far too large.
/// </summary>
public sealed class CertificateTermTests
{
    private const int Trials = 100;

    private static readonly TintConfiguration Exact = new RandomModel(0).Configuration with
    {
        Departures = Departures.Published with { GateLeak = false },
    };

    private static readonly Vector<double> One = Vector<double>.Build.Dense(12, 1);

    [Fact]
    public void The_queries_part_of_the_score_path() => ScorePath(new AttentionNorms(1, 0, 0), gradient => gradient.Query, 0.3);

    [Fact]
    public void The_keys_part_of_the_score_path() => ScorePath(new AttentionNorms(0, 1, 0), gradient => gradient.Key, 0.1);

    [Fact]
    public void The_drift_of_attention_s_weights() => Within(0.3, model =>
    {
        Matrix<double> q = model.Matrix(2, 12), k = model.Matrix(2, 12), v = model.Matrix(2, 12), g = model.Matrix(2, 12);
        return Values(q, k, v, g, new AttentionMemory(q + model.Matrix(2, 12, 0.1), k, v));
    });

    /// <summary>The bound counts γ of 8(T + D) + 64 roundings and a softmax of the largest scores; a product of few terms uses a few of them.</summary>
    [Fact]
    public void The_rounding_of_attention() => Within(1.0 / 3000, model =>
    {
        Matrix<double> q = model.Matrix(7, 12), k = model.Matrix(7, 12), v = model.Matrix(7, 12), g = model.Matrix(7, 12);
        return Values(q, k, v, g, new AttentionMemory(q, k, v));
    });

    [Fact]
    public void The_gate_of_a_linear_layer() => Within(0.95, model =>
    {
        var leaking = model.Configuration with { GateScale = 2 };
        Matrix<double> weight = Matrix<double>.Build.DenseIdentity(12), g = model.Matrix(3, 12);
        return (
            SimulatedLinear.Backward(leaking, weight, g) - g,
            new ModuleCertifier(leaking).Linear(CertificateChain.Exact(3), weight, g));
    });

    [Fact]
    public void The_rounding_of_a_linear_layer() => Within(1.0 / 200, model =>
    {
        Matrix<double> weight = model.Matrix(12, 12), g = model.Matrix(3, 12);
        var backwards = Matrix<double>.Build.Dense(3, 12, (t, j) =>
            Enumerable.Range(0, 12).Reverse().Aggregate(0.0, (sum, i) => sum + (g[t, i] * weight[i, j])));
        return (
            SimulatedLinear.Backward(Exact, weight, g) - backwards,
            new ModuleCertifier(Exact).Linear(CertificateChain.Exact(3), weight, g));
    });

    [Theory]
    [InlineData(ActivationKind.Relu)]
    [InlineData(ActivationKind.Gelu)]
    [InlineData(ActivationKind.GeluNew)]
    public void The_drift_of_an_activation_s_argument(ActivationKind kind) => Within(0.5, model =>
    {
        var configuration = Exact with { Auxiliary = Exact.Auxiliary with { Activation = kind }, FiniteDifferenceScale = 1e7 };
        Matrix<double> z = model.Matrix(3, 1, 0.01), g = model.Matrix(3, 1);
        var stored = z + model.Matrix(3, 1, 0.01);
        return (
            SimulatedActivation.Backward(configuration, g, stored) - ExactActivation.Backward(kind, z, g),
            new ModuleCertifier(configuration).Activation(CertificateChain.Exact(3), z, stored, g));
    });

    [Fact]
    public void The_drift_of_a_normalisation_s_input() => Within(0.1, model =>
    {
        Matrix<double> x = model.Matrix(3, 12), g = model.Matrix(3, 12);
        return Norm(1e7, x, x + model.Matrix(3, 12, 0.01), g);
    });

    /// <summary>A mean of 1000 and a step of 1e-10 of the gradient leave rounding alone.</summary>
    [Fact]
    public void The_rounding_of_a_normalisation() => Within(1.0 / 500, model =>
    {
        Matrix<double> x = model.Matrix(3, 12) + 1000, g = model.Matrix(3, 12);
        return Norm(1e10, x, x, g);
    });

    private static void ScorePath(AttentionNorms norms, Func<ExactAttentionGradient, Matrix<double>> part, double factor) => Within(factor, model =>
    {
        Matrix<double> q = model.Matrix(2, 1), k = model.Matrix(2, 1), v = model.Matrix(2, 1), error = model.Matrix(2, 1);
        var forward = ExactAttention.Forward(q, k, v, 1);
        AttentionHead[] heads = [new(ExactAttention.Weights(forward, 0, 1), q, k, v, 1)];
        return (
            part(ExactAttention.Backward(forward, error, 1)), CertificateChain.From(RowNorms.Of(error)).Attention(heads, norms));
    });

    private static (Matrix<double> Error, CertificateChain Bound) Values(
        Matrix<double> q, Matrix<double> k, Matrix<double> v, Matrix<double> g, AttentionMemory memory)
    {
        var sequence = new TokenSequence { InputIds = new int[q.RowCount], TrainMask = [.. Enumerable.Repeat(1.0, q.RowCount)] };
        var forward = ExactAttention.Forward(q, k, v, 3);
        var state = new AttentionState(forward, memory, 3, sequence);
        var values = SimulatedAttention.Backward(Exact, g, memory, sequence.TrainMask, null);
        return (
            values - ExactAttention.Backward(forward, g, 3).Value,
            new ModuleCertifier(Exact).AttentionValues(CertificateChain.Exact(q.RowCount), state, g, values));
    }

    private static (Matrix<double> Error, CertificateChain Bound) Norm(double scale, Matrix<double> x, Matrix<double> stored, Matrix<double> g)
    {
        var configuration = Exact with { FiniteDifferenceScale = scale };
        var norm = new LayerNormParameters(One, 0 * One);
        var (_, memory) = SimulatedLayerNorm.Forward(configuration, norm, stored);
        var exact = ExactLayerNorm.Backward(norm, ExactLayerNorm.Forward(norm, configuration.Auxiliary.LayerNormEpsilon, x), g).Input;
        return (
            SimulatedLayerNorm.Backward(configuration, norm, g, memory) - exact,
            new ModuleCertifier(configuration).LayerNorm(CertificateChain.Exact(x.RowCount), norm, x, memory, g));
    }

    /// <summary>No row's error exceeds its bound, and the largest error/bound is at least the factor.</summary>
    private static void Within(double factor, Func<RandomModel, (Matrix<double> Error, CertificateChain Bound)> run)
    {
        var largest = 0.0;
        for (var seed = 0; seed < Trials; seed++)
        {
            var (error, chain) = run(new RandomModel(seed));
            for (var t = 0; t < error.RowCount; t++)
            {
                var (size, bound) = (RowNorms.TwoNorm(error.Row(t)), chain.RowErrors[t]);
                Assert.True(size <= bound, FormattableString.Invariant($"seed {seed}, row {t}: error {size:g4} above its bound {bound:g4}"));
                largest = Math.Max(largest, size == 0 ? 0 : size / bound);
            }
        }

        Assert.InRange(largest, factor, 1);
    }
}
