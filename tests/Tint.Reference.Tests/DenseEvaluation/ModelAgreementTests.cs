using Tint.Reference.Configuration;
using Tint.Reference.Model;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.Helpers;
using Xunit.Abstractions;

namespace Tint.Reference.Tests.DenseEvaluation;

public sealed class ModelAgreementTests(ITestOutputHelper output)
{
    /// <summary>
    /// No float64 bound on the logits may exceed this, for logits of size 1: it could hide a wrong weight. One SGD step leaves some 1e-9; each
    /// further step costs a factor N = 1000, since roundings of the stored x in N(f(x + u/N) − f(x)) are counted as if they did not cancel.
    /// </summary>
    private const double LargestUsefulBound = 1e-4;

    private static readonly TintConfiguration Small = SmallModels.Configuration;

    private static readonly Dictionary<string, TintConfiguration> Variants = new()
    {
        ["as published"] = Small,
        ["two steps"] = Small with { SgdSteps = 2 },
        ["the paper's intent"] = Small with { Departures = Departures.Paper },
        ["all of LayerNorm trained"] = Small with { LayerNormBiasOnly = false },
        ["LayerNorm trained on its diagonal"] = Small with { LayerNormBiasOnly = false, Departures = Departures.Paper },
        ["unrestricted"] = Small with { RestrictPrefixes = false },
        ["no backward through attention"] = Small with { BackpropagateThroughAttention = false },
        ["one trained layer"] = Small with { TrainedLayers = 1 },
        ["quad loss"] = Small with { Loss = LossKind.Quad, InnerLearningRate = 1e-3 },
        ["mean embedding loss"] = Small with { Loss = LossKind.MeanEmbedding },
        ["relu, one chunk"] = Small with { Auxiliary = Small.Auxiliary with { Activation = ActivationKind.Relu, MlpChunkCount = 1 } },
        ["gelu, four chunks"] = Small with { Auxiliary = Small.Auxiliary with { Activation = ActivationKind.Gelu, MlpChunkCount = 4 } },
        ["weak gates"] = Small with { GateScale = 6 },
    };

    public static TheoryData<string> Names { get; } = [.. Variants.Keys];

    /// <summary>Without those whose bounds single precision makes larger than the logits.</summary>
    public static TheoryData<string> OneStep { get; } = [.. Variants.Where(variant => variant.Value.SgdSteps == 1).Select(variant => variant.Key)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_model_computes_what_its_dense_weights_compute(string variant) =>
        Assert.InRange(Compare(Variants[variant], FloatFormat.Binary64), 0, LargestUsefulBound);

    [Theory]
    [MemberData(nameof(OneStep))]
    public void The_mean_square_bound_holds_for_a_model_in_single_precision(string variant) => Compare(Variants[variant], FloatFormat.Binary32);

    /// <summary>The largest bound on the logits.</summary>
    private double Compare(TintConfiguration configuration, FloatFormat format)
    {
        var rounding = new MeanSquareRounding(format.Apart);
        var largest = 0.0;
        for (var seed = 1; seed <= 3; seed++)
        {
            var weights = RandomWeights.Of(configuration.Auxiliary, seed);
            var sequence = SmallModels.Sequence(configuration.Auxiliary, length: 2 + seed, seed, masks: seed > 2);
            var got = new ConstructedTint(configuration, weights).RunTracked([sequence], Arithmetic.Tracking(rounding), trace: true).Sequences[0];
            var (logits, trace) = DenseModel.Run(configuration, weights, sequence, format);

            var worst = Agreement.Within(rounding, got.OriginalLogits, logits[0]);
            var last = Agreement.Within(rounding, got.Logits, logits[^1]);
            Assert.Equal(trace.Select(entry => entry.Name), got.Trace.Select(entry => entry.Name));
            foreach (var (entry, (_, states, updated)) in got.Trace.Zip(trace))
            {
                worst = Math.Max(worst, Agreement.Within(rounding, entry.States, states));
                Assert.Equal(updated.Length, entry.UpdatedPrefixes.Count);
                foreach (var (prefixes, expected) in entry.UpdatedPrefixes.Zip(updated))
                {
                    worst = Math.Max(worst, Agreement.Within(prefixes.ToMatrix(), rounding.Bound(prefixes.ToErrorMatrix()), expected));
                }
            }

            var bound = rounding.Bound(got.Logits.Error!).Enumerate().Max();
            largest = Math.Max(largest, bound);
            output.WriteLine(FormattableString.Invariant(
                $"seed {seed}: ratio {worst:0.000}, of the logits {last:0.00000}, whose bound is {bound:0.0e+00}"));
        }

        return largest;
    }
}
