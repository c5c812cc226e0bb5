using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Families;

namespace Tint.Reference.Counting;

/// <summary>The parameters of the TinT of a model of any family, counted over its plan; for GPT-2 and OPT as published those of <see cref="ParameterCount"/>.</summary>
/// <remarks>
/// All blocks are trained, and passes share them. Of what lies outside of blocks the final norm alone is simulated, by modules of its own; the rest is not trained
/// (V7) and counts as it is. Tables of rotary positions, a layer that TinT lacks (C32), count with their attention modules.
/// Source: C27.
/// </remarks>
public static class FamilyCount
{
    private const string FinalNorm = "final_norm";

    /// <summary>The model's own parameters.</summary>
    public static long OfModel(FamilyConfiguration model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Sizes.Sum(model.Tensors().Select(Entries));
    }

    /// <summary>The parts of the TinT; their totals add up to its parameters.</summary>
    /// <exception cref="RuleViolationException">No TinT has room for the model.</exception>
    public static IReadOnlyList<ModuleCount> Parts(FamilyConfiguration model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var counter = new ModuleCounter(FamilyShape.Of(model));
        var blocks = model.Blocks();
        var outside = model.Tensors()
            .SelectMany(tensor => tensor.Places.Select(place => (Place: Layer(place), Count: Entries(tensor) / tensor.Places.Count)))
            .Where(tensor => !blocks.Any(block => tensor.Place.StartsWith($"{block.Name}.", StringComparison.Ordinal)))
            .GroupBy(tensor => tensor.Place, tensor => tensor.Count)
            .ToArray();
        return
        [
            .. outside.Where(part => !part.Key.EndsWith(FinalNorm, StringComparison.Ordinal))
                .Select(part => new ModuleCount(Words(model, part.Key), Sizes.Sum(part), 1)),
            .. Stacks(blocks).SelectMany(stack => Parts(counter, stack)),
            .. outside.Where(part => part.Key.EndsWith(FinalNorm, StringComparison.Ordinal))
                .SelectMany(part => Parts(counter, blocks[0].Plan, part.Key)),
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
    public static long Whole(FamilyConfiguration model) => Sizes.Sum(Parts(model).Select(part => part.Total));

    private static IEnumerable<(string Stack, BlockPlan Plan, int Count)> Stacks(IReadOnlyList<(string Name, BlockPlan Plan)> blocks) =>
        blocks.GroupBy(block => block.Name[..block.Name.LastIndexOf('.')]).Select(stack => (
            Prefix(stack.Key), stack.First().Plan, stack.Count()));

    private static IEnumerable<ModuleCount> Parts(ModuleCounter counter, (string Name, BlockPlan Plan, int Count) stack)
    {
        var modules = new BlockModules(stack.Plan);
        return
        [
            new($"{stack.Name}forward block", counter.Of(modules.Forward), stack.Count),
            new($"{stack.Name}prefix loads of a block", Sizes.Count(counter.Load, stack.Plan.LoadCount), stack.Count),
            new($"{stack.Name}backward block", counter.Of(modules.Backward), stack.Count),
        ];
    }

    /// <summary>The final norm of a stack is of the kind of its blocks' norms.</summary>
    private static IEnumerable<ModuleCount> Parts(ModuleCounter counter, BlockPlan block, string place)
    {
        var modules = new BlockModules(new BlockPlan(block.Leaves.First(leaf => leaf is Norm or RmsNorm)));
        var name = $"{Prefix(place)}final norm";
        return [new($"{name}, forward and backward", counter.Of([.. modules.Forward, .. modules.Backward]), 1), new($"prefix load of the {name}", counter.Load, 1)];
    }

    private static string Layer(string parameter) =>
        parameter.EndsWith(".weight", StringComparison.Ordinal) || parameter.EndsWith(".bias", StringComparison.Ordinal) ? parameter[..parameter.LastIndexOf('.')] : parameter;

    private static string Words(FamilyConfiguration model, string place) => place switch
    {
        "embedding.tokens" => model.IsTied ? "token embeddings, tied with the head" : "token embeddings",
        "embedding.positions" => "position table",
        _ => place.Replace("buckets", "table of relative positions", StringComparison.Ordinal).Replace('.', ' '),
    };

    /// <summary>"encoder " of "encoder.layers" or "encoder.final_norm".</summary>
    private static string Prefix(string place) => place.Contains('.', StringComparison.Ordinal) ? $"{place[..place.IndexOf('.', StringComparison.Ordinal)]} " : string.Empty;

    private static long Entries(TensorName tensor) => tensor.Shape.Aggregate(1L, static (product, size) => Sizes.Count(product, size));
}
