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
    private readonly FamilyConfiguration _model;
    private readonly ITensorFile _tensors;
    private readonly Dictionary<string, string> _found = new(StringComparer.Ordinal);

    /// <summary>Checks names and shapes; no number is read but of copies, which must equal what they copy.</summary>
    /// <exception cref="RuleViolationException">A tensor is missing, has another shape, has no place, or differs from what it copies.</exception>
    public CheckpointReading(FamilyConfiguration model, ITensorFile tensors)
    {
        (_model, _tensors) = (model, tensors);
        var copies = model.Copies();
        foreach (var tensor in model.Tensors())
        {
            _found[tensor.Name] = Find(tensor.Name)
                ?? copies.Where(copy => copy.Original == tensor.Name).Select(copy => Find(copy.Name)).FirstOrDefault(name => name is not null)
                ?? throw new RuleViolationException(
                    "a checkpoint must have every tensor of its model", $"no '{tensor.Name}'", $"add it, {Text(tensor.Shape)}");
            RequireShape(_found[tensor.Name], tensor.Shape);
        }

        var used = _found.Values.ToHashSet(StringComparer.Ordinal);
        foreach (var name in tensors.Names.Where(name => !used.Contains(name)))
        {
            if (copies.FirstOrDefault(copy => Find(copy.Name) == name) is { Original: { } original })
            {
                RequireEqual(name, _found[original]);
            }
            else if (!Buffer().IsMatch(name))
            {
                throw new RuleViolationException(
                    $"every tensor of a checkpoint must be a parameter of its model, {model.ModelType}",
                    OneLine.Name(name),
                    "check config.json, merge an adapter into the weights, or leave the tensor out if the model computes the same");
            }
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

    private string? Find(string name)
    {
        var shorter = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];
        return _tensors.ShapeOf(name) is not null ? name
            : name.Count('.') > 1 && _tensors.ShapeOf(shorter) is not null ? shorter
            : null;
    }

    private void RequireShape(string name, IReadOnlyList<int> expected)
    {
        var shape = _tensors.ShapeOf(name)!;
        if (!shape.SequenceEqual(expected.Select(static size => (long)size)))
        {
            throw new RuleViolationException(
                $"{OneLine.Name(name)} must be {Text(expected)}", $"[{string.Join(" × ", shape)}]", "check the checkpoint against its config.json");
        }

        TensorSource.RequireNumbers(_tensors, name);
    }

    private void RequireEqual(string name, string original)
    {
        const string remedy = "use a checkpoint whose copies are equal, or a config.json that does not tie them";
        var shape = _tensors.ShapeOf(original)!;
        if (!_tensors.ShapeOf(name)!.SequenceEqual(shape))
        {
            throw new RuleViolationException($"{OneLine.Name(name)} must equal {OneLine.Name(original)}", "another shape", remedy);
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
                    $"{OneLine.Name(name)} must equal {OneLine.Name(original)}",
                    FormattableString.Invariant($"{other[same]:R} in place of {one[same]:R} at entry {first + same}"),
                    remedy);
            }
        }
    }

    private static string Text(IReadOnlyList<int> shape) => $"[{string.Join(" × ", shape)}]";

    /// <summary>Causal masks and what is written in their place, frequencies of rotations: constants of the code.</summary>
    [GeneratedRegex(@"(^|\.)(inv_freq|(attn|attention)\.(bias|masked_bias))$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Buffer();
}
