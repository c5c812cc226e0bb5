using Tint.Reference.Configuration;

namespace Tint.Reference.Architecture;

/// <summary>The block of GPT-2 and of most of OPT: attention and MLP, each with a normalisation before it and a residual connection around it.</summary>
public static class PreNormBlock
{
    /// <summary>The block of an auxiliary model, with an MLP of C·D_aux units that TinT runs in C chunks.</summary>
    public static BlockPlan Of(AuxiliaryConfiguration auxiliary)
    {
        ArgumentNullException.ThrowIfNull(auxiliary);
        int width = auxiliary.HiddenSize, inner = auxiliary.InnerSize, chunks = auxiliary.MlpChunkCount;
        return new(
            new Residual(
                new Norm(Place.AttentionNorm, width),
                Attention.OfWidth(width, auxiliary.HeadCount),
                new Linear(Place.Output, width, width)),
            new Residual(
                new Norm(Place.MlpNorm, width),
                new Chunks(
                    chunks,
                    new Linear(Place.Inner, inner, width) { OutputParts = chunks },
                    new Activation(Place.Activation, auxiliary.Activation),
                    new Linear(Place.Outer, width, inner) { InputParts = chunks })));
    }
}
