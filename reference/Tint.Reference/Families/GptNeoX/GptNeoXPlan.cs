using Tint.Reference.Architecture;

namespace Tint.Reference.Families.GptNeoX;

/// <summary>GPT-NeoX's block: attention and MLP beside each other, each behind its own normalisation, or one after the other.</summary>
internal static class GptNeoXPlan
{
    public static BlockPlan Of(GptNeoXConfiguration model)
    {
        var (width, biases) = (model.HiddenSize, model.HasAttentionBiases);
        Node[] attention =
        [
            new Norm(Place.AttentionNorm, width),
            Attention.OfWidth(width, model.HeadCount, biases) with { Form = new() { Rotation = model.Rotation } },
            new Linear(Place.Output, width, width) { HasBias = biases },
        ];
        Node[] mlp = [new Norm(Place.MlpNorm, width), Mlp.Plain(width, model.InnerSize, model.Activation)];
        return model.IsParallel
            ? new(new Residual(new Sum(new Branch(attention), new Branch(mlp))))
            : new(new Residual(attention), new Residual(mlp));
    }
}
