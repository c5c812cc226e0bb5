using System.Diagnostics.CodeAnalysis;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Auxiliary;

/// <summary>
/// All parameters of an auxiliary model, family-independent: every linear weight is [out × in]. Which there are is the model's <see cref="ModelPlan"/>; in
/// the published code the output head is tied to the token embeddings.
/// </summary>
public sealed record AuxiliaryWeights
{
    private Matrix<double>? _positions;

    /// <summary>A model whose properties are set one by one.</summary>
    public AuxiliaryWeights()
    {
    }

    /// <summary>A model of any plan, whose other parts are set one by one.</summary>
    /// <param name="configuration">The shape that the parameters have.</param>
    /// <param name="tokenEmbedding">The token embeddings, [V × E].</param>
    /// <param name="layers">The blocks, in the order of the forward pass.</param>
    /// <param name="outside">The parameters of the nodes behind the embedding and behind the blocks.</param>
    [SetsRequiredMembers]
    public AuxiliaryWeights(
        AuxiliaryConfiguration configuration, Matrix<double> tokenEmbedding, IReadOnlyList<AuxiliaryLayer> layers, AuxiliaryLayer outside) =>
        (Configuration, TokenEmbedding, Layers, Outside) = (configuration, tokenEmbedding, layers, outside);

    /// <summary>The shape that the parameters have.</summary>
    public required AuxiliaryConfiguration Configuration { get; init => field = Require.Present(value, "the weights' configuration"); }

    /// <summary>E, the token embeddings and, tied, the output head, [V × D_aux]; another width has projections beside it.</summary>
    public required Matrix<double> TokenEmbedding { get; init => field = Require.Present(value, "the token embedding"); }

    /// <summary>The position table, [T_max × D_aux] (for OPT without the two extra rows in front, which no token reads).</summary>
    /// <exception cref="RuleViolationException">The model has none.</exception>
    public Matrix<double> PositionEmbedding
    {
        get => _positions ?? throw new RuleViolationException(
            "a position table must be there to be read", $"none in {Configuration.Architecture?.Name ?? "the model"}", "use a model with one");
        init => _positions = Require.Present(value, "the position embedding");
    }

    /// <summary>Whether there is a position table.</summary>
    public bool HasPositions => _positions is not null;

    /// <summary>The blocks, in the order of the forward pass; <see cref="StreamedLayers"/> where not all are to be in memory.</summary>
    public required IReadOnlyList<AuxiliaryLayer> Layers { get; init => field = Require.Present(value, "the list of layers"); }

    /// <summary>The parameters of the nodes behind the embedding and behind the blocks.</summary>
    public AuxiliaryLayer Outside { get; init => field = Require.Present(value, "the parameters outside of the blocks"); } = new();

    /// <summary>The normalisation after the last block.</summary>
    /// <exception cref="RuleViolationException">The model has none.</exception>
    public LayerNormParameters FinalNorm
    {
        get => Outside.Norm(Place.FinalNorm);
        init => Outside = Outside.With(Place.FinalNorm, Require.Present(value, "the final norm"));
    }

    /// <summary>The tables of relative positions, [buckets × H], by place; none in models without.</summary>
    public Placed<Matrix<double>> Buckets { get; init => field = Require.Present(value, "the tables of relative positions"); } = new();

    /// <summary>The model's plan, whose self-attention reads the tables of relative positions.</summary>
    public ModelPlan Plan => ModelPlan.Of(Configuration).With(Buckets);

    /// <summary>The projection from the embedding's width to D_aux; null for none.</summary>
    public LinearParameters? EmbeddingProjection { get; init; }

    /// <summary>The projection from D_aux to the head's width; null for none.</summary>
    public LinearParameters? HeadProjection { get; init; }

    /// <summary>The head, [V × E]; null where it is the token embedding without a bias.</summary>
    public LinearParameters? Head { get; init; }

