using System.Globalization;
using Tint.Fixtures;
using Tint.Properties.Generators;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Reference.LinearAlgebra;
using Tint.Verification.Reports;

namespace Tint.Properties.Campaigns;

/// <summary>A law that an implementation broke.</summary>
/// <param name="Law">The law.</param>
/// <param name="Seed">The campaign's seed.</param>
/// <param name="Index">The case's index.</param>
/// <param name="Original">The case as it was drawn, and how the law fared.</param>
/// <param name="Shrunk">The smallest case found on which it fails, and how.</param>
/// <param name="Implementation">The implementation's name.</param>
/// <param name="Provider">The choice of what matrix products ran on; null where it is not known.</param>
public sealed record LawFailure(
    Law Law,
    int Seed,
    int Index,
    (LawCase Case, LawVerdict Verdict) Original,
    (LawCase Case, LawVerdict Verdict) Shrunk,
    string Implementation,
    ProviderChoice? Provider = null)
{
    /// <summary>The candidates that were followed from the original to the smaller case; see <see cref="Minimiser"/>.</summary>
    public IReadOnlyList<int> Steps { get; init; } = [];

    /// <summary>The name by which a command line finds the implementation, see <see cref="ImplementationNames"/>; null where none does.</summary>
    public string? Address { get; init; }

    /// <summary>The command that tries the same case again; for an implementation that no command line can make, the line of C#.</summary>
    public string Command => Address is { } address
        ? ToolCommand.Line([
            "properties", "--law", Law.Label, "--seed", Seed.ToString(CultureInfo.InvariantCulture), "--case", Index.ToString(CultureInfo.InvariantCulture),
            "--implementation", address, .. Provider is { } choice ? new[] { "--provider", LinearAlgebraProviders.NameOf(choice) } : []])
        : string.Create(
            CultureInfo.InvariantCulture,
            $"Campaign.Run(new CampaignOptions {{ Implementation = {Printable.Name(Implementation)}, Laws = LawBook.Select(\"{Law.Label}\"), Cases = 1, Seed = {Seed}, OnlyCase = {Index} }})");
}
