using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Auxiliary;

/// <summary>
/// Translates between <see cref="AuxiliaryWeights"/> and Hugging Face-named tensors in their own layouts: GPT-2's Conv1D weights are
/// [in × out] with query, key and value fused along the output, OPT's Linear weights are [out × in] and its position table has two extra
/// rows in front. Names may leave out their first part (h.0.… for transformer.h.0.…), as checkpoints of a model without its head do.
/// </summary>
/// <remarks>
/// Every tensor is accounted for. Beside the parameters there may be an output head lm_head.weight, which must equal the token embedding or
/// stands for it where that is left out, and buffers that are constants of the code: attn.bias and attn.masked_bias of GPT-2's layers, and
/// inv_freq. Their values are not read. Anything else, such as a further layer or an adapter, is refused by name.
/// </remarks>
public static class HuggingFaceWeights
{
    private const int OptPositionOffset = 2;
    private const string Gpt2Embedding = "transformer.wte.weight";
    private const string OptEmbedding = "model.decoder.embed_tokens.weight";
    private const string OptPositions = "model.decoder.embed_positions.weight";

    /// <summary>Reads a model from tensors named as in a Hugging Face checkpoint.</summary>
    /// <param name="configuration">The shape to expect.</param>
    /// <param name="tensors">Finds a tensor by its full name.</param>
    /// <exception cref="RuleViolationException">
    /// A tensor is missing, has another shape, holds NaN or infinity, or is no parameter of the model; or the head differs from the embedding.
    /// </exception>
    public static AuxiliaryWeights Import(AuxiliaryConfiguration configuration, IReadOnlyDictionary<string, Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var weights = Read(configuration, new TensorDictionary(tensors), streamed: false);
        weights.Check();
        return weights;
    }

    /// <summary>
    /// Reads a model whose layers stay where they are and are read one by one, each time that they are asked for. Names and shapes are
    /// checked now, a layer's numbers when it is read.
    /// </summary>
    /// <param name="configuration">The shape to expect.</param>
    /// <param name="tensors">The tensors, which must stay readable as long as the model is used.</param>
    /// <exception cref="RuleViolationException">
    /// A tensor is missing, has another shape or is no parameter of the model; the head differs from the embedding; or the embeddings or the
    /// final norm hold NaN or infinity.
    /// </exception>
    public static AuxiliaryWeights Stream(AuxiliaryConfiguration configuration, ITensorFile tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var weights = Read(configuration, tensors, streamed: true);
        weights.Check();
        return weights;
    }

    /// <summary>Writes a model, or anything of a model's shape such as its gradient, under Hugging Face names and layouts.</summary>
    /// <exception cref="RuleViolationException">A normalisation has become a dense map, for which there is no layout.</exception>
    public static IReadOnlyDictionary<string, Tensor> Export(AuxiliaryWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        weights.Configuration.RequirePublished("the layout of GPT-2 and OPT");
        var tensors = new Dictionary<string, Tensor>();
        switch (weights.Configuration.Family)
        {
            case AuxiliaryFamily.Gpt2:
                ExportGpt2(weights, tensors);
                break;
            case AuxiliaryFamily.Opt:
                ExportOpt(weights, tensors);
                break;
            default:
                throw Require.Unknown(weights.Configuration.Family, "the family");
        }

        return tensors;
    }

    private static AuxiliaryWeights Read(AuxiliaryConfiguration configuration, ITensorFile tensors, bool streamed)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        configuration.RequirePublished("the layout of GPT-2 and OPT");
        configuration.Check();
        var isGpt2 = configuration.Family == AuxiliaryFamily.Gpt2;
        Func<AuxiliaryConfiguration, TensorSource, int, AuxiliaryLayer> layer = isGpt2 ? Gpt2Layer : OptLayer;
        Func<AuxiliaryConfiguration, TensorSource, IReadOnlyList<AuxiliaryLayer>, AuxiliaryWeights> model = isGpt2 ? Gpt2 : Opt;
        var (used, missing) = (new HashSet<string>(StringComparer.Ordinal), new List<string>());
        var names = new TensorSource(tensors, used, missing);
        _ = model(configuration, names, [.. Enumerable.Range(0, configuration.LayerCount).Select(index => layer(configuration, names, index))]);
        TensorAccount.Check(configuration, tensors, used, missing, isGpt2 ? Gpt2Embedding : OptEmbedding);

