using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Activation;
using Tint.Reference.Modules.LayerNorm;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;

namespace Tint.Reference.Counting;

/// <summary>The parameters of a TinT, counted over the weight tensors that its modules materialise, biases and position maps included.</summary>
/// <remarks>
/// A whole model is: the tied token embeddings and the position table; for each auxiliary layer one forward block with its 6 + 3C prefix
/// loads of K·D_sim numbers (the activations' empty loads included) and, if it is trained, one backward block; and the final norm, forward and
/// backward, with its own load. With blocks shared, later passes add nothing; with separate blocks every SGD step adds a forward block a
/// trained layer, and every step after the first a backward block as well. For GPT-2's published shape that makes 1,476,796,914.
/// Source: C27.
/// </remarks>
public static class ParameterCount
{
    /// <summary>The parameters of each module alone.</summary>
    public static IReadOnlyList<ModuleCount> Modules(TintConfiguration configuration)
    {
        AdmissibleShapes.Check(configuration);
        int linear = MemorySlots.Linear(configuration), norm = MemorySlots.LayerNorm(configuration);
        int attention = MemorySlots.Attention(configuration), activation = MemorySlots.Activation(configuration);
        return
        [
            Module("LinearForward", new LinearForward(configuration, linear).Tensors()),
            Module("LinearBackward", new LinearBackward(configuration, linear).Tensors()),
            Module("LinearDescent", new LinearDescent(configuration, linear).Tensors()),
            Module("LayerNormForward", new LayerNormForward(configuration, norm).Tensors()),
            Module("LayerNormBackward", new LayerNormBackward(configuration, norm).Tensors()),
            Module("LayerNormDescent", new LayerNormDescent(configuration, norm).Tensors()),
            Module("AttentionForward", new AttentionForward(configuration, attention).Tensors()),
            Module("AttentionBackward", new AttentionBackward(configuration, attention).Tensors()),
            Module("AttentionDescent", new AttentionDescent(configuration, attention).Tensors()),
            Module("ActivationForward", new ActivationForward(configuration, activation).Tensors()),
            Module("ActivationBackward", new ActivationBackward(configuration, activation).Tensors()),
        ];
    }

    /// <summary>The parts of a whole model; their totals add up to <see cref="WholeModel"/>.</summary>
    public static IReadOnlyList<ModuleCount> Parts(TintConfiguration configuration)
    {
        var modules = Modules(configuration).ToDictionary(module => module.Name, module => module.Parameters);
        var auxiliary = configuration.Auxiliary;
        var load = Sizes.Count(configuration.PrefixCount, configuration.HiddenSize);
        var plan = BlockPlan.Of(auxiliary);

        // One module of each leaf: the C chunks of the MLP pass through the same inner, activation and outer module.
        long Leaves(Func<Leaf, long> count) => plan.Leaves.Sum(count);
        long Of(string module, string pass) => modules[module + pass];
        long BackwardAndDescent(string module) => Of(module, "Backward") + Of(module, "Descent");
        var forward = Leaves(leaf => Of(Module(leaf), "Forward"));
        var backward = Leaves(leaf => leaf switch
        {
            Activation => Of("Activation", "Backward"),
            Attention => Of("Attention", "Backward") + BackwardAndDescent("Linear"),
            _ => BackwardAndDescent(Module(leaf)),
        });
        var (trained, steps) = (configuration.TrainedLayers, configuration.SgdSteps);
        long extraPasses = configuration.ShareBlocks ? 0 : steps;
        return
        [
            new ModuleCount("token embeddings, tied with the head", Sizes.Count(auxiliary.VocabularySize, auxiliary.HiddenSize), 1),
            new ModuleCount("position table", Sizes.Count(PositionRows(auxiliary), auxiliary.HiddenSize), 1),
            new ModuleCount("forward block", forward, Copies(auxiliary.LayerCount + (extraPasses * trained))),
            new ModuleCount("prefix loads of a block", Sizes.Count(load, plan.LoadCount), auxiliary.LayerCount),
            new ModuleCount("backward block", backward, Copies(steps == 0 ? 0 : trained * (configuration.ShareBlocks ? 1L : steps))),
            new ModuleCount("final norm, forward and backward", modules["LayerNormForward"] + BackwardAndDescent("LayerNorm"), 1),
            new ModuleCount("prefix load of the final norm", load, 1),
        ];
    }

    /// <summary>All parameters of a whole model.</summary>
    public static long WholeModel(TintConfiguration configuration) => Sizes.Sum(Parts(configuration).Select(part => part.Total));

    /// <summary>What the modules of a leaf are called.</summary>
    private static string Module(Leaf leaf) => leaf switch
    {
        { IsPublished: false } => throw leaf.Unread("the count of a TinT's parameters"),
        Norm => "LayerNorm",
        Linear => "Linear",
        Attention => "Attention",
        Activation => "Activation",
        _ => throw leaf.Unread("the count of a TinT's parameters"),
    };

    private static ModuleCount Module(string name, IEnumerable<WeightTensor> tensors) => new(name, tensors.Sum(tensor => tensor.Count), 0);

    private static int Copies(long count) => count <= int.MaxValue ? (int)count : throw Sizes.Uncountable($"{count} copies of a block");

    private static long PositionRows(AuxiliaryConfiguration auxiliary) => auxiliary.Family switch
    {
        AuxiliaryFamily.Gpt2 => auxiliary.MaximumPositions,
        AuxiliaryFamily.Opt => auxiliary.MaximumPositions + 2L,
        _ => throw Require.Unknown(auxiliary.Family, "the family"),
    };
}
