using Tint.Properties.Implementations;
using Tint.Reference.Configuration;

namespace Tint.Properties.Mutants.Faults;

/// <summary>Faults of central differences; with the forward stencil nothing is wrong.</summary>
internal static class StencilFaults
{
    private const string Forward = "the published code has the forward stencil alone";

    public static IReadOnlyList<Mutant> All { get; } =
    [
        Of(
            "stencil.norm-forward",
            "LayerNorm's backward takes the forward difference where the central one is asked for.",
            "an option read by activations and not by normalisations",
            Faulty.LayerNormBackward(correct => (configuration, layer, gradient, memory) =>
                correct(configuration with { Stencil = Stencil.Forward }, layer, gradient, memory))),
        Of(
            "stencil.norm-half-forgotten",
            "LayerNorm's backward computes ρN(S(ρx + u/N) − S(ρx − u/N)).",
            "the distance of the two points taken for u/N where it is 2u/N",
            Faulty.LayerNormBackward(correct => (configuration, layer, gradient, memory) =>
                (IsCentral(configuration) ? 2 : 1) * correct(configuration, layer, gradient, memory))),
        Of(
            "stencil.norm-around-output",
            "LayerNorm's central difference is taken around x̂, not x.",
            "the memory that the forward stencil subtracts used as the point in the middle",
            Faulty.LayerNormBackward(correct => (configuration, layer, gradient, memory) => correct(
                configuration, layer, gradient, IsCentral(configuration) ? memory with { Input = memory.Normalized } : memory))),
        Of(
            "stencil.activation-backward",
            "Activation's backward computes N(σ(z) − σ(z − g/N)) where the central difference is asked for.",
            "one of the two points left at z",
            Faulty.ActivationBackward(correct => (configuration, gradient, memory) => IsCentral(configuration)
                ? -correct(configuration with { Stencil = Stencil.Forward }, -gradient, memory)
                : correct(configuration, gradient, memory))),
        Of(
            "stencil.activation-wide",
            "Activation's central difference looks at z ± 2g/N and divides by 4/N.",
            "the step doubled to make up for the half in front, right to second order",
            Faulty.ActivationBackward(correct => (configuration, gradient, memory) => correct(
                IsCentral(configuration) ? configuration with { FiniteDifferenceScale = configuration.FiniteDifferenceScale / 2 } : configuration,
                gradient,
                memory))),
    ];

    private static Mutant Of(string name, string fault, string models, Func<ITintModules, ITint> apply) =>
        Faulty.Mutant(name, fault, models, apply, unseenByFixtures: Forward);

    private static bool IsCentral(TintConfiguration configuration) => configuration.Stencil == Stencil.Central;
}
