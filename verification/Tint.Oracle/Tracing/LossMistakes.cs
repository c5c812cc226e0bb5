using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tracing;

/// <summary>What mistakes of the loss gradient give that no mutant makes: other targets, other masks, another softmax.</summary>
internal static class LossMistakes
{
    private static readonly int[] Shifts = [0, 2, -1, 3];

    /// <summary>The mistakes.</summary>
    /// <param name="configuration">The TinT.</param>
    /// <param name="embedding">E.</param>
    /// <param name="output">y, [T × D_aux].</param>
    /// <param name="value">The right gradient.</param>
    /// <param name="sequence">Gives targets and masks.</param>
    public static IEnumerable<(string Name, string Sentence, Func<Matrix<double>> Value)> Of(
        TintConfiguration configuration, Matrix<double> embedding, Matrix<double> output, Matrix<double> value, TokenSequence sequence)
    {
        var (tokens, last) = (sequence.Length, sequence.Length - 1);
        double Counts(int t) => t < last ? sequence.TrainMask[t + 1] * (sequence.GradientMask?[t + 1] ?? 1) : configuration.Departures.LastPositionUnmasked ? 1 : 0;
        foreach (var shift in Shifts)
        {
            var (name, words) = (shift == 0 ? "loss.target-not-shifted" : "loss.target-shifted", shift == 0 ? "t" : $"t {(shift > 0 ? "+" : "−")} {Math.Abs(shift)}");
            yield return (name, $"The target at t is token {words}, not t + 1; the last position has none.", () => WithTarget(shift, wraps: false, ofLast: false));
            yield return (name, $"The target at t is token {words}, not t + 1, the last position's too.", () => WithTarget(shift, wraps: true, ofLast: true));
            yield return (name, $"The target at t is token {words}, not t + 1, where there is such a token.", () => WithTarget(shift, wraps: false, ofLast: true));
        }

        var full = new Lazy<Matrix<double>>(() => Unmasked(configuration, embedding, output, sequence));
        (string Name, string Words, Func<int, double> Weight)[] masks =
        [
            ("loss.mask-ignored", "Every position's loss counts, trained on or not.", _ => 1),
            ("loss.mask-ignored", "Every position's loss counts but the last's.", t => t < last ? 1 : 0),
            ("loss.mask-not-shifted", "Position t counts by the train mask of token t, not of t + 1.", t => sequence.TrainMask[t]),
            ("loss.mask-not-shifted", "Position t counts by the train mask of token t, not of t + 1; the last does not count.", t => t < last ? sequence.TrainMask[t] : 0),
            ("loss.mask-inverted", "Positions count that are not trained on.", t => t < last ? 1 - sequence.TrainMask[t + 1] : 1),
            ("loss.gradient-mask-ignored", "The gradient mask is ignored.", t => t < last ? sequence.TrainMask[t + 1] : Counts(t)),
            ("loss.gradient-mask-alone", "The gradient mask counts alone, without the train mask.", t => t < last ? sequence.GradientMask?[t + 1] ?? 1 : Counts(t)),
            ("loss.gradient-mask-not-shifted", "The gradient mask is that of token t, not of t + 1.", t => t < last ? sequence.TrainMask[t + 1] * (sequence.GradientMask?[t] ?? 1) : Counts(t)),
        ];
        foreach (var (name, words, weight) in masks)
        {
            yield return (name, words, () => Weighted(weight));
        }

        var counted = Enumerable.Range(0, tokens).Sum(Counts);
        yield return ("loss.averaged", "The gradient is divided by the number of positions that count: a mean instead of a sum.", () => value / Math.Max(counted, 1));
        yield return ("loss.averaged", "The gradient is divided by T − 1, the number of targets: a mean instead of a sum.", () => value / Math.Max(last, 1));
        yield return ("loss.softmax-over-tokens", "The softmax of the logits runs over tokens, not over the vocabulary.", () =>
        {
            var logits = output.TransposeAndMultiply(embedding);
            var largest = logits.Enumerate().Max();
            var soft = logits.Map(entry => Math.Exp(entry - largest), Zeros.Include).NormalizeColumns(1);
            return WithPrediction(soft * embedding);
        }
        );
        yield return ("loss.target-alone", "Only the target counts, with nothing predicted.", () => WithPrediction(Matrix<double>.Build.Dense(tokens, value.ColumnCount)));

        Matrix<double> WithTarget(int shift, bool wraps, bool ofLast) => Matrix<double>.Build.Dense(tokens, value.ColumnCount, (t, d) =>
            value.At(t, d) + (Counts(t) * ((t < last ? embedding.At(sequence.InputIds[t + 1], d) : 0) - Target(t, d, shift, wraps, ofLast))));

        double Target(int t, int d, int shift, bool wraps, bool ofLast)
        {
            var at = wraps ? (t + shift + tokens) % tokens : t + shift;
            return (t == last && !ofLast) || at < 0 || at >= tokens ? 0 : embedding.At(sequence.InputIds[at], d);
        }

        Matrix<double> WithPrediction(Matrix<double> prediction) => Matrix<double>.Build.Dense(tokens, value.ColumnCount, (t, d) =>
            Counts(t) * (prediction.At(t, d) - (t < last ? embedding.At(sequence.InputIds[t + 1], d) : 0)));

        Matrix<double> Weighted(Func<int, double> weight) => Matrix<double>.Build.Dense(tokens, value.ColumnCount, (t, d) => weight(t) * full.Value.At(t, d));
    }

