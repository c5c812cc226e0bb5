using Tint.Verification;

namespace Tint.Oracle.Judging;

/// <summary>The names that an answer to a case may have.</summary>
internal sealed class NameTable
{
    private const string Expected = "expected.";
    private const string Input = "input.";
    private const string Trace = "trace.";

    private readonly CaseReference _reference;
    private readonly Dictionary<string, ReferenceTensor> _tensors = new(StringComparer.Ordinal);
    private readonly HashSet<string> _inputs;
    private readonly Dictionary<ReferenceTensor, int> _order = new(ReferenceEqualityComparer.Instance);

    /// <summary>The names of a case's results: listed ones, parts, intermediates.</summary>
    public NameTable(CaseReference reference)
    {
        _reference = reference;
        _inputs = reference.Tensors.InputNames.ToHashSet(StringComparer.Ordinal);
        foreach (var tensor in Ordered(reference))
        {
            _order[tensor] = _order.Count;
            _tensors.TryAdd(tensor.Name, tensor);
        }
    }

    /// <summary>The result of a name: as the file has it, or without <c>expected.</c> or with <c>trace.</c> in front; null where there is none.</summary>
    public ReferenceTensor? Find(string name) =>
        _tensors.GetValueOrDefault(name)
        ?? _tensors.GetValueOrDefault(Expected + name)
        ?? (name.StartsWith(Trace, StringComparison.Ordinal) ? _tensors.GetValueOrDefault(name[Trace.Length..]) : null)
        ?? (name.StartsWith(Expected, StringComparison.Ordinal) ? _tensors.GetValueOrDefault(name[Expected.Length..]) : null);

    /// <summary>The input of a name, with or without <c>input.</c>; null where there is none.</summary>
    public string? FindInput(string name)
    {
        var plain = name.StartsWith(Input, StringComparison.Ordinal) ? name[Input.Length..] : name;
        return _inputs.Contains(plain) ? plain : null;
    }

    /// <summary>Where a result stands in the flow of data.</summary>
    public int Order(ReferenceTensor tensor) => _order[tensor];

    /// <summary>The most similar name, to be appended to a complaint.</summary>
    public string Suggestion(string name) =>
        NearestName.Of(name, _tensors.Keys.Concat(_inputs.Select(input => Input + input)), static known => known.Replace(Expected, string.Empty, StringComparison.Ordinal)) is { } nearest
            ? $"; did you mean '{nearest}'?"
            : $"; it has {string.Join(", ", _reference.Listed.Select(tensor => tensor.Name).Concat(_reference.Parts.Select(part => part.Name)).Take(8))}";

    /// <summary>Intermediates stand where they arise; the results of passes behind the passes.</summary>
    private static IEnumerable<ReferenceTensor> Ordered(CaseReference reference)
    {
        var parts = reference.Parts;
        var steps = reference.Model?.Intermediates ?? [];
        string[] first = ["expected.original_logits", "expected.original_loss"];
        var listed = reference.Listed;
        return
        [
            .. parts,
            .. steps.Where(step => step.Name.StartsWith("forward0", StringComparison.Ordinal) || step.Name == "embedding"),
            .. first.SelectMany(name => listed.Where(tensor => tensor.Name == name)),
            .. steps.Where(step => !step.Name.StartsWith("forward0", StringComparison.Ordinal) && step.Name != "embedding"),
            .. listed.Where(tensor => !first.Contains(tensor.Name)),
        ];
    }
}
