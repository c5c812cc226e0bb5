namespace Tint.Reference.Families.Llama;

/// <summary>LLaMA's names and layouts.</summary>
internal static class LlamaTensors
{
    public static IReadOnlyList<TensorName> Of(LlamaConfiguration model)
    {
        int width = model.HiddenSize, inner = model.InnerSize;
        int queries = model.HeadCount * model.HeadSize, keys = model.KeyValueHeadCount * model.HeadSize;
        return
        [
            TensorName.Matrix("model.embed_tokens.weight", "embedding.tokens.weight", model.VocabularySize, width),
            .. Enumerable.Range(0, model.LayerCount).SelectMany(Layer),
            .. TensorName.Norm("model.norm", "final_norm", width, bias: false),
            .. model.IsTied ? [] : TensorName.Linear("lm_head", "head", model.VocabularySize, width, bias: false),
        ];

        IEnumerable<TensorName> Layer(int index)
        {
            var (name, place) = ($"model.layers.{index}", $"layers.{index}");
            return
            [
                .. TensorName.Norm($"{name}.input_layernorm", $"{place}.attention.norm", width, bias: false),
                .. TensorName.Linear($"{name}.self_attn.q_proj", $"{place}.attention.query", queries, width, model.HasQueryKeyValueBiases),
                .. TensorName.Linear($"{name}.self_attn.k_proj", $"{place}.attention.key", keys, width, model.HasQueryKeyValueBiases),
                .. TensorName.Linear($"{name}.self_attn.v_proj", $"{place}.attention.value", keys, width, model.HasQueryKeyValueBiases),
                .. TensorName.Linear($"{name}.self_attn.o_proj", $"{place}.attention.output", width, queries, model.HasOutputBias),
                .. TensorName.Norm($"{name}.post_attention_layernorm", $"{place}.mlp.norm", width, bias: false),
                .. TensorName.Linear($"{name}.mlp.gate_proj", $"{place}.mlp.gate", inner, width, model.HasMlpBiases),
                .. TensorName.Linear($"{name}.mlp.up_proj", $"{place}.mlp.inner", inner, width, model.HasMlpBiases),
                .. TensorName.Linear($"{name}.mlp.down_proj", $"{place}.mlp.outer", width, inner, model.HasMlpBiases),
            ];
        }
    }
}
