using System.Text.Json;
using Tint.Reference;
using Tint.Reference.Configuration;
using Tint.Reference.Counting;
using Tint.Reference.Families;
using Tint.Reference.Modules;
using Tint.Reference.Primitives;

namespace Tint.Verification.Counting;

/// <summary>
/// The parameter tables of one shape, of all published shapes and of the paper, or of one model of a family and of all its published sizes: what <c>tint
/// params</c> prints and writes as JSON.
/// </summary>
internal sealed record ParameterDocument
{
    /// <summary>The shape's name: one of <see cref="PublishedShapes.All"/>, a family's and a size's, or where its <c>config.json</c> lies.</summary>
    public required string Shape { get; init; }

    /// <summary>The family; null for a shape of the published code.</summary>
    public string? Family { get; init; }

    /// <summary>The published size; null for a shape of the published code and for a model of a <c>config.json</c>.</summary>
    public string? Size { get; init; }

    /// <summary>What the TinT follows, by the name of a <see cref="Preset"/>; all parameters are those of that.</summary>
    public string Preset { get; init; } = Reference.Configuration.Preset.Published.Name;

    /// <summary>The stencil of its finite differences.</summary>
    public string Stencil { get; init; } = Reference.Configuration.Stencil.Forward.Name;

    /// <summary>Whether it has softmax attention alone: as many twins as prefixes and as tokens.</summary>
    public bool UseSoftmax { get; init; }

    /// <summary>The auxiliary model's own parameters; null for a shape of the published code.</summary>
    public long? ModelParameters { get; init; }

    /// <summary>The sizes of the auxiliary model and its TinT.</summary>
    public required Sizes Chosen { get; init; }

    /// <summary>All parameters of the shape's TinT.</summary>
    public required long Total { get; init; }

    /// <summary>The parts of the whole model; their totals add up to <see cref="Total"/>.</summary>
    public required IReadOnlyList<Part> Parts { get; init; }

    /// <summary>The modules of which blocks and final norms are made.</summary>
    public required IReadOnlyList<PartModules> Composition { get; init; }

    /// <summary>Each kind of module with the tensors that it materialises.</summary>
    public required IReadOnlyList<ModuleTable> Modules { get; init; }

    /// <summary>All published shapes with their totals; none for a family.</summary>
    public required IReadOnlyList<Published> PublishedShapeTotals { get; init; }

    /// <summary>All published sizes of the family, where one of them was asked for.</summary>
    public IReadOnlyList<FamilySize> FamilySizes { get; init; } = [];

    /// <summary>The paper's table; empty for a family.</summary>
    public required IReadOnlyList<PaperRow> Paper { get; init; }

    /// <summary>The tables with one shape in detail.</summary>
    /// <param name="name">One of <see cref="PublishedShapes.All"/>.</param>
    /// <exception cref="RuleViolationException">There is no such shape.</exception>
    public static ParameterDocument Of(string name) => Of(name, Settings.Published);

    /// <summary>The same for a TinT with other settings.</summary>
    /// <param name="name">One of <see cref="PublishedShapes.All"/>.</param>
    /// <param name="settings">What it follows.</param>
    /// <exception cref="RuleViolationException">There is no such shape, or it has no room for these settings.</exception>
    public static ParameterDocument Of(string name, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (!PublishedShapes.All.TryGetValue(name, out var configuration))
        {
            throw new RuleViolationException(
                "the shape must be a published one",
                $"'{name}'",
                $"use one of {string.Join(", ", PublishedShapes.All.Keys)}, or --family and --size for others");
        }

        configuration = settings.Of(configuration);
        return new ParameterDocument
        {
            Shape = name,
            Preset = settings.Preset.Name,
            Stencil = configuration.Stencil.Name,
            UseSoftmax = configuration.UseSoftmax,
            Chosen = Sizes.Of(configuration),
            Total = ParameterCount.WholeModel(configuration),
            Parts = [.. ParameterCount.Parts(configuration).Select(Part.Of)],
            Composition = [.. ParameterTensors.CompositionOf(configuration.KeepsScorePath).Select(part => PartModules.Of(part.Key, part.Value))],
            Modules = [.. ParameterTensors.ModulesOf(configuration).Select(module => ModuleTable.Of(module, ModuleCatalogue.Tensors(module, configuration)))],
            PublishedShapeTotals = [.. PublishedShapes.All.Select(shape => Published.Of(shape.Key, settings.Of(shape.Value)))],
            Paper = [.. PaperFormula.Table.Select(row => new PaperRow(
                row.Name, row.HiddenSize, row.PrefixCount, row.HeadCount, row.LayerCount, row.Layer, row.Total, row.Quoted))],
        };
    }