    /// <summary>
    /// Weights as GPT-2 starts training with them: nearly normal numbers of standard deviation 0.02 (positions 0.01, the projections that add to the residual
    /// stream 0.02/√(2L)), no bias, γ = 1 and β = 0. They follow from configuration and seed, bit for bit on every machine.
    /// </summary>
    /// <param name="configuration">The shape.</param>
    /// <param name="seed">The seed. A layer's numbers do not depend on how many layers there are, but for the projections' size.</param>
    /// <param name="streamed">True: a layer is made each time that it is asked for (<see cref="StreamedLayers"/>), so that they need not fit in memory.</param>
    /// <exception cref="RuleViolationException">The configuration breaks a rule.</exception>
    public static AuxiliaryWeights Random(AuxiliaryConfiguration configuration, int seed, bool streamed = false)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var weights = InitialWeights.Of(configuration, seed);
        return streamed ? weights : weights with { Layers = [.. weights.Layers] };
    }

    /// <summary>How many numbers there are, and of what model.</summary>
    public override string ToString()
    {
        var plan = ModelPlan.Of(Configuration);
        var blocks = plan.Blocks is Repeated<BlockPlan> { Count: > 0 } same
            ? same.Count * Count(same[0].Parameters)
            : plan.Blocks.Sum(static block => Count(block.Parameters));
        var tables = TokenEmbedding.RowCount * (long)TokenEmbedding.ColumnCount;
        tables += plan.HasPositionTable ? Configuration.MaximumPositions * (long)Configuration.HiddenSize : 0;
        tables += plan.IsTied ? 0 : TokenEmbedding.RowCount * (long)TokenEmbedding.ColumnCount;
        tables += plan.Tables.Sum(table => table.Buckets.Count * (long)Configuration.HeadCount);
        tables += plan.HasHeadBias ? Configuration.VocabularySize : 0;
        tables += new[] { EmbeddingProjection, HeadProjection }.Sum(static projection => projection is null ? 0 : projection.Weight.RowCount * (long)projection.Weight.ColumnCount);
        return FormattableString.Invariant($"{tables + blocks + Count(plan.Outside):N0} parameters of {Configuration}");
    }

    /// <summary>Checks shapes against <see cref="Configuration"/>, and that every number is finite; of streamed layers only how many there are.</summary>
    /// <exception cref="RuleViolationException">A tensor has another shape, or holds NaN or infinity.</exception>
    public void Check()
    {
        Configuration.Check();
        var plan = ModelPlan.Of(Configuration);
        int width = Configuration.HiddenSize, vocabulary = Configuration.VocabularySize, narrow = Configuration.EmbeddingWidth;
        ParameterCheck.Matrix(TokenEmbedding, vocabulary, narrow, "token embedding");
        if (plan.HasPositionTable)
        {
            ParameterCheck.Matrix(PositionEmbedding, Configuration.MaximumPositions, width, "position embedding");
        }

        if (Layers.Count != Configuration.LayerCount)
        {
            throw new RuleViolationException(
                "the weights must have Auxiliary.LayerCount blocks", $"{Layers.Count} for {Configuration.LayerCount}", "pass one block a layer");
        }

        for (var index = 0; index < Layers.Count && Layers is not StreamedLayers; index++)
        {
            Require.Present(Layers[index], $"layer {index}").Check(plan.Blocks[index], $"layer {index}");
        }

        foreach (var leaf in plan.Outside)
        {
            ParameterCheck.Group(Outside.Parameters[leaf.Place], leaf, leaf.Place.Words);
        }

        foreach (var (place, buckets) in plan.Tables)
        {
            ParameterCheck.Matrix(Buckets[place], buckets.Count, Configuration.HeadCount, place.Words);
        }

        var hasHead = !plan.IsTied || plan.HasHeadBias;
        CheckPart(Head, hasHead, vocabulary, narrow, Place.Head);
        CheckPart(EmbeddingProjection, plan.EmbeddingWidth is not null, width, narrow, Place.EmbeddingProjection);
        CheckPart(HeadProjection, plan.EmbeddingWidth is not null, narrow, width, Place.HeadProjection);
    }

    private static void CheckPart(LinearParameters? part, bool isThere, int rows, int columns, Place place)
    {
        if (isThere != part is not null)
        {
            throw new RuleViolationException(
                $"the {place.Words} must be there if and only if the model's plan has one", part is null ? "none" : "one", isThere ? "pass it" : "leave it out");
        }

        if (part is not null)
        {
            ParameterCheck.Linear(part, rows, columns, place.Words);
        }
    }

    private static long Count(IEnumerable<ParameterLeaf> leaves) => leaves.Sum(static leaf => leaf.Count);
}
