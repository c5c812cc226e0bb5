using ILGPU;
using Tint.Reference.Configuration;
using Tint.Reference.Cuda.Kernels;
using Tint.Reference.Losses;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Device;

/// <summary><see cref="SimulatedLoss"/> on a device: the loss gradient at the final norm's output.</summary>
internal static class DeviceLoss
{
    /// <summary>Rows g_t, [T × D_aux], from logits E y [T × V] (null where the loss needs none).</summary>
    public static DeviceMatrix FromLogits(
        DeviceAlgebra algebra, TintConfiguration configuration, DeviceMatrix embedding, DeviceMatrix? logits, DeviceTokens tokens)
    {
        DeviceSimulatedTint.RequirePlain(configuration);
        var (sequence, arena) = (tokens.Sequence, algebra.Arena);
        int[] rows = [.. Enumerable.Range(0, sequence.Length).Where(t => SimulatedLoss.Counts(configuration, sequence, t))];
        var gradient = arena.Zeros(sequence.Length, embedding.Columns);
        if (rows.Length == 0)
        {
            return gradient;
        }

        int[] targets = [.. rows.Select(t => t + 1 < sequence.Length ? sequence.InputIds[t + 1] : -1)];
        var (chosen, wanted) = (arena.Upload(rows), arena.Upload(targets));
        var loss = LossFunction.Of(configuration.Loss);
        using var prediction = loss.Prediction(new Predictions(algebra, embedding, logits, chosen));

        // What does not depend on the logits is one row for all.
        var (rowStep, columnStep) = loss.ReadsLogits ? (1, rows.Length) : (0, 1);
        algebra.Run(rows.Length * embedding.Columns, new DifferFromTargets(
            prediction.View, rowStep, columnStep, embedding.View, embedding.Rows, chosen, wanted, rows.Length, gradient.View, sequence.Length));
        return gradient;
    }

    /// <summary>Rows p_t, [count × D_aux], from the logits of the chosen tokens.</summary>
    private sealed class Predictions(DeviceAlgebra algebra, DeviceMatrix embedding, DeviceMatrix? logits, ArrayView<int> chosen) : IPredictions<DeviceMatrix>
    {
        public DeviceMatrix OfSoftmax()
        {
            using var scores = algebra.Rows(logits!, chosen);
            using var sums = DeviceSoftmax.Exponentiate(algebra, scores);
            var prediction = algebra.Product(scores, embedding);
            algebra.Run(prediction.Length, new DivideRows(prediction.View, sums.View, prediction.Rows));
            return prediction;
        }

        public DeviceMatrix OfLogits()
        {
            using var scores = algebra.Rows(logits!, chosen);
            return algebra.Product(scores, embedding);
        }

        /// <summary>One row for all.</summary>
        public DeviceMatrix OfMean() => algebra.SumOfRows(embedding, embedding.Rows);
    }
}
