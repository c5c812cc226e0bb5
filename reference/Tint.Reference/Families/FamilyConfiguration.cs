using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Reference.Families;

/// <summary>One model of a family, as its <c>config.json</c> describes it: what it computes, and what its checkpoint's tensors are called.</summary>
public abstract record FamilyConfiguration
{
    /// <summary>The family's <c>model_type</c>, as in "llama".</summary>
    public abstract string ModelType { get; }

    /// <summary>V.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>D.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>H, the query heads.</summary>
    public required int HeadCount { get; init; }

    /// <summary>T_max, the longest sequence; where no table of positions limits it (ALiBi, relative buckets), what the model was trained on.</summary>
    public required int MaximumPositions { get; init; }

    /// <summary>eps of the normalisations.</summary>
    public required double Epsilon { get; init; }

    /// <summary>Whether the head's weight is the token embedding.</summary>
    public required bool IsTied { get; init; }

    /// <summary>The token whose row of the embedding gets no gradient where it is read, as PyTorch's <c>padding_idx</c> has it; a tied head's gradient it does get. Null for none.</summary>
    public int? PaddingToken { get; init; }

    /// <summary>Whether it has an encoder, which reads tokens of its own.</summary>
    public virtual bool HasEncoder => false;

    /// <summary>Rows of the position table in front of that of token 0, which no token reads.</summary>
    public virtual int FrontPositions => 0;

    /// <summary>The nodes behind the embedding; null for none.</summary>
    public virtual BlockPlan? Embedding => null;

    /// <summary>The nodes behind the last block; null for none.</summary>
    public abstract BlockPlan? Final { get; }

    /// <summary>What the head's input is multiplied by.</summary>
    public virtual double HeadScale => 1;

    /// <summary>How many of the blocks are the encoder's.</summary>
    public virtual int EncoderBlocks => 0;

    /// <summary>The nodes behind the encoder's last block; null for none.</summary>
    public virtual BlockPlan? EncoderFinal => null;

    /// <summary>The buckets of relative positions of the encoder; null for none.</summary>
    public virtual RelativeBuckets? EncoderBuckets => null;

    /// <summary>The buckets of relative positions of the decoder; null for none.</summary>
    public virtual RelativeBuckets? DecoderBuckets => null;

    /// <summary>Every tensor of a checkpoint, in the order in which data flows.</summary>
    /// <remarks>A head that is tied to the token embedding is no tensor of its own.</remarks>
    public abstract IReadOnlyList<TensorName> Tensors();

    /// <summary>The plan of every block by its name, as in "layers.0", in the order of the forward pass; "layers.0.attention.query.weight" lies at a place of it.</summary>
    public abstract IReadOnlyList<(string Name, BlockPlan Plan)> Blocks();

    /// <summary>The whole model as data.</summary>
    public ModelPlan Plan()
    {
        var places = Tensors().SelectMany(static tensor => tensor.Places).ToHashSet(StringComparer.Ordinal);
        var embedding = Tensors().Single(static tensor => tensor.Places[0] == FamilyWeights.Tokens).Shape[1];
        return new()
        {
            Name = ModelType,
            Model = this,
            Blocks = [.. Blocks().Select(static block => block.Plan)],
            Embedding = Embedding,
            Final = Final,
            EncoderBlocks = EncoderBlocks,
            EncoderFinal = EncoderFinal,
            EncoderBuckets = EncoderBuckets,
            Buckets = DecoderBuckets,
            HasPositionTable = places.Contains(FamilyWeights.Positions),
            EmbeddingWidth = places.Contains($"{Place.EmbeddingProjection}.weight") ? embedding : null,
            IsTied = IsTied,
            HasHeadBias = places.Contains($"{Place.Head}.bias"),
            HeadScale = HeadScale,
        };
    }

