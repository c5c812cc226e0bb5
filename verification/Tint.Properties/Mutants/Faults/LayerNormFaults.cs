using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Properties.Mutants.Faults;

/// <summary>Faults of the normalisations.</summary>
internal static class LayerNormFaults
{
    /// <summary>Far below half a unit in the last place of any variance: adding it changes nothing.</summary>
    private const double NoEpsilon = 1e-300;

    public static IReadOnlyList<Mutant> All { get; } =
    [
        new()
        {
            Name = "norm.epsilon-forgotten",
            Fault = "Forward and backward normalise with x̂ = (x − μ)/√var.",
            Models = "eps left out of the square root",
            Apply = modules => new FaultyModules(modules)
            {
                LayerNormForwardFault = correct => (configuration, layer, x) => correct(WithEpsilon(configuration, NoEpsilon), layer, x),
                LayerNormBackwardFault = correct => (configuration, layer, gradient, memory) =>
                    correct(WithEpsilon(configuration, NoEpsilon), layer, gradient, memory),
            },
        },
        new()
        {
            Name = "norm.bessel",
            Fault = "The forward pass divides by the sample deviation, Σ(x − μ)²/(D − 1) in the root.",
            Models = "a library's default variance",
            Apply = modules => new FaultyModules(modules) { LayerNormForwardFault = Bessel },
        },
        new()
        {
            Name = "norm.backward-gamma-forgotten",
            Fault = "The backward pass perturbs x by g/N, not γ∘g/N.",
            Models = "the backward pass of the affine map left out",
            Apply = modules => new FaultyModules(modules)
            {
                LayerNormBackwardFault = correct => (configuration, layer, gradient, memory) =>
                    correct(configuration, new LayerNormParameters(Ones(layer), layer.Bias), gradient, memory),
            },
        },
        new()
        {
            Name = "norm.backward-wrong-slot",
            Fault = "The backward pass takes the difference about x̂: N(f(x̂ + u/N) − x̂).",
            Models = "the first memory slot read where x lies in the second",
            Apply = modules => new FaultyModules(modules)
            {
                LayerNormBackwardFault = correct => (configuration, layer, gradient, memory) =>
                    correct(configuration, layer, gradient, memory with { Input = memory.Normalized }),
            },
        },
        new()
        {
            Name = "norm.backward-unit-step",
            Fault = "The backward pass takes the difference at N = 1: f(x + u) − x̂.",
            Models = "N forgotten in one of the modules",
            Apply = modules => new FaultyModules(modules)
            {
                LayerNormBackwardFault = correct => (configuration, layer, gradient, memory) =>
                    correct(configuration with { FiniteDifferenceScale = 1 }, layer, gradient, memory),
            },
        },
        new()
        {
            Name = "norm.exact-gates",
            Fault = "The backward pass runs with ρ = 1 whatever G is.",
            Models = "the textbook formula in the place of the gated one (deviation V3 left out)",
            Apply = modules => new FaultyModules(modules)
            {
                LayerNormBackwardFault = correct => (configuration, layer, gradient, memory) => correct(
                    configuration with { Departures = configuration.Departures with { GateLeak = false } }, layer, gradient, memory),
            },
        },
        new()
        {
            Name = "norm.bias-only-flipped",
            Fault = "The descent trains γ where biases alone are trained, and biases alone where γ is trained.",
            Models = "a switch read the wrong way round",
            Apply = modules => new FaultyModules(modules)
            {
                LayerNormDescentFault = correct => (configuration, layer, gradient, memory, mask) => correct(
                    configuration with { LayerNormBiasOnly = !configuration.LayerNormBiasOnly }, layer, gradient, memory, mask),
            },
        },
        new()
        {
            Name = "norm.diagonal-descent",
            Fault = "The descent of γ subtracts the diagonal of η Σ m g x̂ᵀ where the construction subtracts all of it, and the other way round.",
            Models = "the gradient of a diagonal map (deviation V5 left out)",
            Apply = modules => new FaultyModules(modules)
            {
                LayerNormDescentFault = correct => (configuration, layer, gradient, memory, mask) => correct(
                    configuration with
                    {
                        Departures = configuration.Departures with { DenseLayerNormDescent = !configuration.Departures.DenseLayerNormDescent },
                    },
                    layer,
                    gradient,
                    memory,
                    mask),
            },
        },
        new()
        {
            Name = "norm.descent-reads-input",
            Fault = "The descent of γ subtracts η Σ m g xᵀ, not x̂ᵀ.",
            Models = "the slot of a linear layer's memory used for a normalisation's",
            Apply = modules => new FaultyModules(modules)
            {
                LayerNormDescentFault = correct => (configuration, layer, gradient, memory, mask) =>
                    correct(configuration, layer, gradient, memory with { Normalized = memory.Input }, mask),
            },
        },
    ];

    /// <summary>
    /// With c = √((D − 1)/D), (x − μ)/√(var·D/(D − 1) + eps) = c·(x − μ)/√(var + c²·eps): the correct module at another eps, and its x̂ scaled by c.
    /// </summary>
    private static ModuleFunctions.LayerNormForward Bessel(ModuleFunctions.LayerNormForward correct) => (configuration, layer, x) =>
    {
        var c = Math.Sqrt((x.ColumnCount - 1.0) / x.ColumnCount);
        var faulty = WithEpsilon(configuration, c * c * configuration.Auxiliary.LayerNormEpsilon);
        var scaled = new LayerNormParameters(layer.Weight * c, layer.Bias) { Dense = layer.Dense?.Multiply(c) };
        var (output, memory) = correct(faulty, scaled, x);
        return (output, memory with { Normalized = memory.Normalized * c });
    };

    private static TintConfiguration WithEpsilon(TintConfiguration configuration, double epsilon) =>
        configuration with { Auxiliary = configuration.Auxiliary with { LayerNormEpsilon = epsilon } };

    private static Vector<double> Ones(LayerNormParameters layer) => Vector<double>.Build.Dense(layer.Weight.Count, 1);
}
