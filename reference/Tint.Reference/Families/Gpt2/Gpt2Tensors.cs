namespace Tint.Reference.Families.Gpt2;

/// <summary>GPT-2's names and layouts: weights stored [in × out], query, key and value side by side.</summary>
internal static class Gpt2Tensors
{
    public static IReadOnlyList<TensorName> Of(Gpt2Configuration model)
    {
        int width = model.HiddenSize, inner = model.InnerSize;
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
            return
            [
                .. TensorName.Norm($"{name}.ln_1", $"{place}.attention.norm", width),
                .. Stored($"{name}.attn.c_attn", width, width, $"{place}.attention.query", $"{place}.attention.key", $"{place}.attention.value"),
                .. Stored($"{name}.attn.c_proj", width, width, $"{place}.attention.output"),
                .. TensorName.Norm($"{name}.ln_2", $"{place}.mlp.norm", width),
                .. Stored($"{name}.mlp.c_fc", inner, width, $"{place}.mlp.inner"),
                .. Stored($"{name}.mlp.c_proj", width, inner, $"{place}.mlp.outer"),
            ];
        }
    }

    private static IEnumerable<TensorName> Stored(string name, int outputs, int inputs, params string[] places) =>
        TensorName.Linear(name, places, outputs, inputs, bias: true, TensorLayout.Transposed);
}
