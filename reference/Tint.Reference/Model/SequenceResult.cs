using Tint.Reference.Auxiliary;
using Tint.Reference.Primitives;

namespace Tint.Reference.Model;

/// <summary>What a TinT pass computed for one sequence.</summary>
public sealed record SequenceResult
{
    /// <summary>The auxiliary model's logits before training, [T × V].</summary>
    public required Tracked OriginalLogits { get; init; }

    /// <summary>The logits after the last SGD step, [T × V].</summary>
    public required Tracked Logits { get; init; }

    /// <summary>The auxiliary weights after the last SGD step, as the prefixes hold them.</summary>
    public required AuxiliaryWeights UpdatedWeights { get; init; }

    /// <summary>The states behind every block; empty unless a trace was asked for.</summary>
    public required IReadOnlyList<TraceEntry> Trace { get; init; }
}
