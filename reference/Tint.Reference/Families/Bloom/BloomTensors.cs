namespace Tint.Reference.Families.Bloom;

/// <summary>BLOOM's names and layouts; query, key and value rows are interleaved head by head.</summary>
internal static class BloomTensors
{
    public static IReadOnlyList<TensorName> Of(BloomConfiguration model)
    {
        int width = model.HiddenSize, inner = 4 * width;
        return
        [
            TensorName.Matrix("transformer.word_embeddings.weight", "embedding.tokens.weight", model.VocabularySize, width),
            .. TensorName.Norm("transformer.word_embeddings_layernorm", "embedding.norm", width),
            .. Enumerable.Range(0, model.LayerCount).SelectMany(Layer),
            .. TensorName.Norm("transformer.ln_f", "final_norm", width),
            .. model.IsTied ? [] : TensorName.Linear("lm_head", "head", model.VocabularySize, width, bias: false),
        ];

        IEnumerable<TensorName> Layer(int index)
        {
            var (name, place) = ($"transformer.h.{index}", $"layers.{index}");
            return
            [
                .. TensorName.Norm($"{name}.input_layernorm", $"{place}.attention.norm", width),
                .. TensorName.Linear(
                    $"{name}.self_attention.query_key_value",
                    [$"{place}.attention.query", $"{place}.attention.key", $"{place}.attention.value"],
                    width,
                    width,
                    bias: true,
                    TensorLayout.ByHead(model.HeadCount)),
                .. TensorName.Linear($"{name}.self_attention.dense", $"{place}.attention.output", width, width, bias: true),
                .. TensorName.Norm($"{name}.post_attention_layernorm", $"{place}.mlp.norm", width),
                .. TensorName.Linear($"{name}.mlp.dense_h_to_4h", $"{place}.mlp.inner", inner, width, bias: true),
                .. TensorName.Linear($"{name}.mlp.dense_4h_to_h", $"{place}.mlp.outer", width, inner, bias: true),
            ];
        }
    }
}
