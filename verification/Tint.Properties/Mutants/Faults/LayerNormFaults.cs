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
        Faulty.Mutant(
            "norm.epsilon-forgotten",
            "Forward and backward normalise with x̂ = (x − μ)/√var.",
            "eps left out of the square root",
            modules => new FaultyModules(modules)
            {
                LayerNormForwardFault = correct => (configuration, layer, x) => correct(WithEpsilon(configuration, NoEpsilon), layer, x),
                LayerNormBackwardFault = correct => (configuration, layer, gradient, memory) =>
                    correct(WithEpsilon(configuration, NoEpsilon), layer, gradient, memory),
            }),
        Faulty.Mutant(
            "norm.epsilon-outside-root",
            "The forward pass normalises with x̂ = (x − μ)/(√var + eps).",
            "eps added to the standard deviation",
            Faulty.LayerNormForward(Normalising((x, epsilon) =>
                Divided(Centred(x), Elementwise.Deviation(0, 1, SumOfSquares(Centred(x)), x.Count) + epsilon)))),
        Faulty.Mutant(
            "norm.mean-kept",
            "The forward pass normalises with x̂ = x/√(mean x² + eps).",
            "a root-mean-square normalisation, as later model families have it",
            Faulty.LayerNormForward(Normalising((x, epsilon) => Divided(x, Elementwise.Deviation(epsilon, 1, SumOfSquares(x), x.Count))))),
        Faulty.Mutant(
            "norm.backward-mean-kept",
            "The backward pass adds the mean of γ∘g over the coordinates to its result.",
            "the centring projection left out of the derivative",
            Faulty.LayerNormBackward(correct => (configuration, layer, gradient, memory) =>
            {
                var u = gradient.PointwiseMultiply(memory.Input.MapIndexed((_, d, _) => layer.Weight.At(d)));
                var mean = u.RowSums() / u.ColumnCount;
                return correct(configuration, layer, gradient, memory).MapIndexed((t, _, g) => g + mean.At(t));
            })),
        Faulty.Mutant(
            "norm.bessel",
            "The forward pass divides by the sample deviation, Σ(x − μ)²/(D − 1) in the root.",
            "a library's default variance",
            Faulty.LayerNormForward(Normalising((x, epsilon) =>
                Divided(Centred(x), Elementwise.Deviation(epsilon, 1, SumOfSquares(Centred(x)), x.Count - 1))))),
        Faulty.Mutant(
            "norm.backward-gamma-forgotten",
            "The backward pass perturbs x by g/N, not γ∘g/N.",
            "the backward pass of the affine map left out",
            Faulty.LayerNormBackward(correct => (configuration, layer, gradient, memory) =>
                correct(configuration, new LayerNormParameters(Ones(layer), layer.Bias), gradient, memory))),
        Faulty.Mutant(
            "norm.backward-wrong-slot",
            "The backward pass takes the difference about x̂: N(f(x̂ + u/N) − x̂).",
            "the first memory slot read where x lies in the second",
            Faulty.LayerNormBackward(correct => (configuration, layer, gradient, memory) =>
                correct(configuration, layer, gradient, memory with { Input = memory.Normalized }))),
        Faulty.Mutant(
            "norm.backward-unit-step",
            "The backward pass takes the difference at N = 1: f(x + u) − x̂.",
            "N forgotten in one of the modules",
            Faulty.LayerNormBackward(correct => (configuration, layer, gradient, memory) =>
                correct(configuration with { FiniteDifferenceScale = 1 }, layer, gradient, memory))),
        Faulty.Mutant(
            "norm.exact-gates",
            "The backward pass runs with ρ = 1 whatever G is.",
            "the textbook formula in the place of the gated one (deviation V3 left out)",
            Faulty.LayerNormBackward(correct => (configuration, layer, gradient, memory) => correct(
                configuration with { Departures = configuration.Departures with { GateLeak = false } }, layer, gradient, memory))),
        Faulty.Mutant(
            "norm.bias-only-flipped",
            "The descent trains γ where biases alone are trained, and biases alone where γ is trained.",
            "a switch read the wrong way round",
            Faulty.LayerNormDescent(correct => (configuration, layer, gradient, memory, mask) => correct(
                configuration with { LayerNormBiasOnly = !configuration.LayerNormBiasOnly }, layer, gradient, memory, mask))),
        Faulty.Mutant(
            "norm.diagonal-descent",
            "The descent of γ subtracts the diagonal of η Σ m g x̂ᵀ where the construction subtracts all of it, and the other way round.",
            "the gradient of a diagonal map (deviation V5 left out)",
            Faulty.LayerNormDescent(correct => (configuration, layer, gradient, memory, mask) => correct(
                configuration with
                {
                    Departures = configuration.Departures with { DenseLayerNormDescent = !configuration.Departures.DenseLayerNormDescent },
                },
                layer,
                gradient,
                memory,
                mask))),
        Faulty.Mutant(
            "norm.descent-reads-input",
            "The descent of γ subtracts η Σ m g xᵀ, not x̂ᵀ.",
            "the slot of a linear layer's memory used for a normalisation's",
            Faulty.LayerNormDescent(correct => (configuration, layer, gradient, memory, mask) =>
                correct(configuration, layer, gradient, memory with { Normalized = memory.Input }, mask))),
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
