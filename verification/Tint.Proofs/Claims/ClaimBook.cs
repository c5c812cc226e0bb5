using System.IO.Enumeration;
using Tint.Reference;

namespace Tint.Proofs.Claims;

/// <summary>All claims: modules, operations of other architectures, blocks of families, whole models of families, whole models of the published code.</summary>
internal static class ClaimBook
{
    /// <summary>The claims, in the order in which they are proven.</summary>
    public static IReadOnlyList<Claim> All { get; } =
    [
        .. Setting.OfModules.SelectMany(ModuleClaims.Of).OrderBy(claim => claim.Name.Split('/')[0], StringComparer.Ordinal),
        .. ModuleClaims.Of(Setting.OfLongLoss).Where(claim => claim.Name.StartsWith("LossGradient", StringComparison.Ordinal)),
        .. OperationClaims.All(),
        .. BlockClaims.All(),
        .. FamilyClaims.All(),
        .. Setting.OfModels.Select(ModelClaims.Of),
    ];

    /// <summary>The claims whose name matches a pattern, * standing for any text and ? for one character; all for null.</summary>
    /// <exception cref="RuleViolationException">None matches.</exception>
    public static IReadOnlyList<Claim> Select(string? pattern)
    {
        if (pattern is null)
        {
            return All;
        }

        var matching = All.Where(claim => FileSystemName.MatchesSimpleExpression(pattern, claim.Name)).ToArray();
        return matching.Length > 0
            ? matching
            : throw new RuleViolationException(
                "a pattern must match at least one claim", $"'{pattern}' for {All.Count} claims, as '{All[0].Name}'", "use * for any text, as in 'LinearForward*'");
    }
}
