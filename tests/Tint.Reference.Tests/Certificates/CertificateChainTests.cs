using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Simulation;
using Tint.Reference.Tests.Simulation;

namespace Tint.Reference.Tests.Certificates;

public sealed class CertificateChainTests
{
    private static readonly Vector<double> Errors = Vector<double>.Build.Dense([1, 2]);

    [Fact]
    public void Errors_pass_through_linear_maps_by_the_norm_and_add_up()
    {
        var chain = CertificateChain.From(Errors).Linear(3).Plus(Errors).Plus(CertificateChain.From(Errors));
        Assert.Equal(5, chain.RowErrors[0], 1e-10);
        Assert.Equal(10, chain.RowErrors[1], 1e-10);
        Assert.Equal(Math.Sqrt(125), chain.FrobeniusError, 1e-10);
        Assert.Equal(0, CertificateChain.Exact(2).FrobeniusError, 1e-300);
    }

    [Fact]
    public void Exact_backward_maps_never_enlarge_a_row_beyond_the_chain()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var model = new RandomModel(seed);
            var auxiliary = model.Configuration.Auxiliary;
            var layer = model.Weights().Layers[0];
            Matrix<double> x = model.Matrix(6, 12), difference = model.Matrix(6, 12, 0.1), z = model.Matrix(6, 36);
            var chain = CertificateChain.From(RowNorms.Of(difference));

            var norm = ExactLayerNorm.Forward(layer.AttentionNorm, auxiliary.LayerNormEpsilon, x);
            Check(
                ExactLayerNorm.Backward(layer.AttentionNorm, norm, difference).Input,
                chain.LayerNorm(x, layer.AttentionNorm.Weight.InfinityNorm(), auxiliary.LayerNormEpsilon));

            Check(difference.Multiply(layer.Query.Weight), chain.Linear(OperatorNorm.UpperBound(layer.Query.Weight)));

            foreach (var kind in Enum.GetValues<ActivationKind>())
            {
                var wide = model.Matrix(6, 36);
                Check(ExactActivation.Backward(kind, z, wide), CertificateChain.From(RowNorms.Of(wide)).Activation(kind, z));
            }

