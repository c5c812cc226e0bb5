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
            Apply = modules => new FaultyModules(modules)
            {
                ActivationForwardFault = correct => (configuration, z) => correct(OtherGelu(configuration), z),
                ActivationBackwardFault = correct => (configuration, gradient, memory) =>
                    correct(OtherGelu(configuration), gradient, memory),
            },
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

    private static TintConfiguration OtherGelu(TintConfiguration configuration) => configuration with
    {
        Auxiliary = configuration.Auxiliary with
        {
            Activation = configuration.Auxiliary.Activation switch
            {
                ActivationKind.Gelu => ActivationKind.GeluNew,
                ActivationKind.GeluNew => ActivationKind.Gelu,
                ActivationKind.Relu or _ => configuration.Auxiliary.Activation,
            },
        },
    };
}