    /// <summary>The tables of a family's model.</summary>
    /// <param name="family">As in "llama".</param>
    /// <param name="size">As in "7b".</param>
    /// <exception cref="RuleViolationException">There is no such family or size, or no TinT has room for the model.</exception>
    public static ParameterDocument Of(string family, string size) => Of(family, size, Settings.Published);

    /// <summary>The same for a TinT with other settings.</summary>
    /// <param name="family">As in "llama".</param>
    /// <param name="size">As in "7b".</param>
    /// <param name="settings">What it follows.</param>
    /// <exception cref="RuleViolationException">There is no such family or size, or no TinT has room for the model with these settings.</exception>
    public static ParameterDocument Of(string family, string size, Settings settings) => Of(FamilyCatalogue.Size(family, size), $"{family} {size}", settings) with
    {
        Family = family,
        Size = size,
        FamilySizes = [.. FamilyCatalogue.Sizes(family).Select(name => FamilySize.Of(family, name, settings))],
    };

    /// <summary>The tables of a model of a family, as its <c>config.json</c> describes it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">What the tables call it.</param>
    /// <exception cref="RuleViolationException">No TinT has room for the model.</exception>
    public static ParameterDocument Of(FamilyConfiguration model, string name) => Of(model, name, Settings.Published);

    /// <summary>The same for a TinT with other settings.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">What the tables call it.</param>
    /// <param name="settings">What it follows.</param>
    /// <exception cref="RuleViolationException">No TinT has room for the model with these settings.</exception>
    public static ParameterDocument Of(FamilyConfiguration model, string name, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(settings);
        var (configuration, parts, stacks) = (FamilyShape.Of(model, settings.Of), FamilyCount.Parts(model, settings.Of), FamilyCount.Stacks(model));
        return new ParameterDocument
        {
            Shape = name,
            Preset = settings.Preset.Name,
            Stencil = configuration.Stencil.Name,
            UseSoftmax = configuration.UseSoftmax,
            Family = model.ModelType,
            ModelParameters = FamilyCount.OfModel(model),
            Chosen = Sizes.Of(configuration),
            Total = parts.Sum(part => part.Total),
            Parts = [.. parts.Select(Part.Of)],
            Composition = [.. stacks.SelectMany(stack => Composed(stack.Stack, new BlockModules(stack.Plan, configuration.KeepsScorePath)))],
            Modules =
            [
                .. stacks.Select(stack => new BlockModules(stack.Plan, configuration.KeepsScorePath)).SelectMany(modules => modules.Forward.Concat(modules.Backward)).DistinctBy(use => use.Module)
                    .Select(use => ModuleTable.Of(use.Module, ModuleCatalogue.Tensors(use.Module, configuration, use.Form))),
            ],
            PublishedShapeTotals = [],
            Paper = [],
        };
    }

    /// <summary>Writes the document as UTF-8 JSON with names in snake_case.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, ParameterJson.Default.ParameterDocument);

    private static IEnumerable<PartModules> Composed(string stack, BlockModules modules) =>
    [
        PartModules.Of($"{stack}forward block", ParameterTensors.Counted(modules.Forward)),
        PartModules.Of($"{stack}backward block", ParameterTensors.Counted(modules.Backward)),
    ];

    /// <summary>What a TinT follows.</summary>
    /// <param name="Preset">Its departures, and its stencil where no other is given.</param>
    /// <param name="Stencil">Another stencil than the preset's; null for its own.</param>
    public sealed record Settings(Preset Preset, Stencil? Stencil = null)
    {
        /// <summary>The published code.</summary>
        public static Settings Published { get; } = new(Reference.Configuration.Preset.Published);

        /// <summary>Whether softmax attention, over positions and twins, stands for linear attention.</summary>
        public bool UseSoftmax { get; init; }

