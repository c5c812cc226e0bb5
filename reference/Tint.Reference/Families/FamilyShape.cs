using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Families;

/// <summary>The shape of the TinT that simulates a model of a family.</summary>
/// <remarks>
/// The rule is that of <see cref="TintConfiguration.For"/>: K is the published one where the width and the heads are those of a published shape, and else the largest
/// that is admissible, which makes the narrowest TinT; H_sim is the smallest that is admissible, which leaves each head the most room. An MLP has ⌈F/D⌉ chunks (C30).
/// Source: C26, C30.
/// </remarks>
public static class FamilyShape
{
    /// <summary>The TinT of a model, with every block trained.</summary>
    /// <exception cref="RuleViolationException">No TinT has room for the model; the message says for what of it.</exception>
    public static TintConfiguration Of(FamilyConfiguration model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Attention[] attentions = [.. model.Blocks().SelectMany(block => block.Plan.Leaves.OfType<Attention>()).Distinct()];
        foreach (var attention in attentions)
        {
            CheckHeads(model, attention);
        }

        var configuration = TintConfiguration.For(Auxiliary(model));
        foreach (var attention in attentions)
        {
            attention.Form.Check(configuration);
        }

        return configuration;
    }

    private static AuxiliaryConfiguration Auxiliary(FamilyConfiguration model)
    {
        var blocks = model.Blocks();
        return new()
        {
            HiddenSize = model.HiddenSize,
            HeadCount = model.HeadCount,
            LayerCount = blocks.Count,
            VocabularySize = model.VocabularySize,
            MaximumPositions = model.MaximumPositions,
            MlpChunkCount = blocks.Max(block => block.Plan.Steps.Max(step => step.Chunk)) + 1,
            Activation = blocks[0].Plan.Leaves.OfType<Activation>().First().Kind,
            LayerNormEpsilon = model.Epsilon,
        };
    }

    /// <summary>Heads share the width: a prefix holds rows of a D × D weight, and queries lie in a slot of D coordinates.</summary>
    private static void CheckHeads(FamilyConfiguration model, Attention attention)
    {
        var (width, heads) = (model.HiddenSize, attention.HeadCount);
        if (attention.Query.Outputs != width)
        {
            throw new RuleViolationException(
                "the heads of a model that TinT simulates must be as wide together as the model: a weight of another shape has no place in its prefixes",
                $"{heads} heads of {attention.Query.Outputs / heads} for width {width} in {model.ModelType}",
                "use a size whose heads are D/H wide; the exact gradients of this one are computed all the same");
        }
    }
}
