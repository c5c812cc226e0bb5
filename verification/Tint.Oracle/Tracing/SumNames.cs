using Tint.Reference.Architecture;

namespace Tint.Oracle.Tracing;

/// <summary>The names of the sums in a block.</summary>
internal static class SumNames
{
    /// <summary>Of a sum of signals: <c>residual</c>, <c>residual1</c>, … behind the residual connections, <c>output</c> where that is the block's, <c>branches</c> of a sum of branches.</summary>
    /// <param name="plan">The block.</param>
    /// <param name="node">Whose sum it is.</param>
    /// <param name="met">How many residual connections have come before, and one more if this is one.</param>
    public static string Forward(BlockPlan plan, Node node, ref int met) => node switch
    {
        Residual when ReferenceEquals(plan.Nodes[^1], node) => "output",
        Residual => At(met++),
        _ => "branches",
    };

    /// <summary>Of a sum of gradients: the same names, of the signals that they are gradients at; <c>input</c> at the block's input.</summary>
    public static string Backward(BlockPlan plan, Node node, ref int met)
    {
        if (node is not Residual)
        {
            return node is Product product ? $"{product.Place}.input" : "branches";
        }

        var count = plan.Nodes.Count(static item => item is Residual);
        return ++met == count ? "input" : At(count - 1 - met);
    }

    private static string At(int index) => index == 0 ? "residual" : $"residual{index}";
}
