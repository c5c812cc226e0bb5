using Tint.Reference.Configuration;

namespace Tint.Reference.Architecture;

/// <summary>The block of GPT-2 and of most of OPT: attention and MLP, each with a normalisation before it and a residual connection around it.</summary>
public static class PreNormBlock
{
    /// <summary>The block of an auxiliary model, with an MLP of C·D_aux units that TinT runs in C chunks.</summary>
    public static BlockPlan Of(AuxiliaryConfiguration auxiliary)
    {
        ArgumentNullException.ThrowIfNull(auxiliary);
        return Of(auxiliary.HiddenSize, Attention.OfWidth(auxiliary.HiddenSize, auxiliary.HeadCount), Mlp.Plain(auxiliary.HiddenSize, auxiliary.InnerSize, auxiliary.Activation));
    }

    /// <summary>A block of a width.</summary>
    /// <param name="width">D.</param>
    /// <param name="attention">The attention.</param>
    /// <param name="mlp">The MLP.</param>
    public static BlockPlan Of(int width, Attention attention, Chunks mlp) => new(
        new Residual(new Norm(Place.AttentionNorm, width), attention, new Linear(Place.Output, width, width)),
        new Residual(new Norm(Place.MlpNorm, width), mlp));
}
