using Tint.Reference.Architecture;

namespace Tint.Reference.Families.T5;

/// <summary>
/// T5's blocks: the decoder's attends to the encoder's output between self-attention and MLP. What scores get by relative position is a parameter of the
/// stack, which a reading adds.
/// </summary>
internal static class T5Plan
{
    public static BlockPlan Encoder(T5Configuration model) => new(OfSelf(model, isCausal: false), OfMlp(model));

    public static BlockPlan Decoder(T5Configuration model) => new(
        OfSelf(model, isCausal: true), Around(model, Place.AttentionNorm.Across, OfHeads(model).Across(), Output(model, Place.Output.Across)), OfMlp(model));

    private static Residual OfSelf(T5Configuration model, bool isCausal)
    {
        var heads = OfHeads(model);
        return Around(model, Place.AttentionNorm, heads with { Form = heads.Form with { IsCausal = isCausal } }, Output(model, Place.Output));
    }

    private static Residual OfMlp(T5Configuration model) => Around(model, Place.MlpNorm, model.IsGated
        ? Mlp.Gated(model.HiddenSize, model.InnerSize, model.Activation, hasBiases: false)
        : Mlp.Plain(model.HiddenSize, model.InnerSize, model.Activation, hasBiases: false));

    private static Residual Around(T5Configuration model, Place norm, params IReadOnlyList<Node> body) =>
        new([new RmsNorm(norm, model.HiddenSize), .. body]);

    private static Attention OfHeads(T5Configuration model)
    {
        var heads = model.HeadCount * model.HeadSize;
        return Attention.Of(model.HiddenSize, heads, heads, model.HeadCount, hasBiases: false) with { Form = new() { ScoreScale = 1 } };
    }

    private static Linear Output(T5Configuration model, Place place) =>
        new(place, model.HiddenSize, model.HeadCount * model.HeadSize) { HasBias = false };
}
