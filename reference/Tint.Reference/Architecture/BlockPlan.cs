using Tint.Reference.Configuration;

namespace Tint.Reference.Architecture;

/// <summary>
/// A transformer block as data: its nodes in the order of the forward pass. <see cref="Walk"/> runs any reading of it, forward and backward; all lists of
/// a block's parameters are enumerations of its <see cref="Parameters"/>.
/// </summary>
/// <remarks>Source: C22.</remarks>
/// <param name="Nodes">The nodes, one after the other.</param>
public sealed record BlockPlan(params IReadOnlyList<Node> Nodes)
{
    private IReadOnlyList<(Leaf Leaf, int Chunk)>? _steps;

    /// <summary>The block of an auxiliary model of the published code; those of others are in their <see cref="ModelPlan"/>.</summary>
    /// <exception cref="RuleViolationException">The model has another architecture.</exception>
    public static BlockPlan Of(AuxiliaryConfiguration auxiliary)
    {
        ArgumentNullException.ThrowIfNull(auxiliary);
        auxiliary.RequirePublished("what reads one plan for all blocks");
        return auxiliary.Family switch
        {
            AuxiliaryFamily.Gpt2 or AuxiliaryFamily.Opt => PreNormBlock.Of(auxiliary),
            _ => throw Require.Unknown(auxiliary.Family, "the family"),
        };
    }

    /// <summary>Every leaf in the order in which TinT runs it, a leaf of a chunked body once a chunk, with the number of its chunk.</summary>
    /// <exception cref="RuleViolationException">Chunks lie within chunks.</exception>
    public IReadOnlyList<(Leaf Leaf, int Chunk)> Steps => _steps ??= [.. Flatten(Nodes, null)];

    /// <summary>Every leaf once, in the order of the forward pass.</summary>
    public IEnumerable<Leaf> Leaves => Flatten(Nodes, null, most: 1).Select(static step => step.Leaf);

    /// <summary>The linear layers and normalisations, in the order of the forward pass.</summary>
    public IEnumerable<ParameterLeaf> Parameters => Leaves.SelectMany(static leaf => leaf.Parameters);

    /// <summary>Those of them that TinT's descents write.</summary>
    public IEnumerable<ParameterLeaf> Trained => Leaves.SelectMany(static leaf => leaf.Trained);

    /// <summary>
    /// The places whose weights TinT loads into its prefixes, in order, with the number of the chunk; a leaf without parameters loads empty prefixes.
    /// </summary>
    public IEnumerable<(Place Place, int Chunk)> Loads => Steps.SelectMany(static step => step.Leaf.Parameters.Count == 0
        ? [(step.Leaf.Place, step.Chunk)]
        : step.Leaf.Parameters.Select(leaf => (leaf.Place, step.Chunk)));

    /// <summary>How many <see cref="Loads"/> there are; those of every chunk are not listed, of which a configuration may name any number.</summary>
    /// <exception cref="RuleViolationException">They cannot be counted.</exception>
    public long LoadCount => Count(Nodes);

    /// <summary>The leaf of a name.</summary>
    /// <exception cref="RuleViolationException">The plan has none.</exception>
    public Leaf this[Place place] => Leaves.FirstOrDefault(leaf => leaf.Place == place) ?? throw new RuleViolationException(
        "a plan must have the leaf that is asked for", $"{place}", $"use one of {string.Join(", ", Leaves.Select(leaf => leaf.Place))}");

    /// <summary>Whether what a leaf's forward pass leaves at a place may not be rounded; nothing that a product leaves is such.</summary>
    public bool LeavesExactMemory(Place place) => Leaves.Any(leaf => leaf.Place == place && leaf.LeavesExactMemory);

    /// <summary>The plan with other leaves in the places of its own.</summary>
    public BlockPlan Select(Func<Leaf, Leaf> change)
    {
        return new([.. Nodes.Select(Of)]);

        Node Of(Node node) => node switch
        {
            Leaf leaf => change(leaf),
            Residual residual => new Residual([.. residual.Body.Select(Of)]),
            Sum sum => new Sum([.. sum.Branches.Select(OfBranch)]),
            Product product => product with { Left = OfBranch(product.Left), Right = OfBranch(product.Right) },
            Chunks chunks => chunks with { Body = [.. chunks.Body.Select(Of)] },
            _ => throw Walk.Unknown(node),
        };

        Branch OfBranch(Branch branch) => new([.. branch.Nodes.Select(Of)]);
    }

    private static IEnumerable<(Leaf Leaf, int Chunk)> Flatten(IEnumerable<Node> nodes, int? chunk, int most = int.MaxValue) => nodes.SelectMany(node => node switch
    {
        Leaf leaf => [(leaf, chunk ?? 0)],
        Residual residual => Flatten(residual.Body, chunk, most),
        Sum sum => sum.Branches.SelectMany(branch => Flatten(branch.Nodes, chunk, most)),
        Product product => Flatten(product.Left.Nodes.Concat(product.Right.Nodes), chunk, most),
        Chunks chunks => chunk is null
            ? Enumerable.Range(0, Math.Min(chunks.Count, most)).SelectMany(index => Flatten(chunks.Body, index, most))
            : throw new RuleViolationException("chunks must not lie within chunks", $"{chunks.Count} within others", "cut the inner width once"),
        _ => throw Walk.Unknown(node),
    });

    private static long Count(IEnumerable<Node> nodes) => Sizes.Sum(nodes.Select(node => node switch
    {
        Leaf leaf => Math.Max(leaf.Parameters.Count, 1L),
        Residual residual => Count(residual.Body),
        Sum sum => Sizes.Sum(sum.Branches.Select(branch => Count(branch.Nodes))),
        Product product => Count(product.Left.Nodes.Concat(product.Right.Nodes)),
        Chunks chunks => Sizes.Count(chunks.Count, Count(chunks.Body)),
        _ => throw Walk.Unknown(node),
    }));
}
