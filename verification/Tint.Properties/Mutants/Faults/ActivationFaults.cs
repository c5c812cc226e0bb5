using Tint.Properties.Implementations;
using Tint.Reference.Configuration;

namespace Tint.Properties.Mutants.Faults;

/// <summary>Faults of the activation.</summary>
internal static class ActivationFaults
{
    public static IReadOnlyList<Mutant> All { get; } =
    [
        Faulty.Mutant(
            "activation.other-gelu",
            "Gelu runs where the model has gelu_new, and gelu_new where it has gelu.",
            "the tanh form and the erf form taken for the same, 5e-4 apart",
            Exchanging(ActivationKind.Gelu, ActivationKind.GeluNew)),
        Faulty.Mutant(
            "activation.quick-slope",
            "Quick_gelu runs with silu's slope 1, and silu with quick_gelu's 1.702.",
            "one logistic activation for both, the slope dropped on the way",
            Exchanging(ActivationKind.Silu, ActivationKind.QuickGelu),
            unseenByFixtures: "the published code has neither activation"),
        Faulty.Mutant(
            "activation.bloom-constant",
            "Gelu_new's √(2/π) and BLOOM's 0.79788456 change places.",
            "BLOOM's gelu taken for the tanh form that others have, 8e-10 apart",
            Exchanging(ActivationKind.GeluNew, ActivationKind.GeluBloom)),
        Faulty.Mutant(
            "activation.memory-holds-output",
            "The memory holds σ(z) where the backward pass expects z.",
            "the copy into memory taken after the activation",
            Faulty.ActivationForward(correct => (configuration, z) =>
            {
                var (output, _) = correct(configuration, z);
                return (output, output);
            })),
        Faulty.Mutant(
            "activation.backward-difference",
            "The backward pass computes N(σ(z) − σ(z − g/N)).",
            "the difference taken on the wrong side of z, right to first order",
            Faulty.ActivationBackward(correct => (configuration, gradient, memory) => -correct(configuration, -gradient, memory))),
        Faulty.Mutant(
            "activation.scale-forgotten",
            "The backward pass computes σ(z + g/N) − σ(z).",
            "N forgotten in one of its two places",
            Faulty.ActivationBackward(correct => (configuration, gradient, memory) =>
                correct(configuration, gradient, memory) / configuration.FiniteDifferenceScale)),
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
