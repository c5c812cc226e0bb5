using System.Reflection;
using System.Text.Json;
using Tint.Fixtures;
using Tint.Fixtures.Json;
using Tint.Properties.Laws;

namespace Tint.Properties.Campaigns;

/// <summary>The JSON that <c>tint properties --json</c> writes: what was run, then a row a law.</summary>
public sealed record CampaignDocument
{
    /// <summary>The version that ran it, with its commit where that is known: parts of different versions are not one campaign.</summary>
    public string? Version { get; init; }

    /// <summary>The implementation.</summary>
    public required string Implementation { get; init; }

    /// <summary>What matrix products ran on.</summary>
    public string? Provider { get; init; }

    /// <summary>The seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Cases a law over all shards.</summary>
    public required int CasesPerLaw { get; init; }

    /// <summary>Which part was run, "i/n".</summary>
    public required string Shard { get; init; }

    /// <summary>Cases that were run, all laws together.</summary>
    public required long Cases { get; init; }

    /// <summary>Laws that there are; those not asked for are not in <see cref="Laws"/>.</summary>
    public required int LawsInAll { get; init; }

    /// <summary>What the campaign says: broken if a law is, otherwise held if one was tried, otherwise not_tried.</summary>
    public required LawOutcome Outcome { get; init; }

    /// <summary>Laws that at least one case met and none broke.</summary>
    public required int Held { get; init; }

    /// <summary>Laws that a case broke.</summary>
    public required int Broken { get; init; }

    /// <summary>Laws whose condition no case met, of which nothing is known.</summary>
    public required int NotTried { get; init; }

    /// <summary>The laws.</summary>
    public required IReadOnlyList<LawRow> Laws { get; init; }

    /// <summary>The version of this program.</summary>
    private static string? ThisVersion =>
        typeof(CampaignDocument).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    /// <summary>Reads a document that <see cref="WriteTo"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FixtureException">It cannot be read, or is none.</exception>
    public static CampaignDocument Read(string path) => JsonFile.ReadWritten(
        path, CampaignJson.Default.CampaignDocument, "'tint properties --json', or 'tint evaluate' or 'tint classify',");

    /// <summary>The document of a campaign.</summary>
    public static CampaignDocument Of(CampaignResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new CampaignDocument
        {
            Version = ThisVersion,
            Implementation = result.Options.Implementation.Name,
            Provider = result.Options.Provider?.Description,
            Seed = result.Options.Seed,
            CasesPerLaw = result.Options.Cases,
            Shard = $"{result.Options.Shard.Index}/{result.Options.Shard.Count}",
            Cases = result.Cases,
            LawsInAll = LawBook.All.Count,
            Outcome = result.Outcome,
            Held = result.Count(LawOutcome.Held),
            Broken = result.Count(LawOutcome.Broken),
            NotTried = result.Count(LawOutcome.NotTried),
            Laws = [.. result.Reports.Select(LawRow.Of)],
        };
    }

    /// <summary>Writes the document as UTF-8 JSON with names in snake_case; a ratio that is not finite is a text.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, CampaignJson.Default.CampaignDocument);
}
