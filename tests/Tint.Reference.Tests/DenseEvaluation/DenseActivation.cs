namespace Tint.Reference.Tests.DenseEvaluation;

/// <summary>The activation modules from their dense weights: TinT's own MLP, its activation at every coordinate of every position.</summary>
internal static class DenseActivation
{
    public static double[,] Forward(DenseLayers layers, double[,] states, int memory)
    {
        var output = layers.PerHead("mlp_module.c_proj", Activate(layers, layers.Mix("mlp_module.c_fc", states)));
        DenseLinear.AddSlot(layers, output, memory, states, 0);
        return layers.Gate("mlp_gates", states, output);
    }

    public static double[,] Backward(DenseLayers layers, double[,] states) =>
        layers.Mix("proj_fc", Activate(layers, layers.Mix("c_fc", states)));

    private static double[,] Activate(DenseLayers layers, double[,] states) =>
        Grid.Like(states, (row, c) => layers.Format.Activate(layers.Configuration.Auxiliary.Activation, states[row, c]));
}
