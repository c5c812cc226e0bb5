using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Families;

namespace Tint.Reference.Counting;

/// <summary>The parameters of the TinT of a model of any family, counted over its plan; for GPT-2 and OPT as published those of <see cref="ParameterCount"/>.</summary>
/// <remarks>
/// All blocks are trained, and passes share them. Nodes outside of blocks have modules of their own, those behind the embedding forward alone; tables are not trained
/// (V7) and count as they are. Tables of rotary positions, a layer that TinT lacks (C32), count with their attention modules.
/// Source: C27, C38.
/// </remarks>
public static class FamilyCount
{
    /// <summary>The model's own parameters.</summary>
    public static long OfModel(FamilyConfiguration model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Sizes.Sum(model.Tensors().Select(Entries));
    }

    /// <summary>The parts of the TinT; their totals add up to its parameters.</summary>
    /// <exception cref="RuleViolationException">No TinT has room for the model.</exception>
    public static IReadOnlyList<ModuleCount> Parts(FamilyConfiguration model) => Parts(model, static configuration => configuration);

    /// <summary>The parts of a TinT with other settings: the score path's modules are counted where it is kept (C38).</summary>
    /// <param name="model">The model.</param>
    /// <param name="settings">What is set before room is looked for.</param>
    /// <exception cref="RuleViolationException">No TinT has room for the model with these settings.</exception>
    public static IReadOnlyList<ModuleCount> Parts(FamilyConfiguration model, Func<TintConfiguration, TintConfiguration> settings)
    {
        ArgumentNullException.ThrowIfNull(model);
        var configuration = FamilyShape.Of(model, settings);
        var (counter, plan, blocks) = (new ModuleCounter(configuration), model.Plan(), model.Blocks());
        string[] loaded = [.. blocks.Select(block => $"{block.Name}."), .. plan.Outside.Select(leaf => leaf.Place.Name)];
        var tables = model.Tensors()
            .SelectMany(tensor => tensor.Parts)
            .Select(part => (Place: Layer(part.Place), Count: (long)part.Rows * part.Columns))
            .Where(part => !loaded.Any(place => part.Place.StartsWith(place, StringComparison.Ordinal)))
            .GroupBy(part => part.Place, part => part.Count);
        return
        [
            .. tables.Select(part => new ModuleCount(Words(model, part.Key), Sizes.Sum(part), 1)),
            .. Stacks(blocks).SelectMany(stack => Parts(counter, stack, configuration.KeepsScorePath)),
            .. Parts(counter, plan.Embedding, isTrained: false),
            .. Parts(counter, plan.EncoderFinal, isTrained: true),
            .. Parts(counter, plan.Final, isTrained: true),
        ];
    }

    /// <summary>The plan of each stack's blocks, which have the same modules.</summary>
    public static IReadOnlyList<(string Stack, BlockPlan Plan)> Stacks(FamilyConfiguration model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return [.. Stacks(model.Blocks()).Select(stack => (stack.Stack, stack.Plan))];
    }

    /// <summary>All parameters of the TinT.</summary>
    /// <exception cref="RuleViolationException">No TinT has room for the model.</exception>
    public static long Whole(FamilyConfiguration model) => Whole(model, static configuration => configuration);

    /// <summary>All parameters of a TinT with other settings.</summary>
    /// <param name="model">The model.</param>
    /// <param name="settings">What is set before room is looked for.</param>
    /// <exception cref="RuleViolationException">No TinT has room for the model with these settings.</exception>
    public static long Whole(FamilyConfiguration model, Func<TintConfiguration, TintConfiguration> settings) =>
        Sizes.Sum(Parts(model, settings).Select(part => part.Total));

    private static IEnumerable<(string Stack, BlockPlan Plan, int Count)> Stacks(IReadOnlyList<(string Name, BlockPlan Plan)> blocks) =>
        blocks.GroupBy(block => block.Name[..block.Name.LastIndexOf('.')]).Select(stack => (
            Prefix(stack.Key), stack.First().Plan, stack.Count()));

    private static IEnumerable<ModuleCount> Parts(ModuleCounter counter, (string Name, BlockPlan Plan, int Count) stack, bool keepsScorePath)
    {
        var modules = new BlockModules(stack.Plan, keepsScorePath);
        return
        [
            new($"{stack.Name}forward block", counter.Of(modules.Forward), stack.Count),
            new($"{stack.Name}prefix loads of a block", Sizes.Count(counter.Load, stack.Plan.LoadCount), stack.Count),
            new($"{stack.Name}backward block", counter.Of(modules.Backward), stack.Count),
        ];
    }

    /// <summary>Nodes outside of blocks.</summary>
    private static IEnumerable<ModuleCount> Parts(ModuleCounter counter, BlockPlan? nodes, bool isTrained)
    {
        if (nodes is null)
        {
            return [];
        }

        var (modules, name) = (new BlockModules(nodes), Words(nodes.Leaves.First().Place.Name));
        return
        [
            isTrained ? new($"{name}, forward and backward", counter.Of([.. modules.Forward, .. modules.Backward]), 1) : new($"{name}, forward", counter.Of(modules.Forward), 1),
            new($"prefix load of the {name}", Sizes.Count(counter.Load, nodes.LoadCount), 1),
        ];
    }

    private static string Layer(string parameter) =>
        parameter.EndsWith(".weight", StringComparison.Ordinal) || parameter.EndsWith(".bias", StringComparison.Ordinal) ? parameter[..parameter.LastIndexOf('.')] : parameter;

    private static string Words(FamilyConfiguration model, string place) => place switch
    {
        "embedding.tokens" => model.IsTied ? "token embeddings, tied with the head" : "token embeddings",
        "embedding.positions" => "position table",
        _ => Words(place.Replace("buckets", "table of relative positions", StringComparison.Ordinal)),
    };

    private static string Words(string place) => place.Replace('.', ' ').Replace('_', ' ');

    /// <summary>"encoder " of "encoder.layers" or "encoder.final_norm".</summary>
    private static string Prefix(string place) => place.Contains('.', StringComparison.Ordinal) ? $"{place[..place.IndexOf('.', StringComparison.Ordinal)]} " : string.Empty;

    private static long Entries(TensorName tensor) => tensor.Shape.Aggregate(1L, static (product, size) => Sizes.Count(product, size));
}
