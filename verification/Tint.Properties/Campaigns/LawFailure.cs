using Tint.Properties.Generators;
using Tint.Properties.Laws;
using Tint.Reference.LinearAlgebra;

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
    /// <summary>The command that tries the same case again.</summary>
    public string Command =>
        $"tint properties --law {Law.Label} --seed {Seed} --case {Index} --implementation {Implementation}"
        + (Provider is { } choice ? $" --provider {LinearAlgebraProviders.NameOf(choice)}" : string.Empty);
}
