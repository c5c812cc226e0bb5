namespace Tint.Reference.Families.Opt;

/// <summary>OPT's names and layouts; the position table has two extra rows in front.</summary>
internal static class OptTensors
{
    public static IReadOnlyList<TensorName> Of(OptConfiguration model)
    {
        int width = model.HiddenSize, inner = model.InnerSize, embedding = model.EmbeddingSize;
        bool bias = model.HasBiases, affine = model.HasAffineNorms;
        const string decoder = "model.decoder";
        return
        [
            TensorName.Matrix($"{decoder}.embed_tokens.weight", "embedding.tokens.weight", model.VocabularySize, embedding),
            TensorName.Matrix(
                $"{decoder}.embed_positions.weight", "embedding.positions.weight", model.MaximumPositions + OptConfiguration.PositionOffset, width),
            .. embedding == width ? [] : TensorName.Linear($"{decoder}.project_in", "embedding.projection", width, embedding, bias: false),
            .. Enumerable.Range(0, model.LayerCount).SelectMany(Layer),
            .. model.HasFinalNorm ? TensorName.Norm($"{decoder}.final_layer_norm", "final_norm", width, affine: affine) : [],
            .. embedding == width ? [] : TensorName.Linear($"{decoder}.project_out", "head.projection", embedding, width, bias: false),
            .. model.IsTied ? [] : TensorName.Linear("lm_head", "head", model.VocabularySize, embedding, bias: false),
        ];

        IEnumerable<TensorName> Layer(int index)
        {
            var (name, place) = ($"{decoder}.layers.{index}", $"layers.{index}");
            return
            [
                .. TensorName.Norm($"{name}.self_attn_layer_norm", $"{place}.attention.norm", width, affine: affine),
                .. TensorName.Linear($"{name}.self_attn.q_proj", $"{place}.attention.query", width, width, bias),
                .. TensorName.Linear($"{name}.self_attn.k_proj", $"{place}.attention.key", width, width, bias),
                .. TensorName.Linear($"{name}.self_attn.v_proj", $"{place}.attention.value", width, width, bias),
                .. TensorName.Linear($"{name}.self_attn.out_proj", $"{place}.attention.output", width, width, bias),
                .. TensorName.Norm($"{name}.final_layer_norm", $"{place}.mlp.norm", width, affine: affine),
                .. TensorName.Linear($"{name}.fc1", $"{place}.mlp.inner", inner, width, bias),
                .. TensorName.Linear($"{name}.fc2", $"{place}.mlp.outer", width, inner, bias),
            ];
        }
    }
}
