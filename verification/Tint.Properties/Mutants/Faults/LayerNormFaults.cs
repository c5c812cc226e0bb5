using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.Simulation;

namespace Tint.Properties.Mutants.Faults;

/// <summary>Faults of the normalisations.</summary>
internal static class LayerNormFaults
{
    /// <summary>Far below half a unit in the last place of any variance: adding it changes nothing.</summary>
    private const double NoEpsilon = 1e-300;

    private delegate Vector<double> Normalisation(Vector<double> x, double epsilon);

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
            Name = "norm.epsilon-outside-root",
            Fault = "The forward pass normalises with x̂ = (x − μ)/(√var + eps).",
            Models = "eps added to the standard deviation",
            Apply = modules => new FaultyModules(modules)
            {
                LayerNormForwardFault = Normalising((x, epsilon) =>
                    Divided(Centred(x), Elementwise.Deviation(0, 1, SumOfSquares(Centred(x)), x.Count) + epsilon)),
            },
        },
        new()
        {
            Name = "norm.mean-kept",
            Fault = "The forward pass normalises with x̂ = x/√(mean x² + eps).",
            Models = "a root-mean-square normalisation, as later model families have it",
            Apply = modules => new FaultyModules(modules)
            {
                LayerNormForwardFault = Normalising((x, epsilon) => Divided(x, Elementwise.Deviation(epsilon, 1, SumOfSquares(x), x.Count))),
            },
        },
        new()
        {
            Name = "norm.backward-mean-kept",
            Fault = "The backward pass adds the mean of γ∘g over the coordinates to its result.",
            Models = "the centring projection left out of the derivative",
            Apply = modules => new FaultyModules(modules)
            {
                LayerNormBackwardFault = correct => (configuration, layer, gradient, memory) =>
                {
                    var u = gradient.PointwiseMultiply(memory.Input.MapIndexed((_, d, _) => layer.Weight.At(d)));
                    var mean = u.RowSums() / u.ColumnCount;
                    return correct(configuration, layer, gradient, memory).MapIndexed((t, _, g) => g + mean.At(t));
                },
            },
        },
        new()
        {
            Name = "norm.bessel",
            Fault = "The forward pass divides by the sample deviation, Σ(x − μ)²/(D − 1) in the root.",
            Models = "a library's default variance",
            Apply = modules => new FaultyModules(modules)
            {
                LayerNormForwardFault = Normalising((x, epsilon) =>
                    Divided(Centred(x), Elementwise.Deviation(epsilon, 1, SumOfSquares(Centred(x)), x.Count - 1))),
            },
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
    /// The forward pass with another normalisation n(x): ρ³Γz + ρ²β and the memory of ρ²z, with z = ρ n(x) + (1 − ρ)x what the gate makes of it.
    /// </summary>
    private static Func<ModuleFunctions.LayerNormForward, ModuleFunctions.LayerNormForward> Normalising(Normalisation normalise) =>
        correct => (configuration, layer, x) =>
        {
            var rho = SimulatedGate.Factor(configuration);
            var normalised = Matrix<double>.Build.DenseOfRowVectors(
                x.EnumerateRows().Select(row => normalise(row, configuration.Auxiliary.LayerNormEpsilon)));
            var z = (normalised * rho) + (x * (1 - rho));
            var gamma = layer.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(layer.Weight);
            var output = z.TransposeAndMultiply(gamma).MapIndexed((_, d, y) => rho * rho * ((rho * y) + layer.Bias.At(d)));
            return (output, correct(configuration, layer, x).Memory with { Normalized = z * (rho * rho) });
        };

    private static Vector<double> Centred(Vector<double> x) =>
        x - Divided(Vector<double>.Build.Dense(x.Count, x.DotProduct(Vector<double>.Build.Dense(x.Count, 1))), x.Count);

    private static Vector<double> Divided(Vector<double> x, double divisor)
    {
        var quotients = x.ToArray();
        Elementwise.Divide(quotients, divisor);
        return Vector<double>.Build.Dense(quotients);
    }

    private static double SumOfSquares(Vector<double> x) => x.DotProduct(x);

    private static TintConfiguration WithEpsilon(TintConfiguration configuration, double epsilon) =>
        configuration with { Auxiliary = configuration.Auxiliary with { LayerNormEpsilon = epsilon } };

    private static Vector<double> Ones(LayerNormParameters layer) => Vector<double>.Build.Dense(layer.Weight.Count, 1);
}
