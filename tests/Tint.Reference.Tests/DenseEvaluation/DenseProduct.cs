namespace Tint.Reference.Tests.DenseEvaluation;

/// <summary>Products of two signals from their dense weights: linear attention of every position on itself alone.</summary>
internal static class DenseProduct
{
    public static double[,] Forward(DenseLayers layers, double[,] states, int memory)
    {
        var product = Itself(layers, states);
        DenseLinear.AddSlot(layers, product, memory, states, 0);
        DenseLinear.AddSlot(layers, product, memory + 1, states, 1);
        return layers.Gate("gates", states, product);
    }

    public static double[,] Backward(DenseLayers layers, double[,] states, int memory)
    {
        var products = Itself(layers, states);
        DenseLinear.AddSlot(layers, products, memory, states, memory);
        DenseLinear.AddSlot(layers, products, memory + 1, states, memory + 1);
        return layers.Gate("gates", states, products);
    }

    private static double[,] Itself(DenseLayers layers, double[,] states) =>
        DenseAttention.Linear(layers, "attnt_module", states, static (i, j) => i == j ? 1 : 0, (1, static (i, j) => i == j));
}
