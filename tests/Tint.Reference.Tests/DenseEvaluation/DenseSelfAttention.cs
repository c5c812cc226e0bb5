using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

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
    /// <param name="form">What the attention is; null for the published one.</param>
    public static double[,] Forward(
        DenseLayers layers,
        double[,] states,
        double[,] keys,
        double[,] values,
        Matrix<double>? iclMask,
        int memory,
        AttentionForm? form = null)
    {
        double[,] Loaded(double[,] prefixes) => Grid.Like(states, (row, c) =>
            row < layers.Configuration.PrefixCount ? prefixes[row, c] : states[row, c]);
        var projected = DenseLinear.Forward(layers, states, memory: null, "linear.");
        DenseLinear.AddSlot(layers, projected, 1, DenseLinear.Forward(layers, Loaded(keys), memory: null, "linear."), 0);
        DenseLinear.AddSlot(layers, projected, 2, DenseLinear.Forward(layers, Loaded(values), memory: null, "linear."), 0);

        var output = DenseAttention.Softmax(layers, "attnt_module", projected, Attends(iclMask), form: form);
        DenseLinear.AddSlot(layers, output, memory, projected, 0);
        DenseLinear.AddSlot(layers, output, memory + 1, projected, 1);
        DenseLinear.AddSlot(layers, output, memory + 2, states, 0);
        return layers.Gate("gates", projected, output);
    }

    public static double[,] Backward(
        DenseLayers layers,
        double[,] states,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask,
        int memory,
        AttentionForm? form = null)
    {
        var prefixes = layers.Configuration.PrefixCount;
        double Mask(int i, int j) => form?.IsCausal == false ? 1 : DenseLinear.TrainingMask(prefixes, trainMask, i, j);
        var output = DenseAttention.Softmax(
            layers, "attnt_module", states, Attends(iclMask), (i, j) => j < prefixes ? 0 : Mask(i, j), form);
        for (var slot = memory; slot < memory + 3; slot++)
        {
            DenseLinear.AddSlot(layers, output, slot, states, slot);
        }

        return layers.Gate("attnt_gates", states, output);
    }

    /// <summary>Cross-attention forward: the tokens of both sequences, each behind the prefixes, one below the other, prefixes of the second left out.</summary>
    public static double[,] CrossForward(
        DenseLayers layers, double[,] states, double[,] others, double[,] keys, double[,] values, int memory, AttentionForm? form)
    {
        double[,] Loaded(double[,] prefixes) => Grid.Like(others, (row, c) =>
            row < layers.Configuration.PrefixCount ? prefixes[row, c] : others[row, c]);
        var queries = DenseLinear.Forward(layers, states, memory: null, "linear.");
        var (k, v) = (DenseLinear.Forward(layers, Loaded(keys), memory: null, "linear."), DenseLinear.Forward(layers, Loaded(values), memory: null, "linear."));
        var (answering, kept) = (Grid.Like(others, static (_, _) => 0), Grid.Like(others, static (_, _) => 0));
        DenseLinear.AddSlot(layers, answering, 1, k, 0);
        DenseLinear.AddSlot(layers, answering, 2, v, 0);
        DenseLinear.AddSlot(layers, kept, memory + 1, k, 0);
        DenseLinear.AddSlot(layers, kept, memory + 2, others, 0);
        var output = DenseAttention.Softmax(layers, "attnt_module", queries, static (_, _) => true, form: form, others: answering);
        DenseLinear.AddSlot(layers, output, memory, queries, 0);
        DenseLinear.AddSlot(layers, output, memory + 2, states, 0);
        return Below(layers, layers.Gate("gates", queries, output), layers.Gate("gates", others, kept));
    }

    /// <summary>Cross-attention backward, as its forward pass, but with the tokens of the second sequence first, where the result is.</summary>
    public static double[,] CrossBackward(DenseLayers layers, double[,] states, double[,] others, int memory, AttentionForm? form)
    {
        var prefixes = layers.Configuration.PrefixCount;
        var (gradient, tokens) = (
            DenseAttention.Softmax(layers, "attnt_module", states, static (_, _) => true, (_, j) => j < prefixes ? 0 : 1, form, others),
            Grid.Like(states, static (_, _) => 0));
        for (var slot = memory; slot < memory + 3; slot++)
        {
            DenseLinear.AddSlot(layers, gradient, slot, others, slot);
            DenseLinear.AddSlot(layers, tokens, slot, states, slot);
        }

        var (asked, answered) = (layers.Gate("attnt_gates", states, tokens), layers.Gate("attnt_gates", others, gradient));
        return Below(layers, Grid.Like(answered, (row, c) => row < prefixes ? asked[row, c] : answered[row, c]), asked);
    }

    private static double[,] Below(DenseLayers layers, double[,] states, double[,] others)
    {
        var (rows, prefixes) = (states.GetLength(0), layers.Configuration.PrefixCount);
        return Grid.Of(rows + others.GetLength(0) - prefixes, states.GetLength(1), (row, c) =>
            row < rows ? states[row, c] : others[row - rows + prefixes, c]);
    }

    private static Func<int, int, bool> Attends(Matrix<double>? iclMask) => (i, j) => iclMask is null || iclMask[i, j] == 1;
}
