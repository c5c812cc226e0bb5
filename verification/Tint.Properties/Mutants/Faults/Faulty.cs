using Tint.Properties.Implementations;

namespace Tint.Properties.Mutants.Faults;

/// <summary>The one shape of a mutant: what it is called, what is wrong, whose mistake that is, and how it is made; then what cannot see it, and why.</summary>
internal static class Faulty
{
    public static Mutant Mutant(
        string name,
        string fault,
        string models,
        Func<ITintModules, ITint> apply,
        string? unseenByFixtures = null,
        string? unseenByLaws = null,
        string? unseenByProof = null) => new()
        {
            Name = name,
            Fault = fault,
            Models = models,
            Apply = apply,
            UnseenByFixtures = unseenByFixtures,
            UnseenByLaws = unseenByLaws,
            UnseenByProof = unseenByProof,
        };

    public static Func<ITintModules, ITint> LinearForward(Func<ModuleFunctions.LinearForward, ModuleFunctions.LinearForward> fault) =>
        modules => new FaultyModules(modules) { LinearForwardFault = fault };

    public static Func<ITintModules, ITint> LinearBackward(Func<ModuleFunctions.LinearBackward, ModuleFunctions.LinearBackward> fault) =>
        modules => new FaultyModules(modules) { LinearBackwardFault = fault };

    public static Func<ITintModules, ITint> LinearDescent(Func<ModuleFunctions.LinearDescent, ModuleFunctions.LinearDescent> fault) =>
        modules => new FaultyModules(modules) { LinearDescentFault = fault };

    public static Func<ITintModules, ITint> LayerNormForward(Func<ModuleFunctions.LayerNormForward, ModuleFunctions.LayerNormForward> fault) =>
        modules => new FaultyModules(modules) { LayerNormForwardFault = fault };

    public static Func<ITintModules, ITint> LayerNormBackward(Func<ModuleFunctions.LayerNormBackward, ModuleFunctions.LayerNormBackward> fault) =>
        modules => new FaultyModules(modules) { LayerNormBackwardFault = fault };

    public static Func<ITintModules, ITint> LayerNormDescent(Func<ModuleFunctions.LayerNormDescent, ModuleFunctions.LayerNormDescent> fault) =>
        modules => new FaultyModules(modules) { LayerNormDescentFault = fault };

    public static Func<ITintModules, ITint> AttentionForward(Func<ModuleFunctions.AttentionForward, ModuleFunctions.AttentionForward> fault) =>
        modules => new FaultyModules(modules) { AttentionForwardFault = fault };

    public static Func<ITintModules, ITint> AttentionBackward(Func<ModuleFunctions.AttentionBackward, ModuleFunctions.AttentionBackward> fault) =>
        modules => new FaultyModules(modules) { AttentionBackwardFault = fault };

    public static Func<ITintModules, ITint> AttentionScoreBackward(Func<ModuleFunctions.AttentionScoreBackward, ModuleFunctions.AttentionScoreBackward> fault) =>
        modules => new FaultyModules(modules) { AttentionScoreBackwardFault = fault };

    public static Func<ITintModules, ITint> ActivationForward(Func<ModuleFunctions.ActivationForward, ModuleFunctions.ActivationForward> fault) =>
        modules => new FaultyModules(modules) { ActivationForwardFault = fault };

    public static Func<ITintModules, ITint> ActivationBackward(Func<ModuleFunctions.ActivationBackward, ModuleFunctions.ActivationBackward> fault) =>
        modules => new FaultyModules(modules) { ActivationBackwardFault = fault };

    public static Func<ITintModules, ITint> LossGradient(Func<ModuleFunctions.LossGradient, ModuleFunctions.LossGradient> fault) =>
        modules => new FaultyModules(modules) { LossGradientFault = fault };
}
