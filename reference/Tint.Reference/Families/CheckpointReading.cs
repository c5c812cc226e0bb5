using System.Text.RegularExpressions;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Reference.Families;

/// <summary>
/// Reads a model's parameters from a checkpoint and accounts for every tensor in it: it is a parameter, or a copy of one, or a buffer that
/// frameworks save beside the parameters; anything else says something about the model that nobody would read, and is refused by name.
/// </summary>
/// <remarks>A checkpoint of a model without its head leaves out the first part of each name, which is found as well.</remarks>
internal sealed partial class CheckpointReading
{
    private const int MostNamed = 3;

    private readonly FamilyConfiguration _model;
    private readonly ITensorFile _tensors;
    private readonly Dictionary<string, string> _found = new(StringComparer.Ordinal);

    /// <summary>Checks names and shapes; no number is read but of copies, which must equal what they copy.</summary>
    /// <exception cref="RuleViolationException">A tensor is missing, has another shape, has no place, or differs from what it copies.</exception>
    public CheckpointReading(FamilyConfiguration model, ITensorFile tensors)
    {
        (_model, _tensors) = (model, tensors);
        var (copies, missing) = (model.Copies(), new List<string>());
        foreach (var tensor in model.Tensors())
        {
            if ((Find(tensor.Name) ?? copies.Where(copy => copy.Original == tensor.Name).Select(copy => Find(copy.Name)).FirstOrDefault(name => name is not null))
                is { } found)
            {
                RequireShape(found, tensor.Shape);
                _found[tensor.Name] = found;
            }
            else
            {
                missing.Add(tensor.Name);
            }
        }

        var used = _found.Values.ToHashSet(StringComparer.Ordinal);
        var copied = copies.Select(copy => (Name: Find(copy.Name), copy.Original)).Where(copy => copy.Name is { } name && !used.Contains(name)).ToArray();
        string[] unread = [.. tensors.Names.Where(name => !used.Contains(name) && !Array.Exists(copied, copy => copy.Name == name) && !IsBuffer(name, used))];
        if (missing.Count > 0)
        {
            throw new RuleViolationException(
                $"tensor {missing[0]} is needed",
                $"{tensors.Names.Count} tensors without it" + (unread.Length > 0 ? $", and without a place for {Some(unread)}" : string.Empty),
                unread.Length > 0 ? Remedy(unread[0], used) : "export the model with Hugging Face names");
        }

        if (unread.Length > 0)
        {
            throw new RuleViolationException(
                $"every tensor must be a parameter of the model, {model.ModelType} of {model.Blocks().Count} layers", Some(unread), Remedy(unread[0], used));
        }

        foreach (var (name, original) in copied)
        {
            RequireEqual(name!, _found[original]);
        }
    }

    /// <summary>Reads every parameter.</summary>
    /// <exception cref="RuleViolationException">One holds NaN or infinity.</exception>
    public ParameterSet Read() => Read(static _ => true);

    /// <summary>Reads some of the parameters; several threads may at once.</summary>
    /// <param name="wanted">Which, by canonical names; all that one tensor holds are read together.</param>
    /// <exception cref="RuleViolationException">One holds NaN or infinity.</exception>
    public ParameterSet Read(Func<string, bool> wanted)
    {
        var parameters = new ParameterSet();
        foreach (var tensor in _model.Tensors().Where(tensor => tensor.Places.Any(wanted)))
        {
            foreach (var (place, value) in tensor.Places.Zip(tensor.Layout.Read(_tensors, _found[tensor.Name], tensor.Shape, tensor.Places.Count)))
            {
                Require.Finite(value, OneLine.Name(_found[tensor.Name]));
                parameters.Set(place, value);
            }
        }

        return parameters;
    }

    private string? Find(string name) =>
        _tensors.ShapeOf(name) is not null ? name
            : name.Count('.') > 1 && _tensors.ShapeOf(Shorter(name)) is not null ? Shorter(name)
            : null;

    private static string Shorter(string name) => name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];

    /// <summary>Causal masks of an attention that is there and what is written in their place, and the frequencies of rotations: constants of the code.</summary>
    private bool IsBuffer(string name, HashSet<string> used)
    {
        var (match, shape) = (Buffer().Match(name), _tensors.ShapeOf(name)!);
        return match.Success && (match.Groups["owner"].Value.Length == 0
            || (used.Any(other => other.Contains(name[..(match.Groups["owner"].Index + match.Groups["owner"].Length)], StringComparison.Ordinal))
                && (match.Groups["kind"].Value == "bias" ? shape.Count >= 2 && shape[^1] == shape[^2] : shape.All(size => size == 1))));
    }

    private static string Some(string[] names) =>
        string.Join(", ", names.Take(MostNamed).Select(OneLine.Name)) + (names.Length > MostNamed ? $" and {names.Length - MostNamed} more" : string.Empty);

    private static string Remedy(string name, HashSet<string> used)
    {
        var layer = Layer().Match(name);
        return name.Contains("lora_", StringComparison.Ordinal) ? "merge the adapter into the weights first"
            : used.FirstOrDefault(other => Shorter(other) == name || Shorter(name) == other) is { } same
                ? $"keep one of it and {same}, which stand for the same parameter"
            : layer.Success && !used.Any(other => other.Contains(layer.Value, StringComparison.Ordinal)) ? "configure as many layers as the checkpoint has"
            : "check config.json, use a model without it, or leave it out if the model computes the same";
    }

    private void RequireShape(string name, IReadOnlyList<int> expected)
    {
        var shape = _tensors.ShapeOf(name)!;
        if (!shape.SequenceEqual(expected.Select(static size => (long)size)))
        {
            throw new RuleViolationException(
                $"tensor {OneLine.Name(name)} must be [{string.Join(" × ", expected)}]",
                $"[{string.Join(" × ", shape)}]",
                "check the checkpoint against its configuration");
        }

        if (_tensors.HoldsIntegers(name))
        {
            throw new RuleViolationException(
                $"tensor {OneLine.Name(name)} must hold floating-point numbers, as every parameter does", "integers", "use a checkpoint that is not quantised");
        }
    }

    private void RequireEqual(string name, string original)
    {
        const string remedy = "use a checkpoint whose copies are equal, or a config.json that does not tie them";
        var (rule, shape, copy) = ($"{name} must equal {original}", _tensors.ShapeOf(original)!, _tensors.ShapeOf(name)!);
        if (!copy.SequenceEqual(shape))
        {
            throw new RuleViolationException(rule, $"[{string.Join(" × ", copy)}] beside [{string.Join(" × ", shape)}]", remedy);
        }

        var (one, other) = (new double[1 << 14], new double[1 << 14]);
        var count = shape.Aggregate(1L, static (product, size) => product * size);
        for (long first = 0; first < count; first += one.Length)
        {
            var length = (int)Math.Min(one.Length, count - first);
            _tensors.Read(original, first, one.AsSpan(0, length));
            _tensors.Read(name, first, other.AsSpan(0, length));
            var same = one.AsSpan(0, length).CommonPrefixLength(other.AsSpan(0, length));
            if (same < length)
            {
                throw new RuleViolationException(
                    rule, FormattableString.Invariant($"{other[same]:R} in place of {one[same]:R} at entry {first + same}"), remedy);
            }
        }
    }

    [GeneratedRegex(@"(^|\.)(inv_freq|(?<owner>(attn|attention)\.)(?<kind>bias|masked_bias))$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Buffer();

    [GeneratedRegex(@"^(.*\.)?(h|layers|block)\.[0-9]+\.", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Layer();
}
