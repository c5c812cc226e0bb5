using Tint.Properties.Generators;
using Tint.Properties.Laws;

namespace Tint.Properties.Campaigns;

/// <summary>
/// The seed of a case, from the campaign's seed, the law and the case's index alone: which other laws, cases or shards run does not matter.
/// </summary>
public static class CaseSeed
{
    private const ulong Stride = 0xD1342543DE82EF95;

    /// <summary>The seed of case <paramref name="index"/> of a law.</summary>
    public static ulong Of(int campaignSeed, Law law, int index)
    {
        ArgumentNullException.ThrowIfNull(law);
        var label = law.Label.Aggregate(0UL, (sum, letter) => (sum * 31) + letter);
        return Numbers.Mix(Numbers.Mix(Numbers.Mix((uint)campaignSeed) + (label * Stride)) + (uint)index);
    }

    /// <summary>Case <paramref name="index"/> of a law.</summary>
    public static LawCase Case(int campaignSeed, Law law, int index) => CaseGenerator.FromSeed(Of(campaignSeed, law, index));
}
