using System.IO.Enumeration;
using Tint.Properties.Implementations;
using Tint.Properties.Mutants.Faults;
using Tint.Reference;

namespace Tint.Properties.Mutants;

/// <summary>All mutants, and the correct implementations that they are made from.</summary>
public static class MutantCatalogue
{
    /// <summary>The mutants, by the part that they are about: linear, norm, activation, stencil, attention, score, loss, block, plan, model, optimiser, family, softmax, or an operation as its law calls it.</summary>
    public static IReadOnlyList<Mutant> All { get; } =
    [
        .. LinearFaults.All,
        .. LayerNormFaults.All,
        .. ActivationFaults.All,
        .. StencilFaults.All,
        .. AttentionFaults.All,
        .. ScoreFaults.All,
        .. LossFaults.All,
        .. BlockFaults.All,
        .. PlanFaults.All,
        .. ModelFaults.All,
        .. OptimiserFaults.All,
        .. FamilyFaults.All,
        .. OperationFaults.All,
        .. SoftmaxFaults.All,
    ];

    /// <summary>The correct modules that every mutant is applied to: the closed forms, and the literal construction.</summary>
    public static IReadOnlyList<ITint> Bases { get; } = [new SimulationTint(), new ConstructionTint()];

    /// <summary>The laws, by label, that no mutant can break, and why.</summary>
    public static IReadOnlyDictionary<string, string> LawsBeyondMutants { get; } = new Dictionary<string, string>
    {
        ["L73"] = "it is about stacking layers into prefixes, which implementations do not show",
    };

    /// <summary>What mutants are made of, without a fault: it must pass every check, or a kill would say nothing.</summary>
    public static ITint Unmutated(ITintModules modules) => new MutantTint(modules);

    /// <summary>The mutants whose name matches a pattern as a whole, * standing for any text and ? for one character; null matches all.</summary>
    /// <exception cref="RuleViolationException">None matches.</exception>
    public static IReadOnlyList<Mutant> Select(string? pattern)
    {
        if (pattern is null)
        {
            return All;
        }

        var matching = All.Where(mutant => FileSystemName.MatchesSimpleExpression(pattern, mutant.Name, ignoreCase: false)).ToArray();
        return matching.Length > 0
            ? matching
            : throw new RuleViolationException(
                "a pattern must match at least one mutant", $"'{pattern}' for {All.Count} mutants", "list them with 'tint mutants'");
    }
}
