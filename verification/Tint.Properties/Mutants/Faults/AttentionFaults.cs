using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Properties.Mutants.Faults;

/// <summary>Faults of self-attention.</summary>
internal static class AttentionFaults
{
    public static IReadOnlyList<Mutant> All { get; } =
    [
        Faulty.Mutant(
            "attention.heads-swapped",
            "The output of head h stands where that of head H − 1 − h belongs.",
            "heads merged in another order than they were split in",
            modules => new FaultyModules(modules) { AttentionForwardFault = HeadsSwapped }),
        Faulty.Mutant(
            "attention.query-key-swapped",
            "Token i attends to j by ⟨k_i, q_j⟩.",
            "the first two parts of a fused projection taken in the wrong order",
            Faulty.AttentionForward(correct => (configuration, query, key, value, x, iclMask) =>
                correct(configuration, key, query, value, x, iclMask))),
        Faulty.Mutant(
            "attention.scaled-by-width",
            "Scores are divided by √D where a head has √(D/H), forward and backward.",
            "the width of the model taken for that of a head",
            modules => new FaultyModules(modules)
            {
                AttentionForwardFault = correct => (configuration, query, key, value, x, iclMask) =>
                {
                    var (_, memory) = correct(configuration, query, key, value, x, iclMask);
                    var scale = 1 / Math.Sqrt(configuration.Auxiliary.HeadCount);
                    var scaled = new LinearParameters(query.Weight * scale, query.Bias * scale);
                    return (correct(configuration, scaled, key, value, x, iclMask).Output, memory);
                },
                AttentionBackwardFault = correct => (configuration, gradient, memory, mask, iclMask) => correct(
                    configuration,
                    gradient,
                    memory with { Query = memory.Query / Math.Sqrt(configuration.Auxiliary.HeadCount) },
                    mask,
                    iclMask),
            }),
        Faulty.Mutant(
            "attention.sees-next",
            "Token i attends to the tokens up to i + 1.",
            "a causal mask whose diagonal is off by one",
            Attending((_, iclMask, i, scores) =>
                HeadWeights.Softmax(scores, j => HeadWeights.Sees(i, j, iclMask) || j == i + 1))),
        Faulty.Mutant(
            "attention.masked-by-zero",
            "Later tokens take part with a score of 0.",
            "softmax attention masked by 0, as linear attention is, and not by −∞",
            Attending((_, iclMask, i, scores) => HeadWeights.Softmax(
                [.. scores.Select((score, j) => HeadWeights.Sees(i, j, iclMask) ? score : 0)], _ => true))),
        Faulty.Mutant(
            "attention.prefixes-in-softmax",
            "The K prefixes take part with a score of 0 and a value of 0.",
            "prefixes not masked in softmax attention",
            Attending((configuration, iclMask, i, scores) =>
                HeadWeights.Softmax(scores, j => HeadWeights.Sees(i, j, iclMask), configuration.PrefixCount))),
        Faulty.Mutant(
            "attention.value-bias-missing",
            "Values are W_V x.",
            "biases read for two of three projections",
            Faulty.AttentionForward(correct => (configuration, query, key, value, x, iclMask) =>
                correct(configuration, query, key, value with { Bias = value.Bias * 0 }, x, iclMask))),
        Faulty.Mutant(
            "attention.icl-mask-ignored",
            "Every earlier token may be attended to, forward and backward.",
            "an optional argument not handed on",
            modules => new FaultyModules(modules)
            {
                AttentionForwardFault = correct => (configuration, query, key, value, x, _) =>
                    correct(configuration, query, key, value, x, null),
                AttentionBackwardFault = correct => (configuration, gradient, memory, mask, _) =>
                    correct(configuration, gradient, memory, mask, null),
            }),
        Faulty.Mutant(
            "attention.icl-mask-not-causal",
            "Under an icl mask, a token attends to the later tokens that the mask has in its row.",
            "a mask that takes the causal one's place and is not combined with it",
            Attending((_, iclMask, i, scores) =>
                HeadWeights.Softmax(scores, j => iclMask is null ? j <= i : iclMask.At(i, j) != 0))),
        Faulty.Mutant(
            "attention.icl-mask-ignored-backward",
            "The backward pass attends to every earlier token.",
            "an optional argument handed on by one of two callers",
            Faulty.AttentionBackward(correct => (configuration, gradient, memory, mask, _) =>
                correct(configuration, gradient, memory, mask, null))),
        Faulty.Mutant(
            "attention.backward-untransposed",
            "The backward pass computes Σ_j a_ij g_j.",
            "the attention run forward once more, its scores not transposed",
            modules => new FaultyModules(modules) { AttentionBackwardFault = _ => Untransposed }),
        Faulty.Mutant(
            "attention.backward-clipped",
            "The backward pass takes entries of the gradient beyond ±0.1 for ±0.1.",
            "gradient clipping, where the construction has none and is linear",
            Faulty.AttentionBackward(correct => (configuration, gradient, memory, mask, iclMask) =>
                correct(configuration, gradient.Map(static entry => Math.Clamp(entry, -0.1, 0.1)), memory, mask, iclMask))),
        Faulty.Mutant(
            "attention.backward-mask-ignored",
            "The backward pass sums over all queries, trained on or not.",
            "the train mask left to the loss gradient, which does not reach the last position",
            Faulty.AttentionBackward(correct => (configuration, gradient, memory, mask, iclMask) =>
                correct(configuration, gradient, memory, Masks.Ones(mask.Count), iclMask))),
        Faulty.Mutant(
            "attention.backward-drops-untrained",
            "The backward pass drops what a token that is not trained on sends to itself.",
            "the mask that lets through i = j replaced by a plain product with m; no update can show it",
            Faulty.AttentionBackward(correct => (configuration, gradient, memory, mask, iclMask) =>
                correct(configuration, gradient.MapIndexed((t, _, g) => mask[t] * g), memory, mask, iclMask))),
        Faulty.Mutant(
            "attention.score-path-kept",
            "The gradient through the scores is added at attention's input.",
            "a stop-gradient left out (deviation V1)",
            modules => new ScorePathKept(modules),
            unseenByProof: "what it adds is computed by the exact model, whose e^x is the reals': among residues it makes one-hot weights, which let no gradient through the scores"),
    ];

