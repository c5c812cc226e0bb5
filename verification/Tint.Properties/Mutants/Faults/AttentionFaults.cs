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
        new()
        {
            Name = "attention.heads-swapped",
            Fault = "The output of head h stands where that of head H − 1 − h belongs.",
            Models = "heads merged in another order than they were split in",
            Apply = modules => new FaultyModules(modules) { AttentionForwardFault = HeadsSwapped },
        },
        new()
        {
            Name = "attention.query-key-swapped",
            Fault = "Token i attends to j by ⟨k_i, q_j⟩.",
            Models = "the first two parts of a fused projection taken in the wrong order",
            Apply = modules => new FaultyModules(modules)
            {
                AttentionForwardFault = correct => (configuration, query, key, value, x, iclMask) =>
                    correct(configuration, key, query, value, x, iclMask),
            },
        },
        new()
        {
            Name = "attention.scaled-by-width",
            Fault = "Scores are divided by √D where a head has √(D/H), forward and backward.",
            Models = "the width of the model taken for that of a head",
            Apply = modules => new FaultyModules(modules)
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
            },
        },
        new()
        {
            Name = "attention.sees-next",
            Fault = "Token i attends to the tokens up to i + 1.",
            Models = "a causal mask whose diagonal is off by one",
            Apply = modules => new FaultyModules(modules)
            {
                AttentionForwardFault = Attending(modules, (_, iclMask, i, scores) =>
                    HeadWeights.Softmax(scores, j => HeadWeights.Sees(i, j, iclMask) || j == i + 1)),
            },
        },
        new()
        {
            Name = "attention.masked-by-zero",
            Fault = "Later tokens take part with a score of 0.",
            Models = "softmax attention masked by 0, as linear attention is, and not by −∞",
            Apply = modules => new FaultyModules(modules)
            {
                AttentionForwardFault = Attending(modules, (_, iclMask, i, scores) => HeadWeights.Softmax(
                    [.. scores.Select((score, j) => HeadWeights.Sees(i, j, iclMask) ? score : 0)], _ => true)),
            },
        },
        new()
        {
            Name = "attention.prefixes-in-softmax",
            Fault = "The K prefixes take part with a score of 0 and a value of 0.",
            Models = "prefixes not masked in softmax attention",
            Apply = modules => new FaultyModules(modules)
            {
                AttentionForwardFault = Attending(modules, (configuration, iclMask, i, scores) =>
                    HeadWeights.Softmax(scores, j => HeadWeights.Sees(i, j, iclMask), configuration.PrefixCount)),
            },
        },
        new()
        {
            Name = "attention.value-bias-missing",
            Fault = "Values are W_V x.",
            Models = "biases read for two of three projections",
            Apply = modules => new FaultyModules(modules)
            {
                AttentionForwardFault = correct => (configuration, query, key, value, x, iclMask) =>
                    correct(configuration, query, key, value with { Bias = value.Bias * 0 }, x, iclMask),
            },
        },
        new()
        {
            Name = "attention.icl-mask-ignored",
            Fault = "Every earlier token may be attended to, forward and backward.",
            Models = "an optional argument not handed on",
            Apply = modules => new FaultyModules(modules)
            {
                AttentionForwardFault = correct => (configuration, query, key, value, x, _) =>
                    correct(configuration, query, key, value, x, null),
                AttentionBackwardFault = correct => (configuration, gradient, memory, mask, _) =>
                    correct(configuration, gradient, memory, mask, null),
            },
        },
        new()
        {
            Name = "attention.icl-mask-not-causal",
            Fault = "Under an icl mask, a token attends to the later tokens that the mask has in its row.",
            Models = "a mask that takes the causal one's place and is not combined with it",
            Apply = modules => new FaultyModules(modules)
            {
                AttentionForwardFault = Attending(modules, (_, iclMask, i, scores) =>
                    HeadWeights.Softmax(scores, j => iclMask is null ? j <= i : iclMask.At(i, j) != 0)),
            },
        },
        new()
        {
            Name = "attention.icl-mask-ignored-backward",
            Fault = "The backward pass attends to every earlier token.",
            Models = "an optional argument handed on by one of two callers",
            Apply = modules => new FaultyModules(modules)
            {
                AttentionBackwardFault = correct => (configuration, gradient, memory, mask, _) =>
                    correct(configuration, gradient, memory, mask, null),
            },
        },
        new()
        {
            Name = "attention.backward-untransposed",
            Fault = "The backward pass computes Σ_j a_ij g_j.",
            Models = "the attention run forward once more, its scores not transposed",
            Apply = modules => new FaultyModules(modules) { AttentionBackwardFault = _ => Untransposed },
        },
        new()
        {
            Name = "attention.backward-clipped",
            Fault = "The backward pass takes entries of the gradient beyond ±0.1 for ±0.1.",
            Models = "gradient clipping, where the construction has none and is linear",
            Apply = modules => new FaultyModules(modules)
            {
                AttentionBackwardFault = correct => (configuration, gradient, memory, mask, iclMask) =>
                    correct(configuration, gradient.Map(static entry => Math.Clamp(entry, -0.1, 0.1)), memory, mask, iclMask),
            },
        },
        new()
        {
            Name = "attention.backward-mask-ignored",
            Fault = "The backward pass sums over all queries, trained on or not.",
            Models = "the train mask left to the loss gradient, which does not reach the last position",
            Apply = modules => new FaultyModules(modules)
            {
                AttentionBackwardFault = correct => (configuration, gradient, memory, mask, iclMask) =>
                    correct(configuration, gradient, memory, Masks.Ones(mask.Count), iclMask),
            },
        },
        new()
        {
            Name = "attention.backward-drops-untrained",
            Fault = "The backward pass drops what a token that is not trained on sends to itself.",
            Models = "the mask that lets through i = j replaced by a plain product with m; no update can show it",
            Apply = modules => new FaultyModules(modules)
            {
                AttentionBackwardFault = correct => (configuration, gradient, memory, mask, iclMask) =>
                    correct(configuration, gradient.MapIndexed((t, _, g) => mask[t] * g), memory, mask, iclMask),
            },
        },
        new()
        {
            Name = "attention.score-path-kept",
            Fault = "The gradient through the scores is added at attention's input.",
            Models = "a stop-gradient left out (deviation V1)",
            UnseenByProof = "what it adds is computed by the exact model, whose e^x is the reals': among residues it makes one-hot weights, which let no gradient through the scores",
            Apply = modules => new ScorePathKept(modules),
        },
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
    private static Func<ModuleFunctions.AttentionForward, ModuleFunctions.AttentionForward> Attending(
        Implementations.ITintModules modules,
        Func<TintConfiguration, Matrix<double>?, int, IReadOnlyList<double>, IReadOnlyList<double>> weights) =>
        correct => (configuration, query, key, value, x, iclMask) =>
        {
            Matrix<double> Project(LinearParameters layer) => modules.LinearForward(configuration, layer, x).Output;
            var output = HeadWeights.Attend(
                configuration.Auxiliary,
                Project(query),
                Project(key),
                Project(value),
                (i, scores) => weights(configuration, iclMask, i, scores));
            return (output * SimulatedGate.Factor(configuration), correct(configuration, query, key, value, x, iclMask).Memory);
        };

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
