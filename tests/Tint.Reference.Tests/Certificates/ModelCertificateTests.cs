using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Simulation;
using Tint.Reference.Tests.Simulation;

namespace Tint.Reference.Tests.Certificates;

public sealed class ModelCertificateTests
{
    public static TheoryData<ActivationKind, bool, double> Variants
    {
        get
        {
            var variants = new TheoryData<ActivationKind, bool, double>();
            foreach (var kind in Enum.GetValues<ActivationKind>())
            {
                variants.Add(kind, true, 1000);
                variants.Add(kind, false, 1000);
                variants.Add(kind, false, 1e5);
                variants.Add(kind, true, 10);
            }

            return variants;
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void The_simulated_gradient_stays_within_the_certificate_of_every_layer_and_parameter(
        ActivationKind activation, bool leak, double scale)
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var model = new RandomModel(seed);
            var configuration = Configuration(model, activation, leak, scale);
            var weights = model.Weights() with { Configuration = configuration.Auxiliary };
            foreach (var (name, error, bound) in Compare(configuration, weights, model.Sequence(lastMask: seed % 2)))
            {
                Assert.True(error <= bound, $"seed {seed}, {name}: error {error:g4} above its bound {bound:g4}");
            }
        }
    }

    [Fact]
    public void Without_score_path_and_untrained_positions_the_certificate_shrinks_with_the_step()
    {
        // A single visible position a row makes attention one-hot; every position is trained; the last position is masked.
        var previous = double.PositiveInfinity;
        foreach (var scale in new[] { 1e2, 1e4, 1e6 })
        {
            var model = new RandomModel(3);
            var configuration = Configuration(model, ActivationKind.GeluNew, leak: false, scale);
            configuration = configuration with { Departures = Departures.Paper };
            var weights = model.Weights() with { Configuration = configuration.Auxiliary };
            var drawn = model.Sequence();
            var sequence = drawn with
            {
                TrainMask = [.. Enumerable.Repeat(1.0, drawn.Length)],
                IclMask = Matrix<double>.Build.DenseIdentity(drawn.Length),
            };
            var worst = Compare(configuration, weights, sequence).Max(entry => entry.Bound);
            Assert.True(worst < 0.05 * previous, $"{worst:g4} after {previous:g4} at N = {scale}");
            previous = worst;
        }

        Assert.True(previous < 1e-2, $"bound {previous:g4}");
    }

    [Fact]
    public void The_last_step_before_the_loss_reaches_a_tenth_of_its_certificate()
    {
        // One block whose output is the residual alone leaves the final norm's truncation as the only error at its input.
        var model = new RandomModel(5);
        var configuration = Configuration(model, ActivationKind.GeluNew, leak: false, 100) with { Departures = Departures.Paper };
        var largest = 0.0;
        for (var seed = 0; seed < 20; seed++)
        {
            var drawn = new RandomModel(seed);
            var weights = drawn.Weights();
            var zero = Matrix<double>.Build.Dense(12, 12);
            weights = weights with
            {
                Layers =
                [
                    .. weights.Layers.Select(layer => layer with
                    {
                        Output = layer.Output with { Weight = zero },
                        Outer = layer.Outer with { Weight = Matrix<double>.Build.Dense(12, 36) },
                    }),
                ],
                FinalNorm = weights.FinalNorm with { Weight = Vector<double>.Build.Dense(12, 1) },
            };
            var entries = Compare(configuration, weights, drawn.Sequence());
            largest = Math.Max(largest, entries.Where(entry => entry.Name == "layer 1 input").Max(entry => entry.Error / entry.Bound));
        }

        Assert.InRange(largest, 0.1, 1);
    }

    [Fact]
    public void Rejects_a_gradient_that_skips_attention()
    {
        var model = new RandomModel(1);
        var configuration = model.Configuration with { BackpropagateThroughAttention = false };
        Assert.Throws<RuleViolationException>(() => ModelCertificate.Of(configuration, model.Weights(), model.Sequence()));
    }

    private static TintConfiguration Configuration(RandomModel model, ActivationKind activation, bool leak, double scale) =>
        model.Configuration with
        {
            Auxiliary = model.Configuration.Auxiliary with { Activation = activation },
            Departures = Departures.Published with { GateLeak = leak },
            FiniteDifferenceScale = scale,
        };

    /// <summary>Measured Frobenius error and certified bound of the gradients at every block's input and of every trained parameter.</summary>
    private static List<(string Name, double Error, double Bound)> Compare(
        TintConfiguration configuration, AuxiliaryWeights weights, TokenSequence sequence)
    {
        var certificate = ModelCertificate.Of(configuration, weights, sequence);
        var result = new SimulatedTint(configuration, weights) { RecordGradients = true, RecordTrace = true }.Run(sequence);
        var truth = ExactModel.Backward(ExactModel.Forward(weights, sequence), configuration.Loss);
        var simulated = result.Gradients[0];
        var entries = new List<(string, double, double)>
        {
            ("final norm bias", (simulated.FinalNorm.Bias - truth.Parameters.FinalNorm.Bias).L2Norm(), certificate.FinalNormBias),
        };
        for (var index = 0; index < weights.Layers.Count; index++)
        {
            var block = certificate.Blocks[index];
            var signal = result.Trace.First(state => state.Name.EndsWith($"backward.layer{index:00}", StringComparison.Ordinal)).Signal;
            entries.Add(($"layer {index} input", (signal - truth.Layers[index].InputGradient).FrobeniusNorm(), block.Input.FrobeniusError));
            var (mine, exact) = (simulated.Layers[index], truth.Parameters.Layers[index]);
            Linear("mlp.outer", mine.Outer, exact.Outer);
            Linear("mlp.inner", mine.Inner, exact.Inner);
            Linear("attention.output", mine.Output, exact.Output);
            Linear("attention.value", mine.Value, exact.Value);
            Add("mlp.norm.bias", (mine.MlpNorm.Bias - exact.MlpNorm.Bias).L2Norm());
            Add("attention.norm.bias", (mine.AttentionNorm.Bias - exact.AttentionNorm.Bias).L2Norm());

            void Linear(string name, LinearParameters left, LinearParameters right)
            {
                Add(name + ".weight", (left.Weight - right.Weight).FrobeniusNorm());
                Add(name + ".bias", (left.Bias - right.Bias).L2Norm());
            }

            void Add(string name, double error) => entries.Add(($"layer {index} {name}", error, block.Parameters[name]));
        }

        return entries;
    }
}
