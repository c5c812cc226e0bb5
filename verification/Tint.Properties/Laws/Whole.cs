using Tint.Properties.Generators;
using Tint.Properties.Implementations;

namespace Tint.Properties.Laws;

/// <summary>What laws about whole models do with a case.</summary>
internal static class Whole
{
    /// <summary>The implementation's outcomes.</summary>
    public static IReadOnlyList<TintOutcome.OfSequence> Run(ITint tint, LawCase item) =>
        tint.Run(item.Configuration, item.Weights, item.Batch).Sequences;

    /// <summary>The implementation's outcomes on a case on which the construction stays within the finite numbers.</summary>
    public static IReadOnlyList<TintOutcome.OfSequence> Finite(ITint tint, LawCase item)
    {
        _ = Reference(item);
        return Run(tint, item);
    }

    /// <summary>The construction's outcomes with bounds.</summary>
    public static ReferenceBatch Reference(LawCase item) => ReferenceModel.Run(item.Configuration, item.Weights, item.Batch);

    /// <summary>Two cases that are the same computation.</summary>
    public static void Same(ITint tint, LawCase item, LawCase other, Judge judge)
    {
        var bounds = Reference(item);
        Outcomes.Near(
            judge,
            tint.Run(item.Configuration, item.Weights, item.Batch),
            tint.Run(other.Configuration, other.Weights, other.Batch),
            bounds);
    }

    /// <summary>Training leaves weights and logits as they are.</summary>
    public static void Unchanged(ITint tint, LawCase item, Judge judge)
    {
        var (bounds, outcomes) = (Reference(item), Run(tint, item));
        for (var i = 0; i < outcomes.Count; i++)
        {
            judge.Near($"sequence {i} weights", item.Weights, outcomes[i].UpdatedWeights, bounds.Sequences[i].WeightBounds);
            judge.Near($"sequence {i} logits", outcomes[i].OriginalLogits, outcomes[i].Logits, bounds.Sequences[i].Logits.Bound);
        }
    }
}
