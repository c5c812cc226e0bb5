using System.Globalization;
using Tint.Fixtures;
using Tint.Fixtures.Safetensors;
using Tint.Properties.Campaigns;
using Tint.Properties.Generators;
using Tint.Properties.Laws;
using Tint.Reference;

namespace Tint.Properties.Saving;

/// <summary>
/// What the file of a saved case says about the failure that it comes from: enough to make the case again, exactly, and to put it to its law on any
/// implementation. The case follows from seed, law and index, and the smaller one from the candidates of <see cref="CaseShrinker"/> that were taken.
/// </summary>
/// <param name="Law">The law.</param>
/// <param name="Seed">The campaign's seed.</param>
/// <param name="Index">The case's index.</param>
/// <param name="Steps">Which candidate was taken at each step that made the case smaller.</param>
/// <param name="Implementation">The name of the implementation that broke the law, as <see cref="Implementations.ImplementationNames"/> has it where it can.</param>
public sealed record SavedFailure(Law Law, int Seed, int Index, IReadOnlyList<int> Steps, string Implementation)
{
    private const string LawField = "law";
    private const string SeedField = "seed";
    private const string CaseField = "case";
    private const string StepsField = "shrunk";
    private const string ImplementationField = "implementation";

    /// <summary>What a failure's file says.</summary>
    public static SavedFailure Of(LawFailure failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return new SavedFailure(failure.Law, failure.Seed, failure.Index, failure.Steps, failure.Address ?? failure.Implementation);
    }

    /// <summary>Reads it from a file that <see cref="FailureFiles"/> has written.</summary>
    /// <exception cref="FixtureException">The file cannot be read.</exception>
    /// <exception cref="RuleViolationException">It does not say which law it comes from.</exception>
    public static SavedFailure Read(string path)
    {
        using var file = SafetensorsFile.Open(path);
        var fields = file.Metadata;
        return fields.TryGetValue(LawField, out var law) && LawBook.All.FirstOrDefault(item => item.Label == law) is { } known
            && Number(SeedField) is { } seed && Number(CaseField) is { } index and >= 0
            && fields.TryGetValue(StepsField, out var steps) && StepsOf(steps) is { } taken
            && fields.TryGetValue(ImplementationField, out var implementation)
            ? new SavedFailure(known, seed, index, taken, implementation)
            : throw new RuleViolationException(
                "a case to replay must say its law, seed, case, shrunk and implementation",
                $"'{path}' with {(fields.Count == 0 ? "none" : string.Join(", ", fields.Keys.Order(StringComparer.Ordinal)))}",
                "pass a file that 'tint properties --save DIR' wrote; others are for 'tint verify'");

        int? Number(string field) =>
            fields.TryGetValue(field, out var text) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>Makes the case again.</summary>
    /// <exception cref="RuleViolationException">This version draws or shrinks cases otherwise than that which saved it.</exception>
    public LawCase Case()
    {
        var item = CaseSeed.Case(Seed, Law, Index);
        foreach (var step in Steps)
        {
            item = CaseShrinker.Shrink(item).ElementAtOrDefault(step) ?? throw Changed($"there is no candidate {step}");
        }

        return item;
    }

    /// <summary>Makes the case again and checks that it is the one in the file, by every input that the file holds.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FixtureException">The file cannot be read.</exception>
    /// <exception cref="RuleViolationException">This version makes another case.</exception>
    public LawCase Case(string path)
    {
        var item = Case();
        var form = FixtureForm.Of(item);
        using var file = SafetensorsFile.Open(path);
        SavedCase[] made = Law.Subject == FixtureModules.WholeModel
            ? [.. form.Batch.Select((_, index) => SavedModel.Of(form, index))]
            : [SavedModule.Of(Law.Subject, form)];
        return made.Any(saved => saved.Tensors.Where(IsInput).All(tensor => IsIn(file, tensor))) ? item : throw Changed("the inputs differ");
    }

    /// <summary>The fields, for a file's metadata.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Fields() =>
    [
        new(LawField, Law.Label),
        new(SeedField, Seed.ToString(CultureInfo.InvariantCulture)),
        new(CaseField, Index.ToString(CultureInfo.InvariantCulture)),
        new(StepsField, string.Join(',', Steps.Select(step => step.ToString(CultureInfo.InvariantCulture)))),
        new(ImplementationField, Implementation),
    ];

    private static bool IsInput(SafetensorsTensor tensor) => tensor.Name.StartsWith("input.", StringComparison.Ordinal);

    private static bool IsIn(SafetensorsFile file, SafetensorsTensor tensor)
    {
        var entry = file.Tensors.FirstOrDefault(entry => entry.Name == tensor.Name);
        return entry is not null && entry.Shape.SequenceEqual(tensor.Shape) && entry.DataType == tensor.DataType && (entry.DataType == SafetensorsDataType.I64
            ? file.ReadIntegers(entry.Name).AsSpan().SequenceEqual(tensor.Integers)
            : file.ReadDoubles(entry.Name).AsSpan().SequenceEqual(tensor.Doubles!.Value.Span));
    }

    private static int[]? StepsOf(string text)
    {
        var words = text.Length == 0 ? [] : text.Split(',');
        var steps = words.Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : -1).ToArray();
        return steps.Contains(-1) ? null : steps;
    }

    private RuleViolationException Changed(string what) => new(
        "a saved case must be made again as it was",
        $"another case for {Law.Label}, seed {Seed}, case {Index}: {what}",
        "replay it with the version of tint that saved it, or try the law anew with 'tint properties'");
}
