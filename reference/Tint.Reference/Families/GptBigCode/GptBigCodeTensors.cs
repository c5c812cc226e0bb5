namespace Tint.Reference.Families.GptBigCode;

/// <summary>
/// GPT-BigCode's names and layouts: GPT-2's names with weights [out × in]; query, key and value lie one below the other where one head serves all, and else head
/// by head.
/// </summary>
internal static class GptBigCodeTensors
{
    public static IReadOnlyList<TensorName> Of(GptBigCodeConfiguration model)
    {
        int width = model.HiddenSize, inner = model.InnerSize, head = width / model.HeadCount;
        return
        [
            TensorName.Matrix("transformer.wte.weight", "embedding.tokens.weight", model.VocabularySize, width),
            TensorName.Matrix("transformer.wpe.weight", "embedding.positions.weight", model.MaximumPositions, width),
            .. Enumerable.Range(0, model.LayerCount).SelectMany(Layer),
            .. TensorName.Norm("transformer.ln_f", "final_norm", width),
            .. model.IsTied ? [] : TensorName.Linear("lm_head", "head", model.VocabularySize, width, bias: false),
        ];

        IEnumerable<TensorName> Layer(int index)
        {
            var (name, place) = ($"transformer.h.{index}", $"layers.{index}");
            string query = $"{place}.attention.query", key = $"{place}.attention.key", value = $"{place}.attention.value";
            return
            [
                .. TensorName.Norm($"{name}.ln_1", $"{place}.attention.norm", width),
                .. model.IsMultiQuery
                    ? TensorName.Stacked($"{name}.attn.c_attn", [(query, width), (key, head), (value, head)], width, bias: true)
                    : TensorName.Linear($"{name}.attn.c_attn", [query, key, value], width, width, bias: true, TensorLayout.ByHead(model.HeadCount)),
                .. TensorName.Linear($"{name}.attn.c_proj", $"{place}.attention.output", width, width, bias: true),
                .. TensorName.Norm($"{name}.ln_2", $"{place}.mlp.norm", width),
                .. TensorName.Linear($"{name}.mlp.c_fc", $"{place}.mlp.inner", inner, width, bias: true),
                .. TensorName.Linear($"{name}.mlp.c_proj", $"{place}.mlp.outer", width, inner, bias: true),
            ];
        }
    }
}