    /// <summary>Every row as it would be if it counted.</summary>
    public static Matrix<double> Unmasked(TintConfiguration configuration, Matrix<double> embedding, Matrix<double> output, TokenSequence sequence) => SimulatedLoss.Gradient(
        configuration with { Departures = configuration.Departures with { LastPositionUnmasked = true } },
        embedding,
        output,
        sequence with { TrainMask = [.. sequence.TrainMask.Select(_ => 1.0)], GradientMask = null });

    /// <summary>The gradient at a token with another target, −1 for none.</summary>
    public static Func<int, int, Vector<double>> WithTargets(TintConfiguration configuration, Matrix<double> embedding, Matrix<double> value, TokenSequence sequence)
    {
        var last = sequence.Length - 1;
        double Counts(int t) => t < last ? sequence.TrainMask[t + 1] * (sequence.GradientMask?[t + 1] ?? 1) : configuration.Departures.LastPositionUnmasked ? 1 : 0;
        return (t, target) => value.Row(t)
            + (Counts(t) * ((t < last ? embedding.Row(sequence.InputIds[t + 1]) : Vector<double>.Build.Dense(value.ColumnCount)) - (target < 0 ? Vector<double>.Build.Dense(value.ColumnCount) : embedding.Row(target))));
    }

    /// <summary>
    /// The gradient of cross-entropy with other logits, and with <paramref name="further"/> entries of logit 0 beside the vocabulary's, as where a table is padded with zeros.
    /// </summary>
    public static Matrix<double> OfLogits(
        Matrix<double> embedding, Matrix<double> logits, Matrix<double> value, TintConfiguration configuration, TokenSequence sequence, double further = 0)
    {
        var last = sequence.Length - 1;
        double Counts(int t) => t < last ? sequence.TrainMask[t + 1] * (sequence.GradientMask?[t + 1] ?? 1) : configuration.Departures.LastPositionUnmasked ? 1 : 0;
        var soft = Matrix<double>.Build.DenseOfRows(logits.EnumerateRows().Select(row =>
        {
            var largest = row.Maximum();
            var exponentials = row.Map(entry => Math.Exp(entry - largest), Zeros.Include);
            return exponentials / (exponentials.Sum() + (further * Math.Exp(-largest)));
        }));
        var prediction = soft * embedding;
        return Matrix<double>.Build.Dense(value.RowCount, value.ColumnCount, (t, d) =>
            Counts(t) * (prediction.At(t, d) - (t < last ? embedding.At(sequence.InputIds[t + 1], d) : 0)));
    }
}
