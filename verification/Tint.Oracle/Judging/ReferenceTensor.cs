using Tint.Reference.Auxiliary;
using Tint.Verification.Coordinates;
using Tint.Verification.Engines;

namespace Tint.Oracle.Judging;

/// <summary>What the reference says about one tensor of a case.</summary>
internal sealed record ReferenceTensor
{
    /// <summary>The name, as files have it: <c>expected.logits</c>, <c>signal</c>, <c>forward0.layer1.mlp.norm</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required TensorKind Kind { get; init; }

    /// <summary>The numbers that are expected.</summary>
    public required Tensor Value { get; init; }

    /// <summary>The engine's own numbers, with a bound and a measured noise for a unit roundoff.</summary>
    public required Func<string, ComputedTensor> Computed { get; init; }

    /// <summary>The paper's intent, where it is known.</summary>
    public Lazy<Tensor?> Paper { get; init; } = new((Tensor?)null);

    /// <summary>The exact gradient's result, where it is known.</summary>
    public Lazy<Tensor?> Exact { get; init; } = new((Tensor?)null);

    /// <summary>The parameter before the descent, in the same shape; null for what is no parameter.</summary>
    public Tensor? Before { get; init; }

    /// <summary>The place of an entry in the paper's coordinates.</summary>
    public required Func<IReadOnlyList<int>, Place> Locate { get; init; }

    /// <summary>Why the values do not matter, where nothing reads them.</summary>
    public string? Unread { get; init; }

    /// <summary>The step of the walk that it is the result of, for intermediates.</summary>
    public int Order { get; init; }
}