        var source = new TensorSource(tensors);
        IReadOnlyList<AuxiliaryLayer> layers = new StreamedLayers(configuration, index => layer(configuration, source, index));
        return model(configuration, source, streamed ? layers : [.. layers]);
    }

    private static AuxiliaryWeights Gpt2(AuxiliaryConfiguration configuration, TensorSource source, IReadOnlyList<AuxiliaryLayer> layers) => new()
    {
        Configuration = configuration,
        TokenEmbedding = source.Embedding(Gpt2Embedding, configuration.VocabularySize, configuration.HiddenSize),
        PositionEmbedding = source.Matrix("transformer.wpe.weight", configuration.MaximumPositions, configuration.HiddenSize),
        Layers = layers,
        FinalNorm = source.Norm("transformer.ln_f", configuration.HiddenSize),
    };

    private static AuxiliaryLayer Gpt2Layer(AuxiliaryConfiguration configuration, TensorSource source, int index)
    {
        int width = configuration.HiddenSize, inner = configuration.InnerSize;
        var block = $"transformer.h.{index}";
        var fused = source.Transposed($"{block}.attn.c_attn", width, 3 * width);
        LinearParameters Part(int part) => new(
            fused.Weight.SubMatrix(part * width, width, 0, width), fused.Bias.SubVector(part * width, width));
        return new AuxiliaryLayer
        {
            AttentionNorm = source.Norm($"{block}.ln_1", width),
            Query = Part(0),
            Key = Part(1),
            Value = Part(2),
            Output = source.Transposed($"{block}.attn.c_proj", width, width),
            MlpNorm = source.Norm($"{block}.ln_2", width),
            Inner = source.Transposed($"{block}.mlp.c_fc", width, inner),
            Outer = source.Transposed($"{block}.mlp.c_proj", inner, width),
        };
    }

    private static AuxiliaryWeights Opt(AuxiliaryConfiguration configuration, TensorSource source, IReadOnlyList<AuxiliaryLayer> layers)
    {
        var width = configuration.HiddenSize;
        var table = source.Matrix(OptPositions, configuration.MaximumPositions + OptPositionOffset, width);
        Require.Finite(table, OptPositions);
        return new AuxiliaryWeights
        {
            Configuration = configuration,
            TokenEmbedding = source.Embedding(OptEmbedding, configuration.VocabularySize, width),
            PositionEmbedding = table.SubMatrix(OptPositionOffset, configuration.MaximumPositions, 0, width),
            Layers = layers,
            FinalNorm = source.Norm("model.decoder.final_layer_norm", width),
        };
    }

    private static AuxiliaryLayer OptLayer(AuxiliaryConfiguration configuration, TensorSource source, int index)
    {
        int width = configuration.HiddenSize, inner = configuration.InnerSize;
        var block = $"model.decoder.layers.{index}";
        return new AuxiliaryLayer
        {
            AttentionNorm = source.Norm($"{block}.self_attn_layer_norm", width),
            Query = source.Linear($"{block}.self_attn.q_proj", width, width),
            Key = source.Linear($"{block}.self_attn.k_proj", width, width),
            Value = source.Linear($"{block}.self_attn.v_proj", width, width),
            Output = source.Linear($"{block}.self_attn.out_proj", width, width),
            MlpNorm = source.Norm($"{block}.final_layer_norm", width),
            Inner = source.Linear($"{block}.fc1", inner, width),
            Outer = source.Linear($"{block}.fc2", width, inner),
        };
    }

    private static void ExportGpt2(AuxiliaryWeights weights, Dictionary<string, Tensor> tensors)
    {
        tensors[Gpt2Embedding] = Tensor.From(weights.TokenEmbedding);
        tensors["transformer.wpe.weight"] = Tensor.From(weights.PositionEmbedding);
        Add(tensors, "transformer.ln_f", weights.FinalNorm);
        for (var index = 0; index < weights.Layers.Count; index++)
        {
            var (layer, block) = (weights.Layers[index], $"transformer.h.{index}");
            LinearParameters[] parts = [layer.Query, layer.Key, layer.Value];
            Add(tensors, $"{block}.ln_1", layer.AttentionNorm);
            Add(tensors, $"{block}.ln_2", layer.MlpNorm);
            AddTransposed(tensors, $"{block}.attn.c_attn", new LinearParameters(
                Matrix<double>.Build.DenseOfMatrixArray(new[,] { { parts[0].Weight }, { parts[1].Weight }, { parts[2].Weight } }),
                Vector<double>.Build.DenseOfEnumerable(parts.SelectMany(part => part.Bias))));
            AddTransposed(tensors, $"{block}.attn.c_proj", layer.Output);
            AddTransposed(tensors, $"{block}.mlp.c_fc", layer.Inner);
            AddTransposed(tensors, $"{block}.mlp.c_proj", layer.Outer);
        }
    }

    private static void ExportOpt(AuxiliaryWeights weights, Dictionary<string, Tensor> tensors)
    {
        var table = Matrix<double>.Build.Dense(weights.PositionEmbedding.RowCount + OptPositionOffset, weights.PositionEmbedding.ColumnCount);
        table.SetSubMatrix(OptPositionOffset, 0, weights.PositionEmbedding);
        tensors[OptEmbedding] = Tensor.From(weights.TokenEmbedding);
        tensors[OptPositions] = Tensor.From(table);
        Add(tensors, "model.decoder.final_layer_norm", weights.FinalNorm);
        for (var index = 0; index < weights.Layers.Count; index++)
        {
            var (layer, block) = (weights.Layers[index], $"model.decoder.layers.{index}");
            Add(tensors, $"{block}.self_attn_layer_norm", layer.AttentionNorm);
            Add(tensors, $"{block}.self_attn.q_proj", layer.Query);
            Add(tensors, $"{block}.self_attn.k_proj", layer.Key);
            Add(tensors, $"{block}.self_attn.v_proj", layer.Value);
            Add(tensors, $"{block}.self_attn.out_proj", layer.Output);
            Add(tensors, $"{block}.final_layer_norm", layer.MlpNorm);
            Add(tensors, $"{block}.fc1", layer.Inner);
            Add(tensors, $"{block}.fc2", layer.Outer);
        }
    }

    private static void Add(Dictionary<string, Tensor> tensors, string name, LinearParameters parameters)
    {
        tensors[$"{name}.weight"] = Tensor.From(parameters.Weight);
        tensors[$"{name}.bias"] = Tensor.From(parameters.Bias);
    }

    private static void AddTransposed(Dictionary<string, Tensor> tensors, string name, LinearParameters parameters) =>
        Add(tensors, name, parameters with { Weight = parameters.Weight.Transpose() });

    private static void Add(Dictionary<string, Tensor> tensors, string name, LayerNormParameters parameters)
    {
        if (parameters.Dense is not null)
        {
            throw new RuleViolationException(
                "a normalisation must be diagonal to be exported", $"a dense map for {name}", "train LayerNorm with departure V5 off");
        }

        tensors[$"{name}.weight"] = Tensor.From(parameters.Weight);
        tensors[$"{name}.bias"] = Tensor.From(parameters.Bias);
    }
}
