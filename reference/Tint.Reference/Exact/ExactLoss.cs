using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.Losses;

namespace Tint.Reference.Exact;

/// <summary>The losses of the auxiliary model, exact, as functions of the logits s_t = E y_t and the next token n = id_{t+1}.</summary>
/// <remarks>
/// Summed over t with the weight w_t = m_{t+1}·gradient_mask_{t+1}; the last position has no next token, hence w = 0. What a position's loss is stands in a file of
/// <see cref="Losses"/>. Positions of weight 0 cost nothing, and logits are held for a bounded number of positions at a time.
/// </remarks>
public static class ExactLoss
{
    /// <summary>The logits held at a time, 32 MiB.</summary>
    private const int LogitBudget = 1 << 22;

    /// <summary>A rough count of scalar operations in the loss of one logit.</summary>
    private const int WorkPerLogit = 16;

    /// <summary>w, the weight of every position's loss, [T].</summary>
    public static IReadOnlyList<double> PositionWeights(TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        return Entrywise.Array(
            sequence.Length, t => t + 1 < sequence.Length ? sequence.TrainMask[t + 1] * (sequence.GradientMask?[t + 1] ?? 1) : 0);
    }

    /// <summary>The loss alone.</summary>
    /// <param name="loss">Which loss.</param>
    /// <param name="embedding">E, [V × D_aux].</param>
    /// <param name="output">y, the final norm's output, [T × D_aux].</param>
    /// <param name="sequence">The tokens and masks.</param>
    /// <exception cref="RuleViolationException">A shape does not fit, or the loss overflows.</exception>
    public static double Evaluate(LossKind loss, Matrix<double> embedding, Matrix<double> output, TokenSequence sequence) =>
        Run(loss, embedding, output, sequence, (_, _, _) => { });

    /// <summary>The loss and its gradient with respect to y and to E as output head.</summary>
    /// <inheritdoc cref="Evaluate" path="/param|/exception"/>
    /// <remarks>With R = ∂loss/∂s, [T × V]: ∂y = R E and ∂E = Rᵀ y.</remarks>
    public static ExactLossGradient Backward(LossKind loss, Matrix<double> embedding, Matrix<double> output, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentNullException.ThrowIfNull(output);
        var outputGradient = Matrix<double>.Build.Dense(output.RowCount, output.ColumnCount);
        var headGradient = Matrix<double>.Build.Dense(embedding.RowCount, embedding.ColumnCount);
        var value = Run(loss, embedding, output, sequence, (positions, rows, residual) =>
        {
            // forward: S = Y Eᵀ, here transposed
            var gradient = ColumnMajor.ProductOfTransposed(residual, embedding);
            headGradient.Add(ColumnMajor.Product(residual, rows), headGradient);
            ColumnMajor.SetRows(outputGradient, positions, gradient);
        });
        return new ExactLossGradient(value, outputGradient, headGradient);
    }

    /// <summary>The loss that is reported: mean cross-entropy of the logits at t − 1 with label t, over all labels of the batch but those ignored.</summary>
    /// <param name="logits">The logits of every sequence, [T × V] each.</param>
    /// <param name="sequences">The sequences, with labels.</param>
    /// <exception cref="RuleViolationException">A sequence has no labels, every label is ignored, or a shape does not fit.</exception>
    public static double Reported(IReadOnlyList<Matrix<double>> logits, IReadOnlyList<TokenSequence> sequences)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(sequences);
        if (logits.Count != sequences.Count)
        {
            throw new RuleViolationException("every sequence must have its logits", $"{logits.Count} for {sequences.Count}", "pass one matrix a sequence");
        }

        var (sum, count) = (0.0, 0);
        for (var index = 0; index < sequences.Count; index++)
        {
            var labels = sequences[index].Labels ?? throw new RuleViolationException(
                "the reported loss needs labels", $"none for sequence {index}", "set Labels");
            Require.Shape(logits[index], labels.Count, logits[index].ColumnCount, $"logits of sequence {index}");
            Require.Finite(logits[index], $"logits of sequence {index}");
            int[] labelled = [.. Enumerable.Range(0, labels.Count).Skip(1).Where(t => labels[t] != TokenSequence.IgnoredLabel)];
            var scores = logits[index];
            sum = labelled.Aggregate(
                sum, (total, t) => total + LossFunction.Of(LossKind.CrossEntropy).ReplaceByGradient(scores.Row(t - 1).ToArray(), labels[t], 1));
            count += labelled.Length;
        }

        return count > 0
            ? Require.Finite(sum / count, "the reported loss")
            : throw new RuleViolationException(
                "the reported loss needs a label", "none after the first position", $"label a position with something but {TokenSequence.IgnoredLabel}");
    }

    /// <summary>Adds up the loss; <paramref name="visit"/> gets positions, their rows of y [c × D_aux], and Rᵀ [V × c].</summary>
    private static double Run(
        LossKind loss,
        Matrix<double> embedding,
        Matrix<double> output,
        TokenSequence sequence,
        Action<int[], Matrix<double>, Matrix<double>> visit)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(sequence);
        Require.Shape(output, sequence.Length, embedding.ColumnCount, "the final norm's output");
        var (function, weights) = (LossFunction.Of(loss), PositionWeights(sequence));
        var value = 0.0;
        var trained = Enumerable.Range(0, weights.Count).Where(t => weights[t] != 0);
        foreach (var positions in trained.Chunk(Math.Max(1, LogitBudget / embedding.RowCount)))
        {
            // s_t = E y_t, one column a position
            var rows = ColumnMajor.Rows(output, positions);
            var logits = ColumnMajor.ProductWithTransposed(embedding, rows);
            Require.Finite(logits, "the logits");
            var losses = new double[positions.Length];
            ColumnMajor.ForColumns(logits, WorkPerLogit, (index, column) =>
                losses[index] = function.ReplaceByGradient(column, sequence.InputIds[positions[index] + 1], weights[positions[index]]));
            value = losses.Aggregate(value, static (sum, loss) => sum + loss);
            visit(positions, rows, logits);
        }

        return Require.Finite(value, "the loss");
    }
}
