using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Architecture;

/// <summary>
/// A whole auxiliary model as data: the nodes behind its embedding, its blocks, the nodes behind the last of them, and what its head is. Engines run
/// the blocks by <see cref="Walk"/>, and the whole by <see cref="Engines"/>' one walk of passes.
/// </summary>
/// <remarks>
/// A TinT's own embedding and head are tables, into which the auxiliary model's projections into and out of the residual width, and the scale of its
/// head, are multiplied once. They are part of the embedding, which no descent trains (V7); nor are the nodes behind it.
/// Source: C22, C24.
/// </remarks>
public sealed record ModelPlan : AuxiliaryArchitecture
{
    /// <summary>What the plan is of; plans of equal models are equal.</summary>
    public required object Model { get; init => field = Require.Present(value, "what a plan is of"); }

    /// <summary>The blocks, in the order of the forward pass.</summary>
    public required IReadOnlyList<BlockPlan> Blocks { get; init => field = Require.Present(value, "the blocks of a plan"); }

    /// <summary>The nodes behind the embedding, as BLOOM's norm; null for none.</summary>
    public BlockPlan? Embedding { get; init; }

    /// <summary>The nodes behind the last block, which descents train; null for none.</summary>
    public BlockPlan? Final { get; init; }

    /// <summary>Whether the head's weight is the token embedding.</summary>
    public bool IsTied { get; init; } = true;

    /// <summary>Whether logits have a bias.</summary>
    public bool HasHeadBias { get; init; }

    /// <summary>What the head's input is multiplied by.</summary>
    public double HeadScale { get; init => field = Require.Positive(value, "the scale of a head"); } = 1;

    /// <summary>How many of the blocks, from the first, are an encoder's, whose output the others' cross-attention reads; 0 for a model without one.</summary>
    public int EncoderBlocks { get; init; }

    /// <inheritdoc/>
    public override bool HasEncoder => EncoderBlocks > 0;

    /// <summary>The nodes behind the encoder's last block; null for none.</summary>
    public BlockPlan? EncoderFinal { get; init; }

    /// <summary>The buckets of relative positions of the encoder's self-attention, whose table is a parameter; null for none.</summary>
    public RelativeBuckets? EncoderBuckets { get; init; }

    /// <summary>The same of the other blocks.</summary>
    public RelativeBuckets? Buckets { get; init; }

    /// <summary>The parameters of all nodes outside of blocks: behind the embedding, the encoder's blocks, and the last block.</summary>
    public IEnumerable<ParameterLeaf> Outside => Parameters(Embedding).Concat(Parameters(EncoderFinal)).Concat(Parameters(Final));

    /// <summary>The tables of relative positions, by place.</summary>
    public IEnumerable<(Place Place, RelativeBuckets Buckets)> Tables =>
    [
        .. EncoderBuckets is { } encoder ? [(Place.EncoderBuckets, encoder)] : Array.Empty<(Place, RelativeBuckets)>(),
        .. Buckets is { } decoder ? [(Place.Buckets, decoder)] : Array.Empty<(Place, RelativeBuckets)>(),
    ];

    /// <summary>The plan of an auxiliary model; without an architecture of its own, that of the published code.</summary>
    public static ModelPlan Of(AuxiliaryConfiguration auxiliary)
    {
        ArgumentNullException.ThrowIfNull(auxiliary);
        return auxiliary.Architecture switch
        {
            ModelPlan plan => plan,
            null => new ModelPlan
            {
                Name = $"{auxiliary.Family}",
                Model = auxiliary,
                HasPositionTable = true,
                Blocks = new Repeated<BlockPlan>(PreNormBlock.Of(auxiliary), auxiliary.LayerCount),
                Final = new BlockPlan(new Norm(Place.FinalNorm, auxiliary.HiddenSize)),
            },
            var other => throw new RuleViolationException("an architecture must be a plan", other.GetType().Name, $"use a {nameof(ModelPlan)}"),
        };
    }

