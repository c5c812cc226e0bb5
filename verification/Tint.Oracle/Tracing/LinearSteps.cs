using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Oracle.Tracing;

/// <summary>What is known of a linear layer's steps, whoever computes them: what they read, what they are the sum of, what each token adds.</summary>
internal static class LinearSteps
{
    /// <summary>W x + b.</summary>
    /// <param name="step">The step, described no further.</param>
    /// <param name="configuration">The TinT.</param>
    /// <param name="layer">W and b.</param>
    /// <param name="hasBias">Whether the layer has b.</param>
    /// <param name="x">X, [T × inputs].</param>
    /// <param name="run">The step with another layer or input.</param>
    public static TraceStep Forward(
        TraceStep step, TintConfiguration configuration, LinearParameters layer, bool hasBias, Matrix<double> x, Func<LinearParameters, Matrix<double>, Matrix<double>> run)
    {
        var parts = hasBias ? StepParts.Linear(configuration, layer, step.Value) : [];
        return step with
        {
            Reads = [("its input", x, other => run(layer, other))],
            Layers = [("W and b", layer, own => run(own, x))],
            Parts = parts,
            Besides = hasBias ? [("W x without b", parts[0].Value)] : [],
        };
    }

    /// <summary>Wᵀ g.</summary>
    /// <param name="step">The step, described no further.</param>
    /// <param name="layer">W.</param>
    /// <param name="gradient">G, [T × outputs].</param>
    /// <param name="run">The step with another layer or gradient.</param>
    /// <param name="learnt">The layer that the descent leaves, known once it has run.</param>
    /// <param name="scorePath">The gradient through the scores, where the layer is attention's values; null elsewhere.</param>
    public static TraceStep Backward(
        TraceStep step,
        LinearParameters layer,
        Matrix<double> gradient,
        Func<LinearParameters, Matrix<double>, Matrix<double>> run,
        Func<LinearParameters> learnt,
        Func<Matrix<double>>? scorePath = null) => step with
        {
            Reads = [("its gradient", gradient, g => run(layer, g))],
            Layers = [("W", layer, own => run(own, gradient))],
            Mistakes =
            [
                ("block.backward-after-descent", "The backward pass reads the weights that the descent has just written.", () => run(learnt(), gradient)),
                .. scorePath is null ? Array.Empty<(string, string, Func<Matrix<double>>)>() :
                [
                    ("attention.score-path-kept", "The gradient through the scores, which is dropped, is added: queries and keys are not detached.", () => step.Value + scorePath()),
                ],
            ],
        };

    /// <summary>W after a descent.</summary>
    /// <param name="step">The step, described no further.</param>
    /// <param name="configuration">The TinT.</param>
    /// <param name="layer">The layer before it.</param>
    /// <param name="gradient">G, [T × outputs].</param>
    /// <param name="memory">X as the memory has it, [T × inputs].</param>
    /// <param name="run">The step with another layer, gradient or memory.</param>
    public static TraceStep Weight(
        TraceStep step,
        TintConfiguration configuration,
        LinearParameters layer,
        Matrix<double> gradient,
        Matrix<double> memory,
        Func<LinearParameters, Matrix<double>, Matrix<double>, LinearParameters> run) => step with
        {
            Reads =
            [
                ("the memory of its layer's input", memory, x => run(layer, gradient, x).Weight),
                ("its gradient", gradient, g => run(layer, g, memory).Weight),
            ],
            Layers = [("W", layer, own => run(own, gradient, memory).Weight)],
            Share = t => StepMistakes.Share(configuration, gradient.Row(t)).ToColumnMatrix() * memory.Row(t).ToRowMatrix(),
        };

    /// <summary>b after a descent, in which a token counts <paramref name="copies"/> times.</summary>
    /// <param name="step">The step, described no further.</param>
    /// <param name="configuration">The TinT.</param>
    /// <param name="gradient">G, [T × outputs].</param>
    /// <param name="copies">How many chunks share the bias and learn it in full.</param>
    /// <param name="run">The step with another gradient.</param>
    public static TraceStep Bias(
        TraceStep step, TintConfiguration configuration, Matrix<double> gradient, int copies, Func<Matrix<double>, Matrix<double>> run) => step with
        {
            Reads = [("its gradient", gradient, run)],
            Share = t => StepMistakes.Share(configuration, gradient.Row(t)).ToRowMatrix() * copies,
        };

    /// <summary>The bias that the C chunks of an MLP share, learnt once where C times is meant, and the other way round.</summary>
    /// <param name="before">The bias before the descent, the gate applied.</param>
    /// <param name="updated">After it.</param>
    /// <param name="chunks">C.</param>
    /// <param name="isLearntPerChunk">Whether each chunk learns it in full (V2).</param>
    public static IReadOnlyList<(string Name, string Sentence, Func<Matrix<double>> Value)> SharedBias(Matrix<double> before, Matrix<double> updated, int chunks, bool isLearntPerChunk) =>
        chunks == 1 ? [] :
        [
            (
                "block.mlp-bias-learnt-once",
                "The C shares of the MLP's output bias move by η Σ m g together where they should by C times that, and the other way round.",
                () => before + ((updated - before) * (isLearntPerChunk ? 1.0 / chunks : chunks))),
        ];
}