            var attention = ExactAttention.Forward(
                ExactLinear.Forward(layer.Query, x), ExactLinear.Forward(layer.Key, x), ExactLinear.Forward(layer.Value, x), 3);
            var back = ExactAttention.Backward(attention, difference, 3);
            AttentionHead[] heads =
            [
                .. Enumerable.Range(0, 3).Select(h => new AttentionHead(
                    ExactAttention.Weights(attention, h, 3), Part(attention.Query, h), Part(attention.Key, h), Part(attention.Value, h), 0.5)),
            ];
            Check(back.Value, chain.AttentionValues(heads));
            Check(
                back.Value.Multiply(layer.Value.Weight) + back.Query.Multiply(layer.Query.Weight) + back.Key.Multiply(layer.Key.Weight),
                chain.Attention(heads, AttentionNorms.Of(layer.Query.Weight, layer.Key.Weight, layer.Value.Weight)));
        }

        static Matrix<double> Part(Matrix<double> matrix, int head) => matrix.SubMatrix(0, 6, head * 4, 4);

        static void Check(Matrix<double> mapped, CertificateChain chain)
        {
            var rows = RowNorms.Of(mapped);
            Assert.All(Enumerable.Range(0, rows.Count), t => Assert.InRange(rows[t], 0, chain.RowErrors[t] * (1 + 1e-12)));
        }
    }

    [Fact]
    public void A_block_alone_stays_within_its_certificate()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var model = new RandomModel(seed);
            var layer = model.Weights().Layers[0];
            var sequence = model.Sequence();
            Matrix<double> x = model.Matrix(7, 12), g = model.Matrix(7, 12, 0.1);
            var exactForward = ExactLayer.Forward(layer, model.Configuration.Auxiliary, x);
            var exact = ExactLayer.Backward(layer, model.Configuration.Auxiliary, exactForward, g);
            var (_, memory) = SimulatedBlock.Forward(model.Configuration, layer, x, null);
            var (simulated, _, _) = SimulatedBlock.BackwardDescent(model.Configuration, layer, g, memory, sequence);

            var certificate = BlockCertificate.Of(
                model.Configuration, layer, exactForward, memory, g, CertificateChain.Exact(7), sequence);
            var error = RowNorms.Of(simulated - exact.InputGradient);
            Assert.All(Enumerable.Range(0, 7), t => Assert.InRange(error[t], 0, certificate.Input.RowErrors[t]));
            Assert.Equal(0, (certificate.SimulatedInput - simulated).FrobeniusNorm());
        }
    }

    [Fact]
    public void A_block_whose_stored_inputs_differ_stays_within_its_certificate_and_reaches_a_tenth()
    {
        // Queries and keys of 0 attend evenly and have no score path; an inner weight of 0 silences the MLP. What is left of the error is
        // the drift of the first normalisation's input.
        var largest = 0.0;
        for (var seed = 0; seed < 20; seed++)
        {
            var model = new RandomModel(seed);
            var configuration = model.Configuration with { Departures = Departures.Paper, FiniteDifferenceScale = 1e7 };
            var drawn = model.Weights().Layers[0];
            var silent = new LinearParameters(Matrix<double>.Build.Dense(12, 12), Vector<double>.Build.Dense(12));
            var layer = drawn with
            {
                Query = silent,
                Key = silent,
                Inner = drawn.Inner with { Weight = Matrix<double>.Build.Dense(36, 12) },
            };
            var sequence = model.Sequence() with { TrainMask = [.. Enumerable.Repeat(1.0, 7)] };
            Matrix<double> x = model.Matrix(7, 12), g = model.Matrix(7, 12, 0.1);
            var exactForward = ExactLayer.Forward(layer, configuration.Auxiliary, x + model.Matrix(7, 12, 0.01));
            var exact = ExactLayer.Backward(layer, configuration.Auxiliary, exactForward, g);
            var (_, memory) = SimulatedBlock.Forward(configuration, layer, x, null);
            var certificate = BlockCertificate.Of(configuration, layer, exactForward, memory, g, CertificateChain.Exact(7), sequence);

            var error = RowNorms.Of(certificate.SimulatedInput - exact.InputGradient);
            Assert.All(Enumerable.Range(0, 7), t => Assert.InRange(error[t], 0, certificate.Input.RowErrors[t]));
            largest = Math.Max(largest, error.L2Norm() / certificate.Input.FrobeniusError);
        }

        Assert.InRange(largest, 0.1, 1);
    }

    [Fact]
    public void A_weight_gradient_of_one_token_reaches_the_bound_in_each_of_its_parts()
    {
        var x = Matrix<double>.Build.Dense(1, 2, [3, 4]);
        var simulated = Matrix<double>.Build.Dense(1, 1, 2);
        var trained = Vector<double>.Build.Dense(1, 1);
        var chain = CertificateChain.Exact(1);

        // Carried e‖x‖ = 0.1·5, dropped ‖g̃‖‖x‖ = 2·5, drift ‖g̃‖‖x̃ − x‖ = 2·0.5.
        Assert.Equal(0.5, CertificateChain.From(trained * 0.1).WeightGradient(simulated, x, x, trained), 1e-10);
        Assert.Equal(10, chain.WeightGradient(simulated, x, x, trained * 0), 1e-10);
        Assert.Equal(1, chain.WeightGradient(simulated, x, x * 0.9, trained), 1e-10);
    }

    [Fact]
    public void The_error_of_a_weight_gradient_adds_what_is_carried_dropped_and_stored()
    {
        var random = new Random(61);
        for (var trial = 0; trial < 200; trial++)
        {
            Matrix<double> simulated = Draw(4, 3, 1), error = Draw(4, 3, 0.01), x = Draw(4, 2, 1), stored = x + Draw(4, 2, 1e-3);
            var mask = Vector<double>.Build.Dense(4, _ => random.Next(2));
            var descent = Matrix<double>.Build.DenseOfDiagonalVector(mask).Multiply(simulated).TransposeThisAndMultiply(stored);
            var truth = (simulated - error).TransposeThisAndMultiply(x);
            var bound = CertificateChain.From(RowNorms.Of(error)).WeightGradient(simulated, x, stored, mask);
            Assert.InRange((descent - truth).FrobeniusNorm(), 0, bound);
        }

        Matrix<double> Draw(int rows, int columns, double size) =>
            Matrix<double>.Build.Dense(rows, columns, (_, _) => size * ((2 * random.NextDouble()) - 1));
    }

    [Fact]
    public void Rejects_bounds_and_shapes_that_make_no_sense()
    {
        var chain = CertificateChain.From(Errors);
        var three = Matrix<double>.Build.Dense(3, 3, 1);
        Assert.Throws<RuleViolationException>(() => CertificateChain.From(-Errors));
        Assert.Throws<RuleViolationException>(() => CertificateChain.From(Errors * double.NaN));
        Assert.Throws<RuleViolationException>(() => CertificateChain.Exact(0));
        Assert.Throws<RuleViolationException>(() => chain.Linear(-1));
        Assert.Throws<RuleViolationException>(() => chain.Linear(double.NaN));
        Assert.Throws<RuleViolationException>(() => chain.Plus(Vector<double>.Build.Dense(3)));
        Assert.Throws<RuleViolationException>(() => chain.Activation(ActivationKind.Gelu, three));
        Assert.Throws<RuleViolationException>(() => chain.LayerNorm(three, 1, 1e-5));
        Assert.Throws<RuleViolationException>(() => chain.WeightGradient(three, three, three, Vector<double>.Build.Dense(3)));
        Assert.Throws<RuleViolationException>(() => FloatingPoint.Binary32.Gamma(1L << 40));
    }
}
