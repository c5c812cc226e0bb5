using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Counting;
using Tint.Reference.Modules;
using Tint.Reference.Primitives;

namespace Tint.Verification.Counting;

/// <summary>The weight tensors that each kind of module of a TinT materialises, and of which modules its blocks are made.</summary>
internal static class ParameterTensors
{
    private const string ScorePath = "AttentionScoreBackward";

    /// <summary>
    /// The modules of each part of a whole model of the published code, with how many of each. The C chunks of an MLP pass through the same inner, activation and
    /// outer module, and a backward step is always a backward and a descent module.
    /// </summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<(int Copies, string Module)>> Composition { get; } = CompositionOf(keepsScorePath: false);

    /// <summary>The same with the modules of attention's score path, or without.</summary>
    internal static IReadOnlyDictionary<string, IReadOnlyList<(int Copies, string Module)>> CompositionOf(bool keepsScorePath) => Of(
        new BlockModules(PreNormBlock.Of(AuxiliaryConfiguration.Tiny), keepsScorePath),
        new BlockModules(new BlockPlan(new Norm(Place.MlpNorm, AuxiliaryConfiguration.Tiny.HiddenSize))));

    /// <summary>The tensors of every module of the published code, by the module's name.</summary>
    /// <exception cref="Reference.RuleViolationException">The shape is not admissible.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<WeightTensor>> Of(TintConfiguration configuration) =>
        ModuleCatalogue.Published.ToDictionary(name => name, name => ModuleCatalogue.Tensors(name, configuration));

    /// <summary>The kinds of modules of a TinT of the published blocks.</summary>
    internal static IEnumerable<string> ModulesOf(TintConfiguration configuration) =>
        configuration.KeepsScorePath ? [.. ModuleCatalogue.Published, ScorePath] : ModuleCatalogue.Published;

    /// <summary>How many there are of each module.</summary>
    internal static IReadOnlyList<(int Copies, string Module)> Counted(IEnumerable<ModuleUse> modules) =>
        [.. modules.GroupBy(use => use.Module).Select(group => (group.Count(), group.Key))];

    private static Dictionary<string, IReadOnlyList<(int Copies, string Module)>> Of(BlockModules block, BlockModules finalNorm) => new()
    {
        ["forward block"] = Counted(block.Forward),
        ["backward block"] = Counted(block.Backward),
        ["final norm, forward and backward"] = Counted([.. finalNorm.Forward, .. finalNorm.Backward]),
    };
}
