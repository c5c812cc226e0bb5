using Tint.Reference.Architecture;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Activation;
using Tint.Reference.Modules.LayerNorm;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Modules.Loss;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;

namespace Tint.Verification.Benchmarks;

/// <summary>The construction's modules. Those that only rewrite tokens compute tokens, descents compute prefixes, as in a whole run.</summary>
internal static class ConstructionModules
{
    public static IReadOnlyList<ModuleBench> Of(BenchInput input)
    {
        var (configuration, sequence, arithmetic) = (input.Configuration, input.Sequence, Arithmetic.Plain);
        var (flops, calls) = (new FlopCount(configuration, sequence), new ModuleCalls(configuration));
        var prefixes = BlockPrefixes.Stack(configuration, input.Weights.Layers[0]);
        var random = new Random(input.Seed);
        var (width, slots, mask) = (
            configuration.Auxiliary.HiddenSize, configuration.RowsPerPrefix + 1, sequence.InDescents(configuration.Departures).TrainMask);
        HiddenStates States(Slots weights, params int[] filled) => new(weights, filled.Aggregate(
            Slots.Zero(sequence.Length, width, slots),
            (tokens, slot) => tokens.With(slot, new Tracked(RandomInput.Matrix(random, sequence.Length, width, 1)))));

        int linear = MemorySlots.Linear(configuration), norm = MemorySlots.LayerNorm(configuration), attention = MemorySlots.Attention(configuration);
        var (forward, backward, descent) = (
            new LinearForward(configuration, linear), new LinearBackward(configuration, linear), new LinearDescent(configuration, linear));
        var (signal, gradient) = (States(prefixes[Place.Query], 0), States(prefixes[Place.Query], 0, linear));
        var (normForward, normBackward, normDescent) = (
            new LayerNormForward(configuration, norm), new LayerNormBackward(configuration, norm), new LayerNormDescent(configuration, norm));
        var (normSignal, normGradient) = (States(prefixes[Place.AttentionNorm], 0), States(prefixes[Place.AttentionNorm], 0, norm, norm + 1));
        var (attentionForward, attentionBackward) = (
            new AttentionForward(configuration, attention), new AttentionBackward(configuration, attention));
        var attentionGradient = States(prefixes[Place.Value], 0, attention, attention + 1, attention + 2);
        var (activationForward, activationBackward) = (
            new ActivationForward(configuration, linear), new ActivationBackward(configuration, linear));
        var loss = new LossGradient(configuration, input.Weights.TokenEmbedding);
        var output = signal.Tokens[0];
        Tracked? logits = null;
        Tracked Logits() => loss.Logits(output, sequence.Length, arithmetic);

        return
        [
            new("LinearForward", calls.LinearForward, flops.Linear, () => forward.Run(signal, arithmetic).Tokens.Force()),
            new("LinearBackward", calls.LinearBackward, flops.Linear, () => _ = backward.Run(gradient, arithmetic).Tokens[0]),
            new("LinearDescent", calls.LinearBackward, flops.LinearDescent, () => descent.Run(gradient, mask, arithmetic).Prefixes.Force()),
            new("LayerNormForward", calls.NormForward, 0, () => normForward.Run(normSignal, arithmetic).Tokens.Force()),
            new("LayerNormBackward", calls.NormBackward, 0, () => _ = normBackward.Run(normGradient, arithmetic).Tokens[0]),
            new("LayerNormDescent", calls.NormBackward, 0, () => normDescent.Run(normGradient, mask, arithmetic).Prefixes.Force()),
            new("AttentionForward", calls.AttentionForward, (3 * flops.Linear) + flops.Attention, () =>
                attentionForward.Run(signal, prefixes[Place.Key], prefixes[Place.Value], null, arithmetic).Tokens.Force()),
            new("AttentionBackward", calls.AttentionBackward, flops.AttentionBackward, () =>
                attentionBackward.Run(attentionGradient, mask, null, arithmetic).Tokens.Force()),
            .. ScorePath(),
            new("ActivationForward", calls.ActivationForward, 0, () => activationForward.Run(signal, arithmetic).Tokens.Force()),
            new("ActivationBackward", calls.ActivationBackward, 0, () => _ = activationBackward.Run(gradient, arithmetic).Tokens[0]),
            new("head", calls.Head, flops.Head, () => logits = Logits()),
            new("LossGradient", calls.LossGradient, flops.LossGradient, () => loss.Run(output, logits ??= Logits(), sequence, arithmetic)),
        ];

        // A shape without room for it has none.
        IEnumerable<ModuleBench> ScorePath()
        {
            if (configuration.KeepsScorePath)
            {
                var scores = new AttentionScoreBackward(configuration, attention);
                yield return new("AttentionScoreBackward", calls.ScoreBackward, flops.AttentionScoreBackward, () => scores.Run(attentionGradient, null, arithmetic).Tokens.Force());
            }
        }
    }
}
