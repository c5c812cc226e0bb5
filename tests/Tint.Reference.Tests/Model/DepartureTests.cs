using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Model;

/// <summary>Each departure from plain SGD, switched alone against the paper's intent, changes what it says and nothing else.</summary>
public sealed class DepartureTests
{
    private const int Chunks = 4;
    private const double Rate = 0.01;

    private static readonly TintConfiguration Paper = SmallModels.Configuration with
    {
        Auxiliary = SmallModels.Configuration.Auxiliary with { MlpChunkCount = Chunks, LayerCount = 1 },
        TrainedLayers = 1,
        InnerLearningRate = Rate,
        Departures = Departures.Paper,
    };

    private static readonly AuxiliaryWeights Weights = RandomWeights.Of(Paper.Auxiliary, seed: 41);

    private static readonly TokenSequence Sequence = SmallModels.Sequence(Paper.Auxiliary, length: 5, seed: 42) with { TrainMask = [1, 0, 1, 1, 1] };

    /// <summary>V2: the bias moves by η Σ m g, with g the gradient at the block's output, or C times as far.</summary>
    [Fact]
    public void The_mlp_s_output_bias_learns_once_or_chunk_by_chunk()
    {
        var (once, perChunk) = (Run(Paper), Run(Switched(Departures.Paper with { MlpBiasLearntPerChunk = true })));
        Assert.Equal(["layer 0 outer bias"], Parameters.Changed(once.UpdatedWeights, perChunk.UpdatedWeights));

        var gradient = once.Trace.Single(entry => entry.Name.EndsWith("backward.final_norm", StringComparison.Ordinal)).States.Tokens[0]!.Value;
        var sum = Vector<double>.Build.Dense(6);
        for (var t = 0; t < 5; t++)
        {
            sum += Sequence.TrainMask[t] * gradient.Row(t);
        }

        void Moved(double factor, TrackedResult result)
        {
            var before = Weights.Layers[0].Outer.Bias;
            for (var c = 0; c < 6; c++)
            {
                // Sums of 5 products in each of 4 chunks, their differences and their sum: no number rounds more than 16 times.
                var size = before.AbsoluteMaximum() + (factor * Rate * gradient.Column(c).Sum(Math.Abs));
                Assert.Equal(before[c] - (factor * Rate * sum[c]), result.UpdatedWeights.Layers[0].Outer.Bias[c], 16 * RoundingModel.DoubleRoundoff * size);
            }
        }

        Moved(1, once);
        Moved(Chunks, perChunk);
    }

    /// <summary>V3: the gate is tanh(G), and its leak is what a scale that saturates tanh has none of.</summary>
    [Fact]
    public void Gates_leak_as_much_as_their_scale_says()
    {
        var leaking = Departures.Paper with { GateLeak = true };
        var exact = Run(Paper);
        Same(exact, Run(Paper with { GateScale = 50 }));
        Same(exact, Run(Switched(leaking) with { GateScale = 50 }));
        var published = Run(Switched(leaking));
        var worse = Run(Switched(leaking) with { GateScale = 8 });
        double Distance(TrackedResult result) => (result.Logits.Value - exact.Logits.Value).FrobeniusNorm();
        Assert.InRange(Distance(published), double.Epsilon, Distance(worse) / 10);
        Assert.InRange(
            (published.OriginalLogits.Value - exact.OriginalLogits.Value).FrobeniusNorm(), double.Epsilon, 1e-6 * exact.OriginalLogits.Value.FrobeniusNorm());
    }

    /// <summary>V4: it matters as soon as the last token is trained on, and only then.</summary>
    [Fact]
    public void The_last_position_s_gradient_matters_where_the_last_token_is_trained_on()
    {
        var unmasked = Switched(Departures.Paper with { LastPositionUnmasked = true });
        Assert.NotEmpty(Parameters.Changed(Run(Paper).UpdatedWeights, Run(unmasked).UpdatedWeights));

        var untrained = Sequence with { TrainMask = [1, 0, 1, 1, 0] };
        Same(Run(Paper, untrained), Run(unmasked, untrained));

        // The gradient at the other positions is the same.
        var (without, with) = (Gradient(Run(Paper)), Gradient(Run(unmasked)));
        Assert.Equal(without.RemoveRow(4), with.RemoveRow(4));
        Assert.All(without.Row(4), value => Assert.Equal(0, value));
        Assert.Contains(with.Row(4), value => value != 0);

        static Matrix<double> Gradient(TrackedResult result) => result.Trace
            .Single(entry => entry.Name.EndsWith("backward.final_norm", StringComparison.Ordinal)).States.Tokens[0]!.Value;
    }

    /// <summary>V5: γ becomes a dense map with the same diagonal, once it is trained at all.</summary>
    [Fact]
    public void A_trained_normalisation_stays_diagonal_or_becomes_dense()
    {
        var dense = Departures.Paper with { DenseLayerNormDescent = true };
        Same(Run(Paper), Run(Switched(dense)));

        var full = Paper with { LayerNormBiasOnly = false };
        var (diagonal, matrix) = (Run(full), Run(full with { Departures = dense }));
        string[] norms = ["final norm", "layer 0 attention norm", "layer 0 MLP norm"];
        Assert.Equal(
            norms.Select(name => $"{name} dense").Order(),
            Parameters.Changed(diagonal.UpdatedWeights, matrix.UpdatedWeights).Order());
        foreach (var (kept, became) in new[] { (diagonal.UpdatedWeights.FinalNorm, matrix.UpdatedWeights.FinalNorm), (diagonal.UpdatedWeights.Layers[0].MlpNorm, matrix.UpdatedWeights.Layers[0].MlpNorm) })
        {
            Assert.Null(kept.Dense);
            Assert.NotNull(became.Dense);
            Assert.Equal(kept.Weight, became.Dense.Diagonal());
        }

        Assert.NotEqual(diagonal.Logits.Value, matrix.Logits.Value);
    }

    private static TintConfiguration Switched(Departures departures) => Paper with { Departures = departures };

    private static void Same(TrackedResult expected, TrackedResult got)
    {
        Assert.Equal(expected.Logits.Value, got.Logits.Value);
        Assert.Empty(Parameters.Changed(expected.UpdatedWeights, got.UpdatedWeights));
    }

    private static TrackedResult Run(TintConfiguration configuration, TokenSequence? sequence = null) =>
        new ConstructedTint(configuration, Weights).RunTracked([sequence ?? Sequence], Arithmetic.Plain, trace: true).Sequences[0];
}
