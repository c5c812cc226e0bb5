namespace Tint.Reference.Tests.DenseEvaluation;

/// <summary>The gated unit from its dense weights: TinT's own MLP, and linear attention of every position on itself alone.</summary>
internal static class DenseGatedUnit
{
    public static double[,] Forward(DenseLayers layers, double[,] states, int memory)
    {
        var activated = layers.PerHead("mlp_module.c_proj", DenseActivation.Activate(layers, layers.Mix("mlp_module.c_fc", states)));
        DenseLinear.AddSlot(layers, activated, memory, states, 1);
        DenseLinear.AddSlot(layers, activated, memory + 1, states, 0);
        var gated = layers.Gate("mlp_gates", states, activated);
        var product = Itself(layers, "product", gated);
        DenseLinear.AddSlot(layers, product, memory, gated, memory);
        DenseLinear.AddSlot(layers, product, memory + 1, gated, memory + 1);
        return layers.Gate("product_gates", gated, product);
    }

    public static double[,] Backward(DenseLayers layers, double[,] states, int memory)
    {
        var products = Itself(layers, "product", states);
        DenseLinear.AddSlot(layers, products, memory + 1, states, memory + 1);
        var gradients = layers.Gate("product_gates", states, products);
        var difference = layers.Mix("proj_fc", DenseActivation.Activate(layers, layers.Mix("c_fc", gradients)));
        AddSlotEverywhere(layers, difference, memory, gradients);
        return layers.Gate("second_product_gates", difference, Itself(layers, "second_product", difference));
    }

    private static double[,] Itself(DenseLayers layers, string name, double[,] states) =>
        DenseAttention.Linear(layers, name, states, static (i, j) => i == j ? 1 : 0);

    /// <summary>A residual connection that lets one slot through, at prefixes and tokens alike.</summary>
    private static void AddSlotEverywhere(DenseLayers layers, double[,] sum, int slot, double[,] states)
    {
        var width = layers.Configuration.Auxiliary.HiddenSize;
        for (var row = 0; row < sum.GetLength(0); row++)
        {
            for (var c = slot * width; c < (slot + 1) * width; c++)
            {
                sum[row, c] = layers.Format.Add(sum[row, c], states[row, c]);
            }
        }
    }
}
