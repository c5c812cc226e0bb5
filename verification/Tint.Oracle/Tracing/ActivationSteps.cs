using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;

namespace Tint.Oracle.Tracing;

/// <summary>What is known of an activation's steps, whoever computes them.</summary>
internal static class ActivationSteps
{
    /// <summary>σ(z).</summary>
    /// <param name="step">The step, described no further.</param>
    /// <param name="configuration">The TinT.</param>
    /// <param name="z">Z, [T × inner].</param>
    /// <param name="run">The step with another input.</param>
    public static TraceStep Forward(TraceStep step, TintConfiguration configuration, Matrix<double> z, Func<Matrix<double>, Matrix<double>> run) => step with
    {
        Reads = [("its input", z, run)],
        Mistakes = [.. ActivationMistakes.Forward(configuration, z)],
    };

    /// <summary>The gradient at z.</summary>
    /// <param name="step">The step, described no further.</param>
    /// <param name="configuration">The TinT.</param>
    /// <param name="kind">σ.</param>
    /// <param name="gradient">G, [T × inner].</param>
    /// <param name="memory">Z as the memory has it.</param>
    /// <param name="run">The step with another configuration, gradient or memory.</param>
    public static TraceStep Backward(
        TraceStep step,
        TintConfiguration configuration,
        ActivationKind kind,
        Matrix<double> gradient,
        Matrix<double> memory,
        Func<TintConfiguration, Matrix<double>, Matrix<double>, Matrix<double>> run)
    {
        var scale = configuration.FiniteDifferenceScale;
        return step with
        {
            Reads =
            [
                ("its gradient", gradient, g => run(configuration, g, memory)),
                ("the memory of z", memory, z => run(configuration, gradient, z)),
            ],
            Scalars = [("N", scale, other => run(configuration with { FiniteDifferenceScale = other }, gradient, memory))],
            Mistakes =
            [
                ("exact", "σ′(z)∘g, the exact gradient, in place of a finite difference.", () => ExactActivation.Backward(kind, memory, gradient)),
                .. ActivationMistakes.Backward(configuration, memory, gradient),
                ("activation.perturbed-by-g", "z is perturbed by g, not by g/N, and the difference multiplied by N.", () =>
                    scale * run(configuration with { FiniteDifferenceScale = 1 }, gradient, memory)),
            ],
        };
    }
}
