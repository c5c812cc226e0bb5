using Tint.Reference.Architecture;

namespace Tint.Reference.Families.Gpt2;

/// <summary>GPT-2's block.</summary>
internal static class Gpt2Plan
{
    public static BlockPlan Of(Gpt2Configuration model) =>
        PreNormBlock.Of(model.HiddenSize, model.HeadCount, Mlp.Plain(model.HiddenSize, model.InnerSize, model.Activation));
}
