using Tint.Reference.Configuration;

namespace Tint.Properties.Mutants.Faults;

/// <summary>Faults of central differences; with the forward stencil nothing is wrong.</summary>
internal static class StencilFaults
{
    private const string Forward = "the published code has the forward stencil alone";

    public static IReadOnlyList<Mutant> All { get; } =
    [
        new()
        {
            Name = "stencil.norm-forward",
            Fault = "LayerNorm's backward takes the forward difference where the central one is asked for.",
            Models = "an option read by activations and not by normalisations",
            UnseenByFixtures = Forward,
            Apply = modules => new FaultyModules(modules)
            {
                LayerNormBackwardFault = correct => (configuration, layer, gradient, memory) =>
                    correct(configuration with { Stencil = Stencil.Forward }, layer, gradient, memory),
            },
        },
        new()
        {
            Name = "stencil.norm-half-forgotten",
            Fault = "LayerNorm's backward computes ρN(S(ρx + u/N) − S(ρx − u/N)).",
            Models = "the distance of the two points taken for u/N where it is 2u/N",
            UnseenByFixtures = Forward,
            Apply = modules => new FaultyModules(modules)
            {
                LayerNormBackwardFault = correct => (configuration, layer, gradient, memory) =>
                    (IsCentral(configuration) ? 2 : 1) * correct(configuration, layer, gradient, memory),
            },
        },
        new()
        {
            Name = "stencil.norm-around-output",
            Fault = "LayerNorm's central difference is taken around x̂, not x.",
            Models = "the memory that the forward stencil subtracts used as the point in the middle",
            UnseenByFixtures = Forward,
            Apply = modules => new FaultyModules(modules)
            {
                LayerNormBackwardFault = correct => (configuration, layer, gradient, memory) => correct(
                    configuration, layer, gradient, IsCentral(configuration) ? memory with { Input = memory.Normalized } : memory),
            },
        },
        new()
        {
            Name = "stencil.activation-backward",
            Fault = "Activation's backward computes N(σ(z) − σ(z − g/N)) where the central difference is asked for.",
            Models = "one of the two points left at z",
            UnseenByFixtures = Forward,
            Apply = modules => new FaultyModules(modules)
            {
                ActivationBackwardFault = correct => (configuration, gradient, memory) => IsCentral(configuration)
                    ? -correct(configuration with { Stencil = Stencil.Forward }, -gradient, memory)
                    : correct(configuration, gradient, memory),
            },
        },
        new()
        {
            Name = "stencil.activation-wide",
            Fault = "Activation's central difference looks at z ± 2g/N and divides by 4/N.",
            Models = "the step doubled to make up for the half in front, right to second order",
            UnseenByFixtures = Forward,
            Apply = modules => new FaultyModules(modules)
            {
                ActivationBackwardFault = correct => (configuration, gradient, memory) => correct(
                    IsCentral(configuration) ? configuration with { FiniteDifferenceScale = configuration.FiniteDifferenceScale / 2 } : configuration,
                    gradient,
                    memory),
            },
        },
    ];

    private static bool IsCentral(TintConfiguration configuration) => configuration.Stencil == Stencil.Central;
}
