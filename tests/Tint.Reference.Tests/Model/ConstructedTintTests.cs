using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Model;

public sealed class ConstructedTintTests
{
    private static readonly TintConfiguration Small =
        SmallModels.Configuration with { Auxiliary = SmallModels.Configuration.Auxiliary with { MlpChunkCount = 4 } };

    private static readonly TintConfiguration Paper = Small with { Departures = Departures.Paper };

    private static readonly AuxiliaryWeights Weights = RandomWeights.Of(Small.Auxiliary, seed: 11);

    private static readonly TokenSequence Sequence = SmallModels.Sequence(Small.Auxiliary, length: 5, seed: 12);

    [Fact]
    public void Without_a_step_nothing_changes()
    {
        var result = Run(Small with { SgdSteps = 0 });
        Assert.Equal(result.Sequences[0].OriginalLogits, result.Sequences[0].Logits);
        Assert.Empty(Parameters.Changed(Weights, result.Sequences[0].UpdatedWeights));
        Assert.Equal(result.OriginalLoss, result.FinalLoss);
    }

    [Fact]
    public void A_step_teaches_every_parameter_that_learns_and_no_other()
    {
        string[] never = ["token embedding", "position embedding", .. Layer("attention query"), .. Layer("attention key")];
        string[] norms = [.. Enumerable.Range(0, 2).SelectMany(i => (string[])[$"layer {i} attention norm weight", $"layer {i} MLP norm weight"])];
        string[] all = [.. Parameters.Of(Weights).Keys];
        Assert.Equal(all.Except(never).Except(norms).Except(["final norm weight"]), Learnt(Paper));
        Assert.Equal(all.Except(never), Learnt(Paper with { LayerNormBiasOnly = false }));

        static string[] Layer(string name) => [.. Enumerable.Range(0, 2).SelectMany(i => (string[])[$"layer {i} {name} weight", $"layer {i} {name} bias"])];
    }

    [Fact]
    public void Without_trained_layers_only_the_final_norm_learns()
    {
        var result = Run(Paper with { TrainedLayers = 0 }).Sequences[0];
        Assert.Equal(["final norm bias"], Parameters.Changed(Weights, result.UpdatedWeights));
        Assert.NotEqual(result.OriginalLogits, result.Logits);
    }

    [Fact]
    public void Layers_below_the_trained_ones_stay_as_they_are()
    {
        var result = Run(Small with { TrainedLayers = 1 }).Sequences[0];
        Assert.Same(Weights.Layers[0], result.UpdatedWeights.Layers[0]);
        Assert.Contains("layer 1 attention value weight", Parameters.Changed(Weights, result.UpdatedWeights));
    }

    [Fact]
    public void Without_trained_tokens_nothing_changes_but_for_the_leak_of_the_gates()
    {
        var untrained = Sequence with { TrainMask = new double[5] };
        var exact = Run(Paper, untrained).Sequences[0];
        Assert.Empty(Parameters.Changed(Weights, exact.UpdatedWeights));
        Assert.Equal(exact.OriginalLogits, exact.Logits);

        // Each weight passes one gate tanh(G) on its way out of its descent, the value layer another one in attention's backward, and query
        // and key none.
        var leaking = Parameters.Of(Run(Small, untrained).Sequences[0].UpdatedWeights);
        var rho = Math.Tanh(Small.GateScale);
        foreach (var (name, values) in Parameters.Of(Weights))
        {
            bool Is(params string[] kinds) => kinds.Any(kind => name.Contains(kind, StringComparison.Ordinal));
            var factor = Is("embedding", "query", "key") ? 1 : Is("value") ? rho * rho : rho;

            // One or two products, and for the outer bias the sum of its four shares.
            Assert.All(values.Zip(leaking[name]), pair =>
                Assert.Equal(factor * pair.First, pair.Second, 4 * RoundingModel.DoubleRoundoff * Math.Abs(pair.First)));
        }
    }

    [Fact]
    public void A_learning_rate_of_zero_teaches_nothing() => Assert.Empty(Learnt(Paper with { InnerLearningRate = 0 }));

    [Fact]
    public void A_single_token_has_nothing_to_predict_but_as_published()
    {
        var single = new TokenSequence { InputIds = [3], TrainMask = [1] };
        Assert.Empty(Learnt(Paper, single));
        Assert.Contains("layer 0 attention value weight", Learnt(Paper with { Departures = Departures.Paper with { LastPositionUnmasked = true } }, single));
        Assert.Null(Run(Small, single).OriginalLoss);
    }

    [Fact]
    public void The_longest_sequence_gives_what_a_longer_table_would()
    {
        var longest = SmallModels.Sequence(Small.Auxiliary, length: 8, seed: 13);
        var roomier = Small with { Auxiliary = Small.Auxiliary with { MaximumPositions = 20 } };
        var table = Weights.PositionEmbedding.Stack(new RandomNumbers(1).Matrix(12, 6));
        var other = new ConstructedTint(roomier, Weights with { Configuration = roomier.Auxiliary, PositionEmbedding = table }).Run([longest]);
        Assert.Equal(Run(Small, longest).Sequences[0].Logits, other.Sequences[0].Logits);
    }

