using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tracing;

/// <summary>What mistakes in how scores become weights give in the place of attention's result.</summary>
internal static class AttentionMistakes
{
    /// <summary>Scores times a number that they may have been divided or multiplied by once too often.</summary>
    public static IEnumerable<(string Name, string Sentence, double Value)> Factors(TintConfiguration configuration)
    {
        var (heads, size) = (configuration.Auxiliary.HeadCount, configuration.Auxiliary.HeadSize);
        double own = Math.Sqrt(size), simulator = Math.Sqrt((double)configuration.HiddenSize / configuration.HeadCount);
        return new (string Name, string Sentence, double Value)[]
        {
            ("attention.unscaled", "Scores are not divided by √(D/H).", own),
            ("attention.scaled-twice", "Scores are divided by D/H, not by its root.", 1 / own),
            ("attention.scaled-by-width", "Scores are divided by √D where a head has √(D/H).", 1 / Math.Sqrt(heads)),
            ("attention.scaled-by-simulator", Text($"Scores are divided by {simulator:R}, the root of a TinT head's width, not by √(D/H)."), own / simulator),
            ("attention.scores-negative", "Scores have the other sign.", -1),
        }.Where(factor => factor.Value is not 1);
    }

    /// <summary>Mistakes of the forward pass.</summary>
    public static IEnumerable<(string Name, string Sentence, Func<Matrix<double>> Value)> Forward(
        TintConfiguration configuration, LinearParameters query, LinearParameters key, LinearParameters value, Matrix<double> x, Matrix<double>? iclMask)
    {
        foreach (var (name, sentence, factor) in Factors(configuration))
        {
            yield return (name, sentence, () => SimulatedAttention.Forward(
                configuration, new LinearParameters(query.Weight * factor, query.Bias * factor), key, value, x, iclMask).Output);
        }

        var shape = new AttentionShape(x.RowCount, configuration.Auxiliary.HeadCount, configuration.Auxiliary.HeadSize);
        var rho = SimulatedGate.Factor(configuration);
        Matrix<double> Project(LinearParameters layer) => SimulatedLinear.Forward(configuration, layer, x).Output;
        foreach (var variant in AttentionVariants.All)
        {
            yield return (variant.Name, variant.Sentence, () =>
                rho * variant.Mix(shape, variant.Weights(shape, Project(query), Project(key), iclMask), Project(value)));
        }

        foreach (var (words, layers) in new (string Words, (LinearParameters Query, LinearParameters Key) Layers)[]
        {
            ("b_Q is added behind the division by √(D/H)", (query with { Bias = query.Bias * Math.Sqrt(shape.Size) }, key)),
            ("b_Q is left out", (query with { Bias = query.Bias * 0 }, key)),
            ("b_K is left out", (query, key with { Bias = key.Bias * 0 })),
            ("keys are queries", (query, query)),
            ("queries are keys", (key, key)),
        })
        {
            yield return ("attention.scores-of-another", $"In the scores, {words}.", () => SimulatedAttention.Forward(configuration, layers.Query, layers.Key, value, x, iclMask).Output);
        }

        var right = new AttentionVariant(string.Empty, string.Empty);
        yield return ("attention.weights-transposed", "The heads compute Σ_i a_ij v_i where Σ_j a_ij v_j is meant.", () => rho * right.Mix(
            shape, [.. right.Weights(shape, Project(query), Project(key), iclMask).Select(a => a.Transpose())], Project(value)));
        yield return ("attention.values-of-another", "Values are the input itself, not W_V x + b_V.", () =>
            rho * right.Mix(shape, right.Weights(shape, Project(query), Project(key), iclMask), x));
        yield return ("attention.prefixes-in-softmax", "The K prefixes take part, with what stands in them at the places of keys and values.", WithPrefixes);

        Matrix<double> WithPrefixes()
        {
            Matrix<double> q = Project(query), k = Slot(1).Stack(Project(key)), v = Slot(2).Stack(Project(value));
            var (size, extra) = (shape.Size, k.RowCount - q.RowCount);
            var result = Matrix<double>.Build.Dense(x.RowCount, x.ColumnCount);
            for (var head = 0; head < shape.Heads; head++)
            {
                Matrix<double> Part(Matrix<double> whole) => whole.SubMatrix(0, whole.RowCount, head * size, size);
                var scores = Part(q) * Part(k).Transpose() / Math.Sqrt(size);
                var weights = scores.MapIndexed(
                    (i, j, s) => j < extra || (j - extra <= i && iclMask?.At(i, j - extra) is not 0) ? Math.Exp(s) : 0, Zeros.Include).NormalizeRows(1);
                result.SetSubMatrix(0, head * size, weights * Part(v));
            }

            return result * rho;
        }

        // Prefix j holds n rows of W_Q and then b_Q, a slot each, and zeros.
        Matrix<double> Slot(int slot)
        {
            var rows = configuration.RowsPerPrefix;
            return SimulatedGate.Factor(configuration) * Matrix<double>.Build.Dense(configuration.PrefixCount, x.ColumnCount, (j, d) =>
                slot < rows ? query.Weight.At((j * rows) + slot, d) : slot == rows ? query.Bias.At(d) : 0);
        }
    }

