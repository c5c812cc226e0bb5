namespace Tint.Reference.Families.GptNeoX;

/// <summary>GPT-NeoX's names and layouts; query, key and value rows are interleaved head by head.</summary>
internal static class GptNeoXTensors
{
    public static IReadOnlyList<TensorName> Of(GptNeoXConfiguration model)
    {
        int width = model.HiddenSize, inner = model.InnerSize;
        return
        [
            TensorName.Matrix("gpt_neox.embed_in.weight", "embedding.tokens.weight", model.VocabularySize, width),
            .. Enumerable.Range(0, model.LayerCount).SelectMany(Layer),
            .. TensorName.Norm("gpt_neox.final_layer_norm", "final_norm", width),
            .. model.IsTied ? [] : TensorName.Linear("embed_out", "head", model.VocabularySize, width, bias: false),
        ];

        IEnumerable<TensorName> Layer(int index)
        {
            var (name, place) = ($"gpt_neox.layers.{index}", $"layers.{index}");
            return
            [
                .. TensorName.Norm($"{name}.input_layernorm", $"{place}.attention.norm", width),
                .. TensorName.Linear(
                    $"{name}.attention.query_key_value",
                    [$"{place}.attention.query", $"{place}.attention.key", $"{place}.attention.value"],
                    width,
                    width,
                    model.HasAttentionBiases,
                    TensorLayout.ByHead(model.HeadCount)),
                .. TensorName.Linear($"{name}.attention.dense", $"{place}.attention.output", width, width, model.HasAttentionBiases),
                .. TensorName.Norm($"{name}.post_attention_layernorm", $"{place}.mlp.norm", width),
                .. TensorName.Linear($"{name}.mlp.dense_h_to_4h", $"{place}.mlp.inner", inner, width, bias: true),
                .. TensorName.Linear($"{name}.mlp.dense_4h_to_h", $"{place}.mlp.outer", width, inner, bias: true),
            ];
        }
    }
}
