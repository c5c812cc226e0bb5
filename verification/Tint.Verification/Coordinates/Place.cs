using Tint.Fixtures;

namespace Tint.Verification.Coordinates;

/// <summary>Where a value lies, in the paper's coordinates, outermost first.</summary>
/// <param name="Coordinates">The steps: pass, layer, module, sequence, prefix or token, slot, head, row, as far as they apply.</param>
public sealed record Place(IReadOnlyList<Coordinate> Coordinates)
{
    /// <summary>Translates an index of a tensor into the paper's coordinates.</summary>
    /// <param name="geometry">The case's sizes.</param>
    /// <param name="tensor">The tensor's name in the file.</param>
    /// <param name="shape">The tensor's shape.</param>
    /// <param name="index">The index along each axis.</param>
    public static Place Of(CaseGeometry geometry, string tensor, IReadOnlyList<int> shape, IReadOnlyList<int> index)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(index);
        const string constructed = "constructed.";
        if (tensor.StartsWith(constructed, StringComparison.Ordinal))
        {
            return new Place([.. Constructed(geometry, tensor[constructed.Length..], shape, index)]);
        }

        if (TraceName.Parse(tensor) is { } trace && index.Count == 3)
        {
            return new Place([.. Trace(geometry, trace, index)]);
        }

        return new Place([.. (tensor, index.Count) switch
        {
            ("expected.hidden_states", 3) =>
                [new Coordinate("module", geometry.Module), .. HiddenState(geometry, geometry.Module, index)],
            _ => OfModel(tensor, index).Coordinates,
        }]);
    }

    /// <summary>Translates an index of a tensor that belongs to the auxiliary model itself.</summary>
    /// <param name="tensor">The tensor's name in the file.</param>
    /// <param name="index">The index along each axis.</param>
    public static Place OfModel(string tensor, IReadOnlyList<int> index)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(index);
        return new Place([.. index.Count switch
        {
            3 when tensor.EndsWith("logits", StringComparison.Ordinal) =>
                [new Coordinate("sequence", index[0]), new("token", index[1]), new("vocabulary id", index[2])],
            2 when tensor.StartsWith("expected.true.grad.", StringComparison.Ordinal) =>
                [new Coordinate("row", index[0]), new("column", index[1])],
            _ => index.Select((value, axis) => new Coordinate(index.Count == 1 ? "entry" : $"axis {axis} index", value)),
        }]);
    }

    /// <summary>The place as in "module LinearForward, sequence 0, token 3, slot signal, coordinate 5".</summary>
    public override string ToString() => string.Join(", ", Coordinates);

    private static IEnumerable<Coordinate> Trace(CaseGeometry geometry, TraceName trace, IReadOnlyList<int> index)
    {
        yield return new Coordinate("step", trace.Step);
        yield return new Coordinate("pass", trace.Pass);
        yield return trace.Layer is { } layer ? new Coordinate("layer", layer) : new Coordinate("module", "final norm");
        if (trace is { Module: { } module, Layer: not null })
        {
            yield return new Coordinate("module", module);
        }

        var rest = trace.Prefixes is not null
            ? [new("sequence", index[0]), new("prefix", index[1]), .. PrefixLayout.Describe(geometry, index[1], index[2], trace.HoldsHeads)]
            : HiddenState(geometry, trace.Layer is null ? ModuleFamily.AnyLayerNorm : FixtureModules.WholeModel, index);
        foreach (var coordinate in rest)
        {
            yield return coordinate;
        }
    }

    private static IEnumerable<Coordinate> HiddenState(CaseGeometry geometry, string module, IReadOnlyList<int> index)
    {
        var (sequence, position, coordinate) = (index[0], index[1], index[2]);
        yield return new Coordinate("sequence", sequence);
        var isPrefix = position < geometry.PrefixCount;
        yield return isPrefix ? new Coordinate("prefix", position) : new Coordinate("token", position - geometry.PrefixCount);
        var holdsWeights = module != FixtureModules.WholeModel && !ModuleFamily.IsActivation(module);
        var rest = !isPrefix ? TokenLayout.Describe(geometry, module, coordinate)
            : holdsWeights
                ? PrefixLayout.Describe(geometry, position, coordinate, ModuleFamily.IsAttention(module))
            : [new Coordinate("coordinate", coordinate)];
        foreach (var step in rest)
        {
            yield return step;
        }
    }

    private static IEnumerable<Coordinate> Constructed(
        CaseGeometry geometry, string name, IReadOnlyList<int> shape, IReadOnlyList<int> index)
    {
        var parts = name.Split('.');
        var parameter = string.Join('.', parts[Math.Max(0, parts.Length - 2)..]);
        var owner = string.Join('.', parts[..Math.Max(0, parts.Length - 2)]);
        return
        [
            new("module", geometry.Module),
            new("weight", name),
            .. ConstructedAxes.Describe(geometry, parameter, owner, shape, index),
        ];
    }
}
