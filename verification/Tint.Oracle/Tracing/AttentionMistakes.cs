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

        yield return ("attention.prefixes-in-softmax", "The K prefixes take part, with what stands in them at the places of keys and values.", () =>
            Attend(Slot(1), Slot(2), overQueries: false));
        yield return ("attention.softmax-over-queries", "The softmax runs over queries, not over keys.", () => Attend(null, null, overQueries: true));

        Matrix<double> Attend(Matrix<double>? moreKeys, Matrix<double>? moreValues, bool overQueries)
        {
            var q = SimulatedLinear.Forward(configuration, query, x).Output;
            var k = SimulatedLinear.Forward(configuration, key, x).Output;
            var v = SimulatedLinear.Forward(configuration, value, x).Output;
            var (heads, size, tokens, extra) = (configuration.Auxiliary.HeadCount, configuration.Auxiliary.HeadSize, x.RowCount, moreKeys?.RowCount ?? 0);
            (k, v) = extra > 0 ? (moreKeys!.Stack(k), moreValues!.Stack(v)) : (k, v);
            var result = Matrix<double>.Build.Dense(tokens, x.ColumnCount);
            for (var head = 0; head < heads; head++)
            {
                Matrix<double> Part(Matrix<double> whole) => whole.SubMatrix(0, whole.RowCount, head * size, size);
                var scores = Part(q) * Part(k).Transpose() / Math.Sqrt(size);
                var weights = scores.MapIndexed(
                    (i, j, s) => j < extra || (j - extra <= i && iclMask?.At(i, j - extra) is not 0) ? Math.Exp(s) : 0, Zeros.Include);
                weights = overQueries ? weights.NormalizeColumns(1) : weights.NormalizeRows(1);
                result.SetSubMatrix(0, head * size, weights * Part(v));
            }

            return result * SimulatedGate.Factor(configuration);
        }

        // Prefix j holds n rows of W_Q and then b_Q, a slot each, and zeros.
        Matrix<double> Slot(int slot)
        {
            var rows = configuration.RowsPerPrefix;
            return SimulatedGate.Factor(configuration) * Matrix<double>.Build.Dense(configuration.PrefixCount, x.ColumnCount, (j, d) =>
                slot < rows ? query.Weight.At((j * rows) + slot, d) : slot == rows ? query.Bias.At(d) : 0);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
