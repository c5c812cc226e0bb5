namespace Tint.Reference.Families.GptJ;

/// <summary>GPT-J's names and layouts.</summary>
internal static class GptJTensors
{
    public static IReadOnlyList<TensorName> Of(GptJConfiguration model)
    {
        int width = model.HiddenSize, inner = model.InnerSize;
        return
        [
            TensorName.Matrix("transformer.wte.weight", "embedding.tokens.weight", model.VocabularySize, width),
            .. Enumerable.Range(0, model.LayerCount).SelectMany(Layer),
            .. TensorName.Norm("transformer.ln_f", "final_norm", width),
            .. TensorName.Linear("lm_head", "head", model.VocabularySize, width, bias: true).Where(tensor => !model.IsTied || tensor.Shape.Count == 1),
        ];

        IEnumerable<TensorName> Layer(int index)
        {
            var (name, place) = ($"transformer.h.{index}", $"layers.{index}");
            return
            [
                .. TensorName.Norm($"{name}.ln_1", $"{place}.norm", width),
                .. TensorName.Linear($"{name}.attn.q_proj", $"{place}.attention.query", width, width, bias: false),
                .. TensorName.Linear($"{name}.attn.k_proj", $"{place}.attention.key", width, width, bias: false),
                .. TensorName.Linear($"{name}.attn.v_proj", $"{place}.attention.value", width, width, bias: false),
                .. TensorName.Linear($"{name}.attn.out_proj", $"{place}.attention.output", width, width, bias: false),
                .. TensorName.Linear($"{name}.mlp.fc_in", $"{place}.mlp.inner", inner, width, bias: true),
                .. TensorName.Linear($"{name}.mlp.fc_out", $"{place}.mlp.outer", width, inner, bias: true),
            ];
        }
    }
}
