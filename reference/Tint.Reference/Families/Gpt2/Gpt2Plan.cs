using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Families.Gpt2;

/// <summary>GPT-2's block; scores may be divided by the block's number.</summary>
internal static class Gpt2Plan
{
    public static BlockPlan Of(Gpt2Configuration model, int index)
    {
        var scale = (model.ScalesScores ? 1 / Math.Sqrt((double)model.HiddenSize / model.HeadCount) : 1)
            / (model.ScalesScoresByLayer ? index + 1 : 1);
        var form = model is { ScalesScores: true, ScalesScoresByLayer: false } ? AttentionForm.Published : new() { ScoreScale = scale };
        return PreNormBlock.Of(
            model.HiddenSize,
            Attention.OfWidth(model.HiddenSize, model.HeadCount) with { Form = form },
            Mlp.Plain(model.HiddenSize, model.InnerSize, model.Activation));
    }
}
