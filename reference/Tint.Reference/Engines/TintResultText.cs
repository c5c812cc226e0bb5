using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;

namespace Tint.Reference.Engines;

/// <summary>Results as a reader wants to see them first.</summary>
internal static class TintResultText
{
    /// <summary>One sequence, a line for each thing.</summary>
    public static string Of(TintResult result)
    {
        var (configuration, logits) = (result.Configuration, result.Logits);
        return string.Join(
            Environment.NewLine,
            Invariant($"{result.Engine}: {result.Sequence}, SGD steps: {configuration.SgdSteps} at {configuration.InnerLearningRate}"),
            $"  {Loss(result.OriginalLoss, result.FinalLoss)}",
            Invariant($"  logits [{logits.RowCount} × {logits.ColumnCount}], moved by at most {Furthest(logits, result.OriginalLogits):G3}"),
            $"  {Updates(result)}");
    }

    /// <summary>A batch.</summary>
    public static string Of(TintBatchResult batch) => string.Join(
        Environment.NewLine,
        batch.Sequences.Select(Of).Prepend(Invariant($"{batch.Sequences.Count} sequences: {Loss(batch.OriginalLoss, batch.FinalLoss)}")));

    private static string Loss(double? before, double? after) => before is { } from && after is { } to
        ? Invariant($"loss {from:F6} → {to:F6} (cross-entropy of a label, in nats)")
        : "no loss: no labels that count";

    private static double Furthest(Matrix<double> after, Matrix<double> before) =>
        ReferenceEquals(after, before) ? 0 : after.Enumerate().Zip(before.Enumerate()).Max(static pair => Math.Abs(pair.First - pair.Second));

    private static string Updates(TintResult result)
    {
        var updated = result.UpdatedWeights;
        if (updated.Layers is StreamedLayers)
        {
            return "updated weights: streamed, not read here";
        }

        var (changed, size, step) = (0, 0.0, 0.0);
        var (most, largest) = (string.Empty, 0.0);
        foreach (var (after, before) in AuxiliaryWeightsAlgebra.Blocks(updated).Zip(AuxiliaryWeightsAlgebra.Blocks(result.OriginalWeights)))
        {
            var (blockStep, blockSize) = Squares(after, before);
            if (blockStep == 0)
            {
                continue;
            }

            (changed, size, step) = (changed + 1, size + blockSize, step + blockStep);
            if (blockStep > largest)
            {
                (most, largest) = (after.Name, blockStep);
            }
        }

        return changed == 0 ? "updated nothing" : Invariant(
            $"updated {changed} tensors of norm {Math.Sqrt(size):G3} by {Math.Sqrt(step):G3}; most of it in {most}, {Math.Sqrt(largest):G3}");
    }

    /// <summary>‖after − before‖² and ‖before‖²; γ that has become a matrix (V5) is compared with its diagonal.</summary>
    private static (double Step, double Size) Squares(ParameterBlock after, ParameterBlock before)
    {
        var (step, size) = (0.0, 0.0);
        var became = after.Columns != before.Columns;
        ReadOnlySpan<double> values = after.Values.Span, old = before.Values.Span;
        for (var i = 0; i < values.Length; i++)
        {
            var was = !became ? old[i] : i % (after.Rows + 1) == 0 ? old[i / (after.Rows + 1)] : 0;
            (step, size) = (step + ((values[i] - was) * (values[i] - was)), size + (was * was));
        }

        return (step, size);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