    /// <summary>The model as an auxiliary model of a TinT.</summary>
    /// <exception cref="RuleViolationException">It cannot be simulated; the message says why.</exception>
    public AuxiliaryConfiguration Auxiliary()
    {
        var plan = Plan();
        var leaves = plan.Blocks[0].Leaves.ToArray();
        var auxiliary = new AuxiliaryConfiguration
        {
            Architecture = plan,
            HiddenSize = HiddenSize,
            HeadCount = HeadCount,
            LayerCount = plan.Blocks.Count,
            VocabularySize = VocabularySize,
            MaximumPositions = MaximumPositions,
            MlpChunkCount = leaves.OfType<Linear>().Max(static leaf => Math.Max(leaf.InputParts, leaf.OutputParts)),
            Activation = leaves.OfType<Activation>().Select(static leaf => leaf.Kind).FirstOrDefault(),
            LayerNormEpsilon = Epsilon,
        };
        auxiliary.Check();
        return auxiliary;
    }

    /// <summary>The parameters as weights of an auxiliary model, whose configuration is <see cref="Auxiliary"/>.</summary>
    /// <exception cref="RuleViolationException">A parameter is missing or has another shape, or the model cannot be simulated.</exception>
    public AuxiliaryWeights Weights(ParameterSet parameters) => FamilyWeights.Of(this, parameters);

    /// <summary>
    /// A checkpoint as weights of an auxiliary model whose layers stay in the file and are read one by one, each time that they are asked for. Names and shapes are
    /// checked now, a layer's numbers when it is read.
    /// </summary>
    /// <param name="tensors">The tensors, which must stay readable as long as the weights are used.</param>
    /// <exception cref="RuleViolationException">
    /// A tensor is missing, has another shape or no place in the model, or differs from what it copies; or one outside of the layers holds NaN or infinity.
    /// </exception>
    public AuxiliaryWeights Stream(ITensorFile tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        return FamilyWeights.Stream(this, new CheckpointReading(this, tensors));
    }

    /// <summary>The inverse of <see cref="Weights"/>: weights, or anything of their shapes such as updates, by canonical names.</summary>
    /// <exception cref="RuleViolationException">A normalisation has become a dense map, for which there is no name.</exception>
    public ParameterSet Parameters(AuxiliaryWeights weights) => FamilyWeights.Parameters(this, weights);

    /// <summary>The exact model: logits and gradients by ordinary backpropagation.</summary>
    /// <param name="parameters">The parameters, by canonical names.</param>
    /// <param name="input">What it reads.</param>
    /// <exception cref="RuleViolationException">A parameter is missing or has another shape, or the input breaks a rule.</exception>
    public abstract ExactPass Exact(ParameterSet parameters, FamilyInput input);

    /// <summary>Tensors that a checkpoint may hold a second time under another name, as a tied head is; equal, and in place of the original.</summary>
    public virtual IReadOnlyList<(string Name, string Original)> Copies() => [];

    /// <summary>Reads every tensor, and accounts for each that the checkpoint holds.</summary>
    /// <param name="tensors">The tensors by the checkpoint's names.</param>
    /// <exception cref="RuleViolationException">
    /// A tensor is missing, has another shape, holds NaN or infinity, is no parameter of the model, or differs from what it copies.
    /// </exception>
    public ParameterSet Import(ITensorFile tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        return new CheckpointReading(this, tensors).Read();
    }

    /// <summary>Writes parameters, or anything of their shapes, under the checkpoint's names and in its layouts.</summary>
    /// <exception cref="RuleViolationException">A parameter is missing.</exception>
    public IReadOnlyDictionary<string, Tensor> Export(ParameterSet parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return Tensors().ToDictionary(
            tensor => tensor.Name, tensor => tensor.Layout.Write([.. tensor.Places.Select(place => parameters[place])], tensor.Shape));
    }

    /// <summary>Blocks of one plan, numbered.</summary>
    private protected static IEnumerable<(string Name, BlockPlan Plan)> Blocks(string stack, int count, BlockPlan plan) =>
        Enumerable.Range(0, count).Select(index => ($"{stack}.{index}", plan));
}