        /// <summary>A TinT with these settings.</summary>
        public TintConfiguration Of(TintConfiguration configuration) => Preset.Of(configuration, Stencil) with { UseSoftmax = UseSoftmax };

        /// <summary>What it follows, in words, given the TinT's stencil.</summary>
        public string Words(TintConfiguration configuration)
        {
            ArgumentNullException.ThrowIfNull(configuration);
            return $"{Preset}, {configuration.Stencil} differences{(UseSoftmax ? ", softmax alone" : string.Empty)}";
        }
    }

    /// <summary>The sizes of an auxiliary model and its TinT.</summary>
    /// <param name="AuxHiddenSize">D_aux.</param>
    /// <param name="AuxNumHeads">H_aux.</param>
    /// <param name="AuxNumLayers">L.</param>
    /// <param name="AuxMaxPositions">T_max.</param>
    /// <param name="HiddenSize">D_sim.</param>
    /// <param name="NumPrefixes">K.</param>
    /// <param name="NumHeads">H_sim.</param>
    public sealed record Sizes(int AuxHiddenSize, int AuxNumHeads, int AuxNumLayers, int AuxMaxPositions, int HiddenSize, int NumPrefixes, int NumHeads)
    {
        internal static Sizes Of(TintConfiguration shape) => new(
            shape.Auxiliary.HiddenSize,
            shape.Auxiliary.HeadCount,
            shape.Auxiliary.LayerCount,
            shape.Auxiliary.MaximumPositions,
            shape.HiddenSize,
            shape.PrefixCount,
            shape.HeadCount);
    }

    /// <summary>A part of a whole model.</summary>
    /// <param name="Name">What it is.</param>
    /// <param name="Parameters">The parameters of one copy.</param>
    /// <param name="Copies">How many copies the model has.</param>
    /// <param name="Total">Parameters times copies.</param>
    public sealed record Part(string Name, long Parameters, int Copies, long Total)
    {
        internal static Part Of(ModuleCount part) => new(part.Name, part.Parameters, part.Copies, part.Total);
    }

    /// <summary>The modules of a part.</summary>
    /// <param name="Part">The part's name.</param>
    /// <param name="Modules">Its modules.</param>
    public sealed record PartModules(string Part, IReadOnlyList<ModuleCopies> Modules)
    {
        internal static PartModules Of(string part, IEnumerable<(int Copies, string Module)> modules) =>
            new(part, [.. modules.Select(module => new ModuleCopies(module.Module, module.Copies))]);
    }

    /// <summary>How many of a module there are.</summary>
    /// <param name="Module">Its name.</param>
    /// <param name="Copies">How many.</param>
    public sealed record ModuleCopies(string Module, int Copies);

    /// <summary>A kind of module.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Parameters">All parameters of one.</param>
    /// <param name="Tensors">Its tensors.</param>
    public sealed record ModuleTable(string Name, long Parameters, IReadOnlyList<ModuleTensor> Tensors)
    {
        internal static ModuleTable Of(string name, IReadOnlyList<WeightTensor> tensors) => new(
            name, tensors.Sum(tensor => tensor.Count), [.. tensors.Select(tensor => new ModuleTensor(tensor.Name, tensor.Shape, tensor.Count))]);
    }

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

    /// <summary>A published size of a family.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="ModelParameters">The auxiliary model's own parameters.</param>
    /// <param name="Sizes">The sizes; null where no TinT has room for it.</param>
    /// <param name="Total">All parameters of the TinT; null where no TinT has room for it.</param>
    /// <param name="Problem">Why no TinT has room for it.</param>
    public sealed record FamilySize(string Name, long ModelParameters, Sizes? Sizes, long? Total, string? Problem)
    {
        internal static FamilySize Of(string family, string name, Settings settings)
        {
            var model = FamilyCatalogue.Size(family, name);
            var parameters = FamilyCount.OfModel(model);
            try
            {
                return new(name, parameters, Sizes.Of(FamilyShape.Of(model, settings.Of)), FamilyCount.Whole(model, settings.Of), null);
            }
            catch (RuleViolationException violation)
            {
                return new(name, parameters, null, null, violation.Message);
            }
        }
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
