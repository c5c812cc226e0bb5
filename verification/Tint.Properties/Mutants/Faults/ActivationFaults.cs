using Tint.Properties.Implementations;
using Tint.Reference.Configuration;

namespace Tint.Properties.Mutants.Faults;

/// <summary>Faults of the activation.</summary>
internal static class ActivationFaults
{
    public static IReadOnlyList<Mutant> All { get; } =
    [
        new()
        {
            Name = "activation.other-gelu",
            Fault = "Gelu runs where the model has gelu_new, and gelu_new where it has gelu.",
            Models = "the tanh form and the erf form taken for the same, 5e-4 apart",
            Apply = Exchanging(ActivationKind.Gelu, ActivationKind.GeluNew),
        },
        new()
        {
            Name = "activation.quick-slope",
            Fault = "Quick_gelu runs with silu's slope 1, and silu with quick_gelu's 1.702.",
            Models = "one logistic activation for both, the slope dropped on the way",
            UnseenByFixtures = "the published code has neither activation",
            Apply = Exchanging(ActivationKind.Silu, ActivationKind.QuickGelu),
        },
        new()
        {
            Name = "activation.bloom-constant",
            Fault = "Gelu_new's √(2/π) and BLOOM's 0.79788456 change places.",
            Models = "BLOOM's gelu taken for the tanh form that others have, 8e-10 apart",
            Apply = Exchanging(ActivationKind.GeluNew, ActivationKind.GeluBloom),
        },
        new()
        {
            Name = "activation.memory-holds-output",
            Fault = "The memory holds σ(z) where the backward pass expects z.",
            Models = "the copy into memory taken after the activation",
            Apply = modules => new FaultyModules(modules)
            {
                ActivationForwardFault = correct => (configuration, z) =>
                {
                    var (output, _) = correct(configuration, z);
                    return (output, output);
                },
            },
        },
        new()
        {
            Name = "activation.backward-difference",
            Fault = "The backward pass computes N(σ(z) − σ(z − g/N)).",
            Models = "the difference taken on the wrong side of z, right to first order",
            Apply = modules => new FaultyModules(modules)
            {
                ActivationBackwardFault = correct => (configuration, gradient, memory) => -correct(configuration, -gradient, memory),
            },
        },
        new()
        {
            Name = "activation.scale-forgotten",
            Fault = "The backward pass computes σ(z + g/N) − σ(z).",
            Models = "N forgotten in one of its two places",
            Apply = modules => new FaultyModules(modules)
            {
                ActivationBackwardFault = correct => (configuration, gradient, memory) =>
                    correct(configuration, gradient, memory) / configuration.FiniteDifferenceScale,
            },
        },
    ];

    /// <summary>One activation runs where the model has another, forward and backward, and the other way round.</summary>
    private static Func<ITintModules, ITint> Exchanging(ActivationKind first, ActivationKind second)
    {
        TintConfiguration Exchanged(TintConfiguration configuration)
        {
            var kind = configuration.Auxiliary.Activation;
            return configuration with
            {
                Auxiliary = configuration.Auxiliary with { Activation = kind == first ? second : kind == second ? first : kind },
            };
        }

        return modules => new FaultyModules(modules)
        {
            ActivationForwardFault = correct => (configuration, z) => correct(Exchanged(configuration), z),
            ActivationBackwardFault = correct => (configuration, gradient, memory) => correct(Exchanged(configuration), gradient, memory),
        };
    }
}
