using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Reference.Families;

/// <summary>
/// Translates between weights of the published architecture and Hugging Face-named tensors in their own layouts, which are those of the families
/// <c>gpt2</c> and <c>opt</c>; other models are read by their <see cref="FamilyConfiguration"/>. Names may leave out their first part (h.0.… for
/// transformer.h.0.…), as checkpoints of a model without its head do.
/// </summary>
/// <remarks>
/// Every tensor is accounted for. Beside the parameters there may be an output head lm_head.weight, which must equal the token embedding or
/// stands for it where that is left out, and buffers that are constants of the code: attn.bias and attn.masked_bias of GPT-2's layers, and
/// inv_freq. Their values are not read. Anything else, such as a further layer or an adapter, is refused by name.
/// </remarks>
public static class HuggingFaceWeights
{
    /// <summary>Reads a model from tensors named as in a Hugging Face checkpoint.</summary>
    /// <param name="configuration">The shape to expect.</param>
    /// <param name="tensors">Finds a tensor by its full name.</param>
    /// <exception cref="RuleViolationException">
    /// A tensor is missing, has another shape, holds NaN or infinity, or is no parameter of the model; or the head differs from the embedding.
    /// </exception>
    public static AuxiliaryWeights Import(AuxiliaryConfiguration configuration, IReadOnlyDictionary<string, Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var model = Model(configuration);
        return model.Weights(model.Import(new TensorDictionary(tensors))) with { Configuration = configuration };
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
    public static AuxiliaryWeights Stream(AuxiliaryConfiguration configuration, ITensorFile tensors) =>
        Model(configuration).Stream(tensors) with { Configuration = configuration };

    /// <summary>Writes a model, or anything of a model's shape such as its gradient, under Hugging Face names and layouts.</summary>
    /// <exception cref="RuleViolationException">A normalisation has become a dense map, for which there is no layout.</exception>
    public static IReadOnlyDictionary<string, Tensor> Export(AuxiliaryWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var model = Model(weights.Configuration);
        return model.Export(model.Parameters(weights));
    }

    /// <summary>The family's model of that shape; activation and eps, which change no name and no layout, are its usual ones.</summary>
    private static FamilyConfiguration Model(AuxiliaryConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        configuration.RequirePublished("the layout of GPT-2 and OPT");
        configuration.Check();
        return FamilyCatalogue.Read(new FamilySizes(
            configuration.Family switch
            {
                AuxiliaryFamily.Gpt2 => "gpt2",
                AuxiliaryFamily.Opt => "opt",
                var family => throw Require.Unknown(family, "the family"),
            },
            configuration.VocabularySize,
            configuration.MaximumPositions,
            configuration.HiddenSize,
            configuration.LayerCount,
            configuration.HeadCount,
            configuration.InnerSize));
    }
}