    [Fact]
    public void Steps_lower_the_loss_that_is_trained_on()
    {
        // Trained on all tokens, at a rate so small that first-order changes decide.
        var all = Sequence with { TrainMask = [1, 1, 1, 1, 1], Labels = Sequence.InputIds };
        var one = Run(Paper with { InnerLearningRate = 1e-3 }, all);
        var three = Run(Paper with { InnerLearningRate = 1e-3, SgdSteps = 3 }, all);
        Assert.True(one.FinalLoss!.Value < one.OriginalLoss!.Value);
        Assert.True(three.FinalLoss!.Value < one.FinalLoss.Value);
        Assert.True(Run(Paper with { InnerLearningRate = -1e-3 }, all).FinalLoss!.Value > one.OriginalLoss.Value);
    }

    /// <summary>Four shares of the outer bias are equal and a power of two, so that not even stacking anew rounds anything.</summary>
    [Fact]
    public void Two_steps_are_one_step_twice()
    {
        var two = Run(Small with { SgdSteps = 2, LayerNormBiasOnly = false }).Sequences[0];
        var first = Run(Small with { LayerNormBiasOnly = false }).Sequences[0];
        var second = new ConstructedTint(Small with { LayerNormBiasOnly = false }, first.UpdatedWeights).Run([Sequence]).Sequences[0];
        Assert.Equal(first.Logits, second.OriginalLogits);
        Assert.Equal(two.Logits, second.Logits);
        Assert.Empty(Parameters.Changed(two.UpdatedWeights, second.UpdatedWeights));
    }

    [Fact]
    public void Sharing_blocks_changes_no_number()
    {
        var (shared, separate) = (Run(Small with { SgdSteps = 2 }), Run(Small with { SgdSteps = 2, ShareBlocks = false }));
        Assert.Equal(shared.Sequences[0].Logits, separate.Sequences[0].Logits);
        Assert.Equal(shared.FinalLoss, separate.FinalLoss);
    }

    /// <summary>What prefixes and tokens see beyond prefixes is multiplied by weights of zero.</summary>
    [Fact]
    public void Restricting_attention_to_prefixes_changes_nothing_beyond_rounding()
    {
        var rounding = new MeanSquareRounding(2 * RoundingModel.DoubleRoundoff);
        var arithmetic = Arithmetic.Tracking(rounding);
        var restricted = new ConstructedTint(Small, Weights).RunTracked([Sequence], arithmetic).Sequences[0].Logits;
        var free = new ConstructedTint(Small with { RestrictPrefixes = false }, Weights).Run([Sequence]).Sequences[0].Logits;
        Agreement.Within(rounding, restricted, DenseEvaluation.Grid.Of(free));
    }

    [Fact]
    public void Masks_that_leave_nothing_out_change_nothing()
    {
        var plain = Run(Small).Sequences[0];
        var masked = Run(Small, Sequence with
        {
            GradientMask = [1, 1, 1, 1, 1],
            IclMask = Matrix<double>.Build.Dense(5, 5, (i, j) => j <= i ? 1 : 0),
        }).Sequences[0];
        Assert.Equal(plain.Logits, masked.Logits);
        Assert.Empty(Parameters.Changed(plain.UpdatedWeights, masked.UpdatedWeights));
    }

    [Fact]
    public void A_token_sees_no_later_one_before_training()
    {
        var changed = Sequence with { InputIds = [.. Sequence.InputIds.Take(4), (Sequence.InputIds[4] + 1) % 7] };
        var (a, b) = (Run(Small).Sequences[0].OriginalLogits, Run(Small, changed).Sequences[0].OriginalLogits);
        Assert.Equal(a.RemoveRow(4), b.RemoveRow(4));
        Assert.NotEqual(a.Row(4), b.Row(4));
    }

    [Fact]
    public void Labels_change_the_reported_loss_alone()
    {
        var (labelled, unlabelled) = (Run(Small), Run(Small, Sequence with { Labels = null }));
        Assert.NotNull(labelled.OriginalLoss);
        Assert.Null(unlabelled.OriginalLoss);
        Assert.Null(unlabelled.FinalLoss);
        Assert.Equal(labelled.Sequences[0].Logits, unlabelled.Sequences[0].Logits);
    }

    [Fact]
    public void Following_rounding_and_keeping_a_trace_change_no_number()
    {
        var plain = Run(Small with { SgdSteps = 2 }).Sequences[0];
        var model = new ConstructedTint(Small with { SgdSteps = 2 }, Weights);
        TrackedResult[] others =
        [
            model.RunTracked([Sequence], Arithmetic.Plain, trace: true).Sequences[0],
            model.RunTracked([Sequence], Arithmetic.Tracking(new WorstCaseRounding(RoundingModel.DoubleRoundoff))).Sequences[0],
            model.RunTracked([Sequence], Arithmetic.Tracking(new MeanSquareRounding(RoundingModel.DoubleRoundoff)), trace: true).Sequences[0],
        ];
        foreach (var other in others)
        {
            Assert.Equal(plain.Logits, other.Logits.Value);
            Assert.Empty(Parameters.Changed(plain.UpdatedWeights, other.UpdatedWeights));
        }
    }

    private static string[] Learnt(TintConfiguration configuration, TokenSequence? sequence = null) =>
        Parameters.Changed(Weights, Run(configuration, sequence).Sequences[0].UpdatedWeights);

    private static TintBatchResult Run(TintConfiguration configuration, TokenSequence? sequence = null) =>
        new ConstructedTint(configuration, Weights).Run([sequence ?? Sequence]);
}
