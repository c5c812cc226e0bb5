using Tint.Reference.Configuration;
using Tint.Reference.Cuda.Kernels;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Device;

/// <summary><see cref="SimulatedLoss"/> on a device: the loss gradient at the final norm's output.</summary>
internal static class DeviceLoss
{
    /// <summary>Rows g_t, [T × D_aux], from logits E y [T × V] (null where the loss needs none).</summary>
    public static DeviceMatrix FromLogits(
        DeviceAlgebra algebra, TintConfiguration configuration, DeviceMatrix embedding, DeviceMatrix? logits, DeviceTokens tokens)
    {
        var (sequence, arena) = (tokens.Sequence, algebra.Arena);
        int[] rows = [.. Enumerable.Range(0, sequence.Length).Where(t => SimulatedLoss.Counts(configuration, sequence, t))];
        var gradient = arena.Zeros(sequence.Length, embedding.Columns);
        if (rows.Length == 0)
        {
            return gradient;
        }

        int[] targets = [.. rows.Select(t => t + 1 < sequence.Length ? sequence.InputIds[t + 1] : -1)];
        var (chosen, wanted) = (arena.Upload(rows), arena.Upload(targets));
        using var prediction = configuration.Loss == LossKind.MeanEmbedding
            ? algebra.SumOfRows(embedding, embedding.Rows)
            : Prediction(algebra, configuration.Loss, embedding, algebra.Rows(logits!, chosen));

        // The mean embedding is one row for all.
        var (rowStep, columnStep) = configuration.Loss == LossKind.MeanEmbedding ? (0, 1) : (1, rows.Length);
        algebra.Run(rows.Length * embedding.Columns, new DifferFromTargets(
            prediction.View, rowStep, columnStep, embedding.View, embedding.Rows, chosen, wanted, rows.Length, gradient.View, sequence.Length));
        return gradient;
    }

    /// <summary>Rows p_t, [count × D_aux], from the logits of these tokens, which it disposes.</summary>
    private static DeviceMatrix Prediction(DeviceAlgebra algebra, LossKind loss, DeviceMatrix embedding, DeviceMatrix scores)
    {
        using (scores)
        {
            return loss switch
            {
                LossKind.Quad => algebra.Product(scores, embedding),
                LossKind.CrossEntropy => Expected(algebra, embedding, scores),
                LossKind.MeanEmbedding or _ => throw Require.Unknown(loss, "the loss"),
            };
        }
    }

    /// <summary>softmax(s)E for rows s of scores, which are overwritten.</summary>
    private static DeviceMatrix Expected(DeviceAlgebra algebra, DeviceMatrix embedding, DeviceMatrix scores)
    {
        using var sums = DeviceSoftmax.Exponentiate(algebra, scores);
        var prediction = algebra.Product(scores, embedding);
        algebra.Run(prediction.Length, new DivideRows(prediction.View, sums.View, prediction.Rows));
        return prediction;
    }
}