    private static ModuleFunctions.AttentionForward HeadsSwapped(ModuleFunctions.AttentionForward correct) =>
        (configuration, query, key, value, x, iclMask) =>
        {
            var (output, memory) = correct(configuration, query, key, value, x, iclMask);
            int heads = configuration.Auxiliary.HeadCount, size = configuration.Auxiliary.HeadSize;
            var swapped = Matrix<double>.Build.Dense(
                output.RowCount, output.ColumnCount, (t, d) => output.At(t, ((heads - 1 - (d / size)) * size) + (d % size)));
            return (swapped, memory);
        };

    /// <summary>Attention with other weights: ρ Σ_j a_ij v_j, with a_i made of token i's scores.</summary>
    private static Func<Implementations.ITintModules, Implementations.ITint> Attending(
        Func<TintConfiguration, Matrix<double>?, int, IReadOnlyList<double>, IReadOnlyList<double>> weights) => modules =>
        Faulty.AttentionForward(correct => (configuration, query, key, value, x, iclMask) =>
        {
            Matrix<double> Project(LinearParameters layer) => modules.LinearForward(configuration, layer, x).Output;
            var output = HeadWeights.Attend(
                configuration.Auxiliary,
                Project(query),
                Project(key),
                Project(value),
                (i, scores) => weights(configuration, iclMask, i, scores));
            return (output * SimulatedGate.Factor(configuration), correct(configuration, query, key, value, x, iclMask).Memory);
        })(modules);

    private static Matrix<double> Untransposed(
        TintConfiguration configuration,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask)
    {
        var dispersed = HeadWeights.Attend(
            configuration.Auxiliary,
            memory.Query,
            memory.Key,
            gradient,
            (i, scores) => [.. HeadWeights.Softmax(scores, j => HeadWeights.Sees(i, j, iclMask))
                .Select((a, j) => i == j || trainMask[j] == 1 ? a : 0)]);
        return dispersed * SimulatedGate.Factor(configuration);
    }
}
