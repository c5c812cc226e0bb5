using Tint.Reference.Architecture;

namespace Tint.Reference.Families.Llama;

/// <summary>LLaMA's block.</summary>
internal static class LlamaPlan
{
    public static BlockPlan Of(LlamaConfiguration model)
    {
        int width = model.HiddenSize, queries = model.HeadCount * model.HeadSize, keys = model.KeyValueHeadCount * model.HeadSize;
        return new(
            new Residual(
                new RmsNorm(Place.AttentionNorm, width),
                Attention.Of(width, queries, keys, model.HeadCount, model.HasQueryKeyValueBiases) with
                {
                    Form = new() { KeyValueHeadCount = model.KeyValueHeadCount, Rotation = model.Rotation },
                },
                new Linear(Place.Output, width, queries) { HasBias = model.HasOutputBias }),
            new Residual(
                new RmsNorm(Place.MlpNorm, width),
                Mlp.Gated(width, model.InnerSize, model.Activation, model.HasMlpBiases)));
    }
}