    /// <summary>Mistakes of the backward pass: Σ_j a_ji g_j over j with i = j or m_j = 1, with one choice taken otherwise, the transpose and the train mask among them.</summary>
    public static IEnumerable<(string Name, string Sentence, Func<Matrix<double>> Value)> Backward(
        TintConfiguration configuration, Matrix<double> gradient, AttentionMemory memory, IReadOnlyList<double> trainMask, Matrix<double>? iclMask)
    {
        var shape = new AttentionShape(gradient.RowCount, configuration.Auxiliary.HeadCount, configuration.Auxiliary.HeadSize);
        var rho = SimulatedGate.Factor(configuration);
        var right = new AttentionVariant(string.Empty, string.Empty);
        (string Words, Func<int, int, bool> Keeps)[] masks =
        [
            ("the train mask on the queries", (j, i) => i == j || trainMask[j] == 1),
            ("the train mask on the keys", (j, i) => i == j || trainMask[i] == 1),
            ("the train mask on the queries, the token's own included", (j, _) => trainMask[j] == 1),
            ("the train mask on the keys, the token's own included", (_, i) => trainMask[i] == 1),
            ("the queries that are not trained on, and the token's own", (j, i) => i == j || trainMask[j] == 0),
            ("no train mask", (_, _) => true),
        ];
        foreach (var variant in AttentionVariants.All)
        {
            yield return (variant.Name, $"Backward: {variant.Sentence}", () => Of(variant, masks[0].Keeps, isTransposed: true));
        }

        foreach (var (words, keeps) in masks)
        {
            yield return ("attention.backward-mask", $"The backward pass computes Σ_j a_ji g_j, {words}.", () => Of(right, keeps, isTransposed: true));
            yield return ("attention.backward-untransposed", $"The backward pass computes Σ_j a_ij g_j, {words}.", () => Of(right, keeps, isTransposed: false));
        }

        Matrix<double> Of(AttentionVariant variant, Func<int, int, bool> keeps, bool isTransposed)
        {
            var weights = variant.Weights(shape, memory.Query, memory.Key, iclMask)
                .Select(a => a.MapIndexed((j, i, value) => keeps(j, i) ? value : 0, Zeros.Include))
                .Select(a => isTransposed ? a.Transpose() : a);
            return rho * variant.Mix(shape, [.. weights], gradient);
        }
    }

    /// <summary>What each head gives, side by side with zeros.</summary>
    public static IReadOnlyList<StepPart> Heads(TintConfiguration configuration, Matrix<double> output)
    {
        var size = configuration.Auxiliary.HeadSize;
        return
        [
            .. Enumerable.Range(0, configuration.Auxiliary.HeadCount).Select(head => new StepPart(
                $"head {head}", output.MapIndexed((_, d, value) => d / size == head ? value : 0, Zeros.Include))),
        ];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
