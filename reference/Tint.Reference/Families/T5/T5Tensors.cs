namespace Tint.Reference.Families.T5;

/// <summary>T5's names and layouts.</summary>
internal static class T5Tensors
{
    public static IReadOnlyList<TensorName> Of(T5Configuration model)
    {
        int width = model.HiddenSize, heads = model.HeadCount * model.HeadSize, inner = model.InnerSize;
        return
        [
            TensorName.Matrix("shared.weight", "embedding.tokens.weight", model.VocabularySize, width),
            .. Stack("encoder", model.EncoderLayerCount, hasCross: false),
            .. Stack("decoder", model.DecoderLayerCount, hasCross: true),
            .. model.IsTied ? [] : TensorName.Linear("lm_head", "head", model.VocabularySize, width, bias: false),
        ];

        IEnumerable<TensorName> Stack(string stack, int layers, bool hasCross) =>
        [
            TensorName.Matrix(
                $"{stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight", $"{stack}.buckets", model.BucketCount, model.HeadCount),
            .. Enumerable.Range(0, layers).SelectMany(index => Block($"{stack}.block.{index}.layer", $"{stack}.layers.{index}", hasCross)),
            .. TensorName.Norm($"{stack}.final_layer_norm", $"{stack}.final_norm", width, bias: false),
        ];

        IEnumerable<TensorName> Block(string name, string place, bool hasCross)
        {
            var mlp = $"{name}.{(hasCross ? 2 : 1)}";
            var dense = $"{mlp}.DenseReluDense";
            return
            [
                .. Attention($"{name}.0", "SelfAttention", $"{place}.attention"),
                .. hasCross ? Attention($"{name}.1", "EncDecAttention", $"{place}.cross") : [],
                .. TensorName.Norm($"{mlp}.layer_norm", $"{place}.mlp.norm", width, bias: false),
                .. model.IsGated ? TensorName.Linear($"{dense}.wi_0", $"{place}.mlp.gate", inner, width, bias: false) : [],
                .. TensorName.Linear(model.IsGated ? $"{dense}.wi_1" : $"{dense}.wi", $"{place}.mlp.inner", inner, width, bias: false),
                .. TensorName.Linear($"{dense}.wo", $"{place}.mlp.outer", width, inner, bias: false),
            ];
        }

        IEnumerable<TensorName> Attention(string name, string kind, string place) =>
        [
            .. TensorName.Norm($"{name}.layer_norm", $"{place}.norm", width, bias: false),
            .. TensorName.Linear($"{name}.{kind}.q", $"{place}.query", heads, width, bias: false),
            .. TensorName.Linear($"{name}.{kind}.k", $"{place}.key", heads, width, bias: false),
            .. TensorName.Linear($"{name}.{kind}.v", $"{place}.value", heads, width, bias: false),
            .. TensorName.Linear($"{name}.{kind}.o", $"{place}.output", width, heads, bias: false),
        ];
    }
}
