using Tint.Reference.Auxiliary;
using Tint.Reference.Primitives;

namespace Tint.Reference.Model;

/// <summary>
/// What the construction computed for one sequence, every number with the rounding that was followed, and whole hidden states in the trace.
/// </summary>
public sealed record TrackedResult
{
    private readonly Lazy<AuxiliaryWeights> _updatedWeights;

    /// <summary>Creates the result.</summary>
    /// <param name="readWeights">Reads the updated weights out of the prefixes; called at most once, when they are asked for.</param>
    public TrackedResult(Func<AuxiliaryWeights> readWeights)
    {
        _updatedWeights = new Lazy<AuxiliaryWeights>(readWeights);
    }

    /// <summary>The auxiliary model's logits before training, [T × V].</summary>
    public required Tracked OriginalLogits { get; init; }

    /// <summary>The logits after the last SGD step, [T × V].</summary>
    public required Tracked Logits { get; init; }

    /// <summary>
    /// The auxiliary weights after the last SGD step, as the prefixes hold them. Layers that <see cref="ConstructedTint.Storage"/> keeps elsewhere
    /// come in when they are asked for.
    /// </summary>
    public AuxiliaryWeights UpdatedWeights => _updatedWeights.Value;

    /// <summary>The states behind every block; empty unless a trace was asked for.</summary>
    public required IReadOnlyList<TraceEntry> Trace { get; init; }
}
