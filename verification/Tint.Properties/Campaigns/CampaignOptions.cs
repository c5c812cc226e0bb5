using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Reference;
using Tint.Reference.LinearAlgebra;

namespace Tint.Properties.Campaigns;

/// <summary>What to run.</summary>
public sealed record CampaignOptions
{
    /// <summary>The implementation that is put to the laws.</summary>
    public required ITint Implementation { get; init; }

    /// <summary>The laws.</summary>
    public IReadOnlyList<Law> Laws { get; init; } = LawBook.All;

    /// <summary>How many cases a law, over all shards.</summary>
    public required int Cases
    {
        get;
        init => field = value >= 1 ? value : throw new RuleViolationException("a campaign must have a case a law", $"{value}", "use 1 or more");
    }

    /// <summary>The seed; the same seed gives the same cases.</summary>
    public required int Seed { get; init; }

    /// <summary>The part to run.</summary>
    public Shard Shard { get; init; } = Shard.Whole;

    /// <summary>This one case instead of a shard's; null for a shard's.</summary>
    public int? OnlyCase
    {
        get;
        init => field = value is null or >= 0
            ? value
            : throw new RuleViolationException("the index of a case must not be negative", $"{value}", "use 0 or more");
    }

    /// <summary>What matrix products run on, to be named in reports; null leaves it unnamed.</summary>
    public ProviderInUse? Provider { get; init; }

    /// <summary>Whether a failing case is made smaller.</summary>
    public bool Shrink { get; init; } = true;

    /// <summary>The indices to run.</summary>
    public IReadOnlyList<int> Indices => OnlyCase is { } index ? [index] : [.. Shard.Indices(Cases)];
}
