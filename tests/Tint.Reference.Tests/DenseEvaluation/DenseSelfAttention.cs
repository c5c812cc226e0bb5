using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Tests.DenseEvaluation;

/// <summary>The self-attention modules from their dense weights.</summary>
internal static class DenseSelfAttention
{
    /// <param name="layers">The layers.</param>
    /// <param name="states">Prefixes with the query layer, tokens with x.</param>
    /// <param name="keys">The prefixes with the key layer, [K × D_sim].</param>
    /// <param name="values">The prefixes with the value layer, [K × D_sim].</param>
    /// <param name="iclMask">[T × T] of 0 and 1; null for all earlier tokens.</param>
    /// <param name="memory">The first of the slots that keep Qx, Kx and x.</param>
    public static double[,] Forward(
        DenseLayers layers, double[,] states, double[,] keys, double[,] values, Matrix<double>? iclMask, int memory)
    {
        double[,] Loaded(double[,] prefixes) => Grid.Like(states, (row, c) =>
            row < layers.Configuration.PrefixCount ? prefixes[row, c] : states[row, c]);
        var projected = DenseLinear.Forward(layers, states, memory: null, "linear.");
        DenseLinear.AddSlot(layers, projected, 1, DenseLinear.Forward(layers, Loaded(keys), memory: null, "linear."), 0);
        DenseLinear.AddSlot(layers, projected, 2, DenseLinear.Forward(layers, Loaded(values), memory: null, "linear."), 0);

        var output = DenseAttention.Softmax(layers, "attnt_module", projected, Attends(iclMask));
        DenseLinear.AddSlot(layers, output, memory, projected, 0);
        DenseLinear.AddSlot(layers, output, memory + 1, projected, 1);
        DenseLinear.AddSlot(layers, output, memory + 2, states, 0);
        return layers.Gate("gates", projected, output);
    }

    public static double[,] Backward(
        DenseLayers layers, double[,] states, IReadOnlyList<double> trainMask, Matrix<double>? iclMask, int memory)
    {
        var prefixes = layers.Configuration.PrefixCount;
        var output = DenseAttention.Softmax(layers, "attnt_module", states, Attends(iclMask), (i, j) =>
            j < prefixes ? 0 : DenseLinear.TrainingMask(prefixes, trainMask, i, j));
        for (var slot = memory; slot < memory + 3; slot++)
        {
            DenseLinear.AddSlot(layers, output, slot, states, slot);
        }

        return layers.Gate("attnt_gates", states, output);
    }

    private static Func<int, int, bool> Attends(Matrix<double>? iclMask) => (i, j) => iclMask is null || iclMask[i, j] == 1;
}
