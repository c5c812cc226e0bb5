using Tint.Fixtures;
using Tint.Oracle.Judging;
using Tint.Oracle.Tracing;
using Tint.Reference;

namespace Tint.Oracle.Cases;

/// <summary>The single modules of whole models as cases, each on the inputs that the reference has there.</summary>
internal static class StepSuite
{
    /// <summary>The cases of some whole models, in the order in which data flows.</summary>
    /// <param name="cases">The cases; others than whole models have no steps.</param>
    /// <exception cref="RuleViolationException">None of them is a whole model.</exception>
    public static IReadOnlyList<Func<CaseDraft>> Drafts(IReadOnlyList<FixtureCase> cases)
    {
        FixtureCase[] models = [.. cases.Where(item => item.Module == FixtureModules.WholeModel)];
        return models.Length > 0
            ? [.. models.SelectMany(Drafts)]
            : throw new RuleViolationException("steps are those of whole models", $"none among {cases.Count} cases", $"choose cases of module {FixtureModules.WholeModel}");
    }

    private static List<Func<CaseDraft>> Drafts(FixtureCase item)
    {
        using var tensors = item.Open();
        var model = new CaseReference(item, tensors).Model!;
        var drafts = new List<Func<CaseDraft>>();
        var steps = model.Modules().Where(step => step.Input is not null).ToArray();
        foreach (var group in steps.GroupBy(step => (step.Name, step.Row, step.Column, step.Part)).DistinctBy(group => Id(item, group.First())))
        {
            TraceStep[] sequences = [.. group];
            drafts.Add(() => ModuleDraft.Of(
                Id(item, sequences[0]),
                model.Configuration,
                [.. sequences.Select(step => step.Input!)],
                item.DataType,
                $"{sequences[0].Name} of {item.Id} on the reference's own inputs"));
        }

        return drafts;
    }

    private static string Id(FixtureCase item, TraceStep step)
    {
        var name = step.Name.EndsWith(".bias", StringComparison.Ordinal) ? step.Name[..^".bias".Length]
            : step.Name.EndsWith(".weight", StringComparison.Ordinal) ? step.Name[..^".weight".Length]
            : step.Name.EndsWith("attention.query", StringComparison.Ordinal) ? step.Name.Replace("attention.query", "attention.heads", StringComparison.Ordinal)
            : step.Name.EndsWith("attention.key", StringComparison.Ordinal) ? step.Name.Replace("attention.key", "attention.heads", StringComparison.Ordinal)
            : step.Name;
        return $"{item.Id}.{name}{(step.Part is { } part ? $".chunk{part}" : string.Empty)}";
    }
}
