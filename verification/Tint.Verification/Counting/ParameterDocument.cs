using System.Text.Json;
using Tint.Reference.Configuration;
using Tint.Reference.Counting;

namespace Tint.Verification.Counting;

/// <summary>The parameter tables of one shape, of all published shapes and of the paper: what <c>tint params</c> prints and writes as JSON.</summary>
public sealed record ParameterDocument
{
    /// <summary>The shape's name, one of <see cref="PublishedShapes.All"/>.</summary>
    public required string Shape { get; init; }

    /// <summary>All parameters of the shape's TinT.</summary>
    public required long Total { get; init; }

    /// <summary>The parts of the whole model; their totals add up to <see cref="Total"/>.</summary>
    public required IReadOnlyList<Part> Parts { get; init; }

    /// <summary>Each kind of module with the tensors that it materialises.</summary>
    public required IReadOnlyList<ModuleTable> Modules { get; init; }

    /// <summary>All published shapes with their totals.</summary>
    public required IReadOnlyList<Published> PublishedShapeTotals { get; init; }

    /// <summary>The paper's table.</summary>
    public required IReadOnlyList<PaperRow> Paper { get; init; }

    /// <summary>The tables with one shape in detail.</summary>
    /// <param name="name">One of <see cref="PublishedShapes.All"/>.</param>
    /// <exception cref="Reference.RuleViolationException">There is no such shape.</exception>
    public static ParameterDocument Of(string name)
    {
        if (!PublishedShapes.All.TryGetValue(name, out var configuration))
        {
            throw new Reference.RuleViolationException(
                "the shape must be a published one", $"'{name}'", $"use one of {string.Join(", ", PublishedShapes.All.Keys)}");
        }

        var tensors = ParameterTensors.Of(configuration);
        return new ParameterDocument
        {
            Shape = name,
            Total = ParameterCount.WholeModel(configuration),
            Parts = [.. ParameterCount.Parts(configuration).Select(part => new Part(part.Name, part.Parameters, part.Copies, part.Total))],
            Modules = [.. ParameterCount.Modules(configuration).Select(module => new ModuleTable(
                module.Name,
                module.Parameters,
                [.. tensors[module.Name].Select(tensor => new ModuleTensor(tensor.Name, tensor.Shape, tensor.Count))]))],
            PublishedShapeTotals = [.. PublishedShapes.All.Select(shape => Published.Of(shape.Key, shape.Value))],
            Paper = [.. PaperFormula.Table.Select(row => new PaperRow(
                row.Name, row.HiddenSize, row.PrefixCount, row.HeadCount, row.LayerCount, row.Layer, row.Total, row.Quoted))],
        };
    }

    /// <summary>Writes the document as UTF-8 JSON with names in snake_case.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, ParameterJson.Default.ParameterDocument);

    /// <summary>A part of a whole model.</summary>
    /// <param name="Name">What it is.</param>
    /// <param name="Parameters">The parameters of one copy.</param>
    /// <param name="Copies">How many copies the model has.</param>
    /// <param name="Total">Parameters times copies.</param>
    public sealed record Part(string Name, long Parameters, int Copies, long Total);

    /// <summary>A kind of module.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Parameters">All parameters of one.</param>
    /// <param name="Tensors">Its tensors.</param>
    public sealed record ModuleTable(string Name, long Parameters, IReadOnlyList<ModuleTensor> Tensors);

    /// <summary>One tensor of a module.</summary>
    /// <param name="Name">Its name, as in the fixtures.</param>
    /// <param name="Shape">Its sizes.</param>
    /// <param name="Parameters">Their product.</param>
    public sealed record ModuleTensor(string Name, IReadOnlyList<int> Shape, long Parameters);

    /// <summary>A published shape.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="AuxHiddenSize">D_aux.</param>
    /// <param name="AuxNumLayers">L.</param>
    /// <param name="HiddenSize">D_sim.</param>
    /// <param name="NumPrefixes">K.</param>
    /// <param name="NumHeads">H_sim.</param>
    /// <param name="Total">All parameters.</param>
    public sealed record Published(
        string Name, int AuxHiddenSize, int AuxNumLayers, int HiddenSize, int NumPrefixes, int NumHeads, long Total)
    {
        internal static Published Of(string name, TintConfiguration shape) => new(
            name,
            shape.Auxiliary.HiddenSize,
            shape.Auxiliary.LayerCount,
            shape.HiddenSize,
            shape.PrefixCount,
            shape.HeadCount,
            ParameterCount.WholeModel(shape));
    }

    /// <summary>A row of the paper's table.</summary>
    /// <param name="Name">The auxiliary model.</param>
    /// <param name="HiddenSize">D_sim.</param>
    /// <param name="NumPrefixes">K.</param>
    /// <param name="NumHeads">H_sim.</param>
    /// <param name="AuxNumLayers">L.</param>
    /// <param name="Layer">One layer by the formula.</param>
    /// <param name="Formula">All layers by the formula.</param>
    /// <param name="QuotedBillions">The paper's number in billions, as quoted; not checked against its text.</param>
    public sealed record PaperRow(
        string Name, int HiddenSize, int NumPrefixes, int NumHeads, int AuxNumLayers, long Layer, long Formula, double QuotedBillions);
}
