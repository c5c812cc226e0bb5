using Tint.Reference.Architecture;

namespace Tint.Reference.Families.GptJ;

/// <summary>GPT-J's block: attention and MLP beside each other, behind one normalisation.</summary>
internal static class GptJPlan
{
    public static BlockPlan Of(GptJConfiguration model)
    {
        var width = model.HiddenSize;
        return new(new Residual(
            new Norm(new Place("norm"), width),
            new Sum(
                new Branch(
                    Attention.OfWidth(width, model.HeadCount, hasBiases: false) with { Form = new() { Rotation = model.Rotation } },
                    new Linear(Place.Output, width, width) { HasBias = false }),
                new Branch(Mlp.Plain(width, model.InnerSize, model.Activation)))));
    }
}