    /// <inheritdoc/>
    public override void Check(AuxiliaryConfiguration auxiliary)
    {
        ArgumentNullException.ThrowIfNull(auxiliary);
        if (Blocks.Count != auxiliary.LayerCount)
        {
            throw new RuleViolationException(
                "Auxiliary.LayerCount must be the number of the architecture's blocks", $"{auxiliary.LayerCount} for {Blocks.Count}", $"use {Blocks.Count}");
        }

        if (EncoderBlocks < 0 || EncoderBlocks >= Blocks.Count)
        {
            throw new RuleViolationException("an encoder must leave blocks to the decoder", $"{EncoderBlocks} of {Blocks.Count}", "use fewer");
        }

        foreach (var block in Blocks.Append(Embedding).Append(EncoderFinal).Append(Final).OfType<BlockPlan>().Distinct<BlockPlan>(Same))
        {
            WidthReading.Count(block, auxiliary.HiddenSize);
            foreach (var leaf in block.Leaves)
            {
                Check(leaf, auxiliary);
            }
        }
    }

    /// <summary>The plan whose self-attention reads the tables of relative positions.</summary>
    /// <param name="tables">The tables, [buckets × H], by place.</param>
    public ModelPlan With(Placed<Matrix<double>> tables)
    {
        ArgumentNullException.ThrowIfNull(tables);
        if (!Tables.Any())
        {
            return this;
        }

        var known = new Dictionary<(BlockPlan, bool), BlockPlan>();
        return this with
        {
            Blocks =
            [
                .. Blocks.Select((block, index) =>
                {
                    var key = (block, IsEncoder: index < EncoderBlocks);
                    return known.TryGetValue(key, out var with) ? with : known[key] = block.Select(leaf => With(leaf, key.IsEncoder));
                }),
            ],
        };

        Leaf With(Leaf leaf, bool isEncoder) => leaf is Attention { ReadsEncoder: false } attention && (isEncoder ? EncoderBuckets : Buckets) is { } buckets
            ? attention with
            {
                Form = attention.Form with { Relative = new() { Buckets = buckets, Table = tables[isEncoder ? Place.EncoderBuckets : Place.Buckets] } },
            }
            : leaf;
    }

    /// <summary>Checks what ties the attention of every block to a TinT.</summary>
    /// <exception cref="RuleViolationException">A rule is broken; the message names it and what would work.</exception>
    public void Check(TintConfiguration configuration)
    {
        foreach (var attention in Blocks.Distinct<BlockPlan>(Same).SelectMany(static block => block.Leaves.OfType<Attention>()))
        {
            attention.Form.Check(configuration);
            attention.Form.CheckSkipping(configuration);
        }
    }

    /// <inheritdoc/>
    public bool Equals(ModelPlan? other) => other is not null && Model.Equals(other.Model);

    /// <inheritdoc/>
    public override int GetHashCode() => Model.GetHashCode();

    private static IEqualityComparer<object> Same => ReferenceEqualityComparer.Instance;

    private static void Check(Leaf leaf, AuxiliaryConfiguration auxiliary)
    {
        if (leaf is Activation activation && activation.Kind != auxiliary.Activation)
        {
            throw new RuleViolationException(
                "Auxiliary.Activation must be that of the architecture", $"{auxiliary.Activation} for {activation.Kind}", $"use {activation.Kind}");
        }

        if (leaf is Attention attention && (attention.HeadCount != auxiliary.HeadCount || attention.Query.Outputs != auxiliary.HiddenSize))
        {
            throw new RuleViolationException(
                "the heads of a model that TinT simulates must be as wide together as the model: a weight of another shape has no place in its prefixes",
                $"{attention.HeadCount} heads of {attention.Query.Outputs / attention.HeadCount} for width {auxiliary.HiddenSize} in {auxiliary.Architecture?.Name}",
                "use a size whose heads are D/H wide; the exact gradients of this one are computed all the same");
        }
    }

    private static IEnumerable<ParameterLeaf> Parameters(BlockPlan? nodes) => nodes?.Parameters ?? [];
}
