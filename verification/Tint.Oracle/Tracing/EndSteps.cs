using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Input;

namespace Tint.Oracle.Tracing;

/// <summary>What is known of the steps at both ends of a model, whoever computes them: embedding, logits, loss gradient.</summary>
internal static class EndSteps
{
    /// <summary>A token's row, and its position's where there is one.</summary>
    /// <param name="step">The step, described no further.</param>
    /// <param name="ids">The tokens.</param>
    /// <param name="tokens">Row v: what token v starts as, [V × D].</param>
    /// <param name="positions">The position table; null for none.</param>
    public static TraceStep Embedding(TraceStep step, IReadOnlyList<int> ids, Matrix<double> tokens, Matrix<double>? positions)
    {
        var (length, width) = (ids.Count, tokens.ColumnCount);
        (string What, int Rows, Func<int, int, Vector<double>> With) table = ("the rows of the token embedding", tokens.RowCount, (t, row) => step.Value.Row(t) - tokens.Row(ids[t]) + RowOf(tokens, row));
        return positions is null ? step with { Tables = [table] } : step with
        {
            Tables = [("the rows of the position table", positions.RowCount, (t, row) => tokens.Row(ids[t]) + RowOf(positions, row)), table],
            Parts = [new StepPart("the token's row", Rows(tokens, ids)), new StepPart("the position's row", Position(0))],
            Mistakes =
            [
                .. Enumerable.Range(1 - length, (2 * length) - 1).Where(shift => shift != 0).Select(shift => Mistake(
                    "model.position-off-by-one", $"Token t gets row t {(shift > 0 ? "+" : "−")} {Math.Abs(shift)} of the position table.", () => Position(shift))),
                Mistake("model.positions-reversed", "The position table is read from behind.", () => Rows(positions, [.. Enumerable.Range(0, length).Reverse()])),
                Mistake("model.position-of-token", "Token v gets row v of the position table.", () => Rows(positions, [.. ids.Select(id => id % positions.RowCount)])),
            ],
        };

        Vector<double> RowOf(Matrix<double> of, int row) => row < 0 ? Vector<double>.Build.Dense(width) : of.Row(row);

        Matrix<double> Position(int shift) => Rows(positions, [.. Enumerable.Range(0, length).Select(t => (t + shift + positions.RowCount) % positions.RowCount)]);

        (string, string, Func<Matrix<double>>) Mistake(string name, string sentence, Func<Matrix<double>> of) => (name, sentence, () => Rows(tokens, ids) + of());

        static Matrix<double> Rows(Matrix<double> table, IReadOnlyList<int> rows) => Matrix<double>.Build.Dense(rows.Count, table.ColumnCount, (t, d) => table.At(rows[t], d));
    }

    /// <summary>E y.</summary>
    /// <param name="step">The step, described no further.</param>
    /// <param name="output">Y, [T × D].</param>
    /// <param name="run">The step with another y.</param>
    public static TraceStep Logits(TraceStep step, Matrix<double> output, Func<Matrix<double>, Matrix<double>> run) => step with
    {
        Reads = [("its input", output, run)],
        Mistakes =
        [
            ("model.head-off-by-one", "Logit v is the product with row v + 1 of E, the last with the first.", () =>
                Matrix<double>.Build.Dense(step.Value.RowCount, step.Value.ColumnCount, (t, v) => step.Value.At(t, (v + 1) % step.Value.ColumnCount))),
        ],
    };

    /// <summary>The loss gradient at y.</summary>
    /// <param name="step">The step, described no further.</param>
    /// <param name="configuration">The TinT.</param>
    /// <param name="head">E, [V × D].</param>
    /// <param name="bias">The head's bias, [V]; null for none.</param>
    /// <param name="positions">The position table; null for none.</param>
    /// <param name="y">Y, [T × D].</param>
    /// <param name="sequence">Gives targets and masks.</param>
    /// <param name="run">The step with another y.</param>
    public static TraceStep LossGradient(
        TraceStep step,
        TintConfiguration configuration,
        Matrix<double> head,
        Vector<double>? bias,
        Matrix<double>? positions,
        Matrix<double> y,
        TokenSequence sequence,
        Func<Matrix<double>, Matrix<double>> run)
    {
        Matrix<double> Logits(double factor) => factor * y.TransposeAndMultiply(head).MapIndexed((_, v, value) => value + (bias?[v] ?? 0), Zeros.Include);
        return step with
        {
            Reads = [("the final norm's output", y, run)],
            Parts = StepParts.Loss(configuration, head, positions, step.Value, sequence),
            Tables = [("the targets", head.RowCount, LossMistakes.WithTargets(configuration, head, step.Value, sequence))],
            Rows = bias is null ? () => LossMistakes.Unmasked(configuration, head, y, sequence) : null,
            Scalars = configuration.Loss != LossKind.CrossEntropy ? [] :
            [
                ("the factor of the logits", 1, factor => LossMistakes.OfLogits(head, Logits(factor), step.Value, configuration, sequence)),
                ("the size of the vocabulary, with logits of 0 behind its end,", head.RowCount, size => LossMistakes.OfLogits(
                    head, Logits(1), step.Value, configuration, sequence, size - head.RowCount)),
            ],
            Mistakes = bias is null ? [.. LossMistakes.Of(configuration, head, y, step.Value, sequence)] : [],
        };
    }
}
