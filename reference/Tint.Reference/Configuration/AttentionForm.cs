
namespace Tint.Reference.Configuration;

/// <summary>
/// What the auxiliary model's attention is beyond heads of D/H coordinates: how many key and value heads there are, what scores are made of, and who
/// attends to whom. Left alone, it is that of the published code: as many key as query heads, scores ⟨q, k⟩/√(D/H), itself and earlier tokens.
/// </summary>
/// <remarks>Source: C31, C32, C33, C34, C35.</remarks>
public sealed record AttentionForm
{
    /// <summary>The attention of the published code.</summary>
    public static AttentionForm Published { get; } = new();

    /// <summary>The key and value heads, each of which serves H/count query heads in a row; null for H.</summary>
    public int? KeyValueHeadCount { get; init => field = value is { } count ? Require.AtLeast(count, 1, "the number of key and value heads") : null; }

    /// <summary>What multiplies ⟨q, k⟩; null for 1/√(D/H).</summary>
    public double? ScoreScale { get; init => field = value is { } scale ? Require.Positive(scale, "the scale of attention scores") : null; }

    /// <summary>How queries and keys are turned by their positions; null for not at all.</summary>
    public Rotation? Rotation { get; init; }

    /// <summary>ALiBi: m_h, [H], of the m_h·j that a score gets, j the key's position; null for none.</summary>
    public IReadOnlyList<double>? Slopes { get; init; }

    /// <summary>What scores get by relative position; null for nothing.</summary>
    public RelativeBias? Relative { get; init; }

    /// <summary>True: a token attends to itself and earlier ones. False: to all.</summary>
    public bool IsCausal { get; init; } = true;

    /// <summary>The key and value heads of a model.</summary>
    internal int KeyValueHeads(AuxiliaryConfiguration auxiliary) => KeyValueHeadCount ?? auxiliary.HeadCount;

    /// <summary>The width of all keys, or of all values, side by side.</summary>
    internal int KeyValueWidth(AuxiliaryConfiguration auxiliary) => KeyValueHeads(auxiliary) * auxiliary.HeadSize;

    /// <summary>The key and value head that serves a query head.</summary>
    internal int ServedBy(AuxiliaryConfiguration auxiliary, int head) => head / (auxiliary.HeadCount / KeyValueHeads(auxiliary));

    /// <summary>The scale of a model.</summary>
    internal double Scale(AuxiliaryConfiguration auxiliary) => ScoreScale ?? (1 / Math.Sqrt(auxiliary.HeadSize));

    /// <summary>Checks what ties the form to an auxiliary model.</summary>
    /// <exception cref="RuleViolationException">A rule is broken; the message names it and what would work.</exception>
    public void Check(AuxiliaryConfiguration auxiliary)
    {
        ArgumentNullException.ThrowIfNull(auxiliary);
        auxiliary.Check();
        HeadRules.Check(auxiliary.HeadCount, KeyValueHeads(auxiliary));
        Rotation?.Check(auxiliary.HeadSize);
        Relative?.Check(auxiliary.HeadCount);
        if (Slopes is { } slopes)
        {
            for (var head = 0; head < slopes.Count; head++)
            {
                Require.Finite(slopes[head], $"the slope of head {head}");
            }

            if (slopes.Count != auxiliary.HeadCount)
            {
                throw new RuleViolationException(
                    "there must be a slope for each head", $"{slopes.Count} for {auxiliary.HeadCount} heads", $"pass {auxiliary.HeadCount}");
            }
        }
    }

    /// <summary>Refuses a gradient that goes to the value layer as it is, where the gradients of several query heads belong to one value head.</summary>
    /// <exception cref="RuleViolationException">The gradient skips attention whose heads share values.</exception>
    internal void CheckSkipping(TintConfiguration configuration)
    {
        var auxiliary = configuration.Auxiliary;
        if (!configuration.BackpropagateThroughAttention && KeyValueHeads(auxiliary) != auxiliary.HeadCount)
        {
            throw new RuleViolationException(
                "a gradient that skips attention needs a value head for each query head",
                $"{KeyValueHeads(auxiliary)} for {auxiliary.HeadCount}",
                "set BackpropagateThroughAttention");
        }
    }

    /// <summary>Checks what ties the form to a TinT as well: with slopes, a TinT head needs a coordinate beside those of the auxiliary head that it serves.</summary>
    /// <exception cref="RuleViolationException">A rule is broken; the message names it and the nearest shapes that work.</exception>
    public void Check(TintConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        AdmissibleShapes.Check(configuration);
        var auxiliary = configuration.Auxiliary;
        Check(auxiliary);
        if (Slopes is not null)
        {
            AdmissibleShapes.CheckFreeCoordinates(
                configuration,
                configuration.KeepsScorePath ? auxiliary.HeadSize + 1 : 1,
                "slopes need a coordinate of a TinT head that its auxiliary head leaves free");
        }
    }
}
