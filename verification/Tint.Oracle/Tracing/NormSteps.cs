using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tracing;

/// <summary>What is known of a normalisation's steps, whoever computes them: what they read, what they are the sum of, which mistakes are made in them.</summary>
internal static class NormSteps
{
    /// <summary>γ∘x̂ + β.</summary>
    /// <param name="step">The step, described no further.</param>
    /// <param name="configuration">The TinT.</param>
    /// <param name="layer">γ and β.</param>
    /// <param name="isCentred">Whether the mean is subtracted and β is added; an RMSNorm has neither.</param>
    /// <param name="x">X, [T × D].</param>
    /// <param name="memory">What the step leaves.</param>
    /// <param name="others">The model's other normalisations.</param>
    /// <param name="run">The step with another configuration, layer or input.</param>
    public static TraceStep Forward(
        TraceStep step,
        TintConfiguration configuration,
        LayerNormParameters layer,
        bool isCentred,
        Matrix<double> x,
        LayerNormMemory memory,
        IEnumerable<(string Name, LayerNormParameters Norm)> others,
        Func<TintConfiguration, LayerNormParameters, Matrix<double>, Matrix<double>> run) => step with
        {
            Within = (tint, other) => SimulatedGate.Factor(other) * tint.LinearForward(other, StepMistakes.Linear(layer), memory.Normalized / SimulatedGate.Factor(other)).Output,
            Reads = [("its input", x, y => run(configuration, layer, y))],
            Parts = isCentred ? StepParts.Norm(configuration, layer, step.Value) : [],
            Besides = [("x̂", memory.Normalized)],
            Scalars = [("eps", configuration.Auxiliary.LayerNormEpsilon, epsilon => run(
                configuration with { Auxiliary = configuration.Auxiliary with { LayerNormEpsilon = epsilon } }, layer, x))],
            Mistakes = [.. NormMistakes.Forward(configuration, layer, x, own => run(configuration, own, x)), .. OfAnother(others, own => run(configuration, own, x))],
        };

    /// <summary>The gradient at x.</summary>
    /// <param name="step">The step, described no further.</param>
    /// <param name="configuration">The TinT.</param>
    /// <param name="layer">γ and β.</param>
    /// <param name="isCentred">Whether it is a LayerNorm; else an RMSNorm.</param>
    /// <param name="gradient">G, [T × D].</param>
    /// <param name="memory">What the forward pass left.</param>
    /// <param name="others">The model's other normalisations.</param>
    /// <param name="run">The step with another configuration, layer, gradient or memory.</param>
    public static TraceStep Backward(
        TraceStep step,
        TintConfiguration configuration,
        LayerNormParameters layer,
        bool isCentred,
        Matrix<double> gradient,
        LayerNormMemory memory,
        IEnumerable<(string Name, LayerNormParameters Norm)> others,
        Func<TintConfiguration, LayerNormParameters, Matrix<double>, LayerNormMemory, Matrix<double>> run)
    {
        var (scale, unscaled) = (configuration.FiniteDifferenceScale, configuration with { FiniteDifferenceScale = 1 });
        return step with
        {
            Within = (tint, other) => run(
                configuration, StepMistakes.WithOnes(layer), tint.LinearBackward(other, StepMistakes.Linear(layer), gradient) / SimulatedGate.Factor(configuration), memory),
            Reads =
            [
                ("its gradient", gradient, g => run(configuration, layer, g, memory)),
                ("the memory of its input", memory.Input, x => run(configuration, layer, gradient, memory with { Input = x })),
                ("the memory of x̂", memory.Normalized, z => run(configuration, layer, gradient, memory with { Normalized = z })),
            ],
            Parts = isCentred ? StepParts.NormBackward(configuration, layer, gradient, memory) : [],
            Scalars = [("N", scale, other => run(configuration with { FiniteDifferenceScale = other }, layer, gradient, memory))],
            Mistakes =
            [
                ("exact", "The exact gradient of the normalisation, in place of a finite difference.", () => StepMistakes.ExactNorm(configuration, layer, isCentred, gradient, memory)),
                ("norm.perturbed-by-g", "x is perturbed by γ∘g, not by γ∘g/N, and the difference multiplied by N.", () => scale * run(unscaled, layer, gradient, memory)),
                ("norm.scale-forgotten", "The difference is not multiplied by N.", () => run(configuration, layer, gradient, memory) / scale),
                .. NormMistakes.Backward(configuration, layer, gradient, memory, own => run(configuration, own, gradient, memory)),
                ("norm.gamma-after", "γ is applied after the normalisation's backward, not before.", () => StepMistakes.GammaAfter(
                    layer, gradient, (norm, g) => run(configuration, norm, g, memory))),
                .. OfAnother(others, own => run(configuration, own, gradient, memory)),
            ],
        };
    }

    /// <summary>Γ after a descent.</summary>
    /// <param name="step">The step, described no further; a vector where Γ is diagonal.</param>
    /// <param name="configuration">The TinT.</param>
    /// <param name="layer">The layer before it.</param>
    /// <param name="gradient">G, [T × D].</param>
    /// <param name="memory">What the forward pass left.</param>
    /// <param name="trainMask">m, [T].</param>
    /// <param name="run">The step with another gradient.</param>
    public static TraceStep Weight(
        TraceStep step,
        TintConfiguration configuration,
        LayerNormParameters layer,
        Matrix<double> gradient,
        LayerNormMemory memory,
        IReadOnlyList<double> trainMask,
        Func<Matrix<double>, Matrix<double>> run) => step with
        {
            Reads = [("its gradient", gradient, run)],
            Within = step.IsVector ? null : (tint, other) => tint.LinearDescent(other, StepMistakes.Linear(layer), gradient, memory.Normalized, trainMask).Weight,
            Share = step.IsVector ? null : t => StepMistakes.Share(configuration, gradient.Row(t)).ToColumnMatrix() * memory.Normalized.Row(t).ToRowMatrix(),
        };

    /// <summary>β after a descent.</summary>
    /// <param name="step">The step, described no further but for its parts.</param>
    /// <param name="configuration">The TinT.</param>
    /// <param name="layer">The layer before it.</param>
    /// <param name="gradient">G, [T × D].</param>
    /// <param name="memory">What the forward pass left.</param>
    /// <param name="trainMask">m, [T].</param>
    /// <param name="run">The step with another gradient.</param>
    public static TraceStep Bias(
        TraceStep step,
        TintConfiguration configuration,
        LayerNormParameters layer,
        Matrix<double> gradient,
        LayerNormMemory memory,
        IReadOnlyList<double> trainMask,
        Func<Matrix<double>, Matrix<double>> run) => LinearSteps.Bias(step, configuration, gradient, copies: 1, run) with
        {
            Within = (tint, other) => tint.LinearDescent(other, StepMistakes.Linear(layer), gradient, memory.Normalized, trainMask).Bias.ToRowMatrix(),
            Parts = [.. step.Parts, new StepPart("γ's update", StepParts.OfGamma(configuration, gradient, memory, trainMask)) { Usual = 0 }],
        };

    private static IEnumerable<(string Name, string Sentence, Func<Matrix<double>> Value)> OfAnother(
        IEnumerable<(string Name, LayerNormParameters Norm)> others, Func<LayerNormParameters, Matrix<double>> run) => others.Select(other => (
            "norm.weights-of-another", $"γ and β are those of {other.Name}.", (Func<Matrix<double>>)(() => run(other.Norm))));
}
