using Tint.Reference.Architecture;

namespace Tint.Reference.Families.GptBigCode;

/// <summary>GPT-BigCode's block: GPT-2's, with keys and values of one head.</summary>
internal static class GptBigCodePlan
{
    public static BlockPlan Of(GptBigCodeConfiguration model)
    {
        var (width, keys) = (model.HiddenSize, model.HiddenSize / model.HeadCount * model.KeyValueHeadCount);
        return PreNormBlock.Of(
            width,
            Attention.Of(width, width, keys, model.HeadCount, hasBiases: true) with
            {
                Form = new() { KeyValueHeadCount = model.IsMultiQuery ? 1 : null, ScoreScale = model.ScalesScores ? null : 1 },
            },
            Mlp.Plain(width, model.InnerSize, model.Activation));
    }
}
