using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.Losses;
using Tint.Reference.Modules.Loss;

namespace Tint.Reference.Simulation;

/// <summary>The loss gradient at the final norm's output, where the backward pass starts.</summary>
/// <remarks>
/// Row t is p_t − e_{t+1}, times m_{t+1} and, where there is one, the gradient mask at t + 1; e_{t+1} is row input_{t+1} of E. p_t depends on the loss, a file
/// of <see cref="Losses"/> each: Eᵀ softmax(E y_t) for cross-entropy, EᵀE y_t for the quadratic loss, the mean row of E for the mean embedding. Gradients are summed over
/// tokens, or averaged over the targets that count, each row times 1/M (C44). The last row has no next token: its target is 0 and no mask reaches it (deviation V4), or it is 0 where the
/// deviation is turned off. The construction adds −(y + (e − p)) to y; the y cancels to rounding.
/// </remarks>
public static class SimulatedLoss
{
    /// <summary>Softmax runs over blocks of tokens, so that beside the logits only a block of [256 × V] is held.</summary>
    private const int TokensPerBlock = 256;

    /// <summary>Rows g_t, [T × D_aux].</summary>
    /// <param name="configuration">Gives the loss and the treatment of the last position.</param>
    /// <param name="embedding">E, [V × D_aux].</param>
    /// <param name="output">Rows y_t, the final norm's output, [T × D_aux].</param>
    /// <param name="sequence">Gives targets and masks.</param>
    /// <exception cref="RuleViolationException">A shape or the sequence breaks a rule.</exception>
    public static Matrix<double> Gradient(
        TintConfiguration configuration, Matrix<double> embedding, Matrix<double> output, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(sequence);
        sequence.Check(configuration.Auxiliary);
        Require.Shape(embedding, configuration.Auxiliary.VocabularySize, configuration.Auxiliary.HiddenSize, "the token embedding");
        Require.Shape(output, sequence.Length, configuration.Auxiliary.HiddenSize, "the final norm's output");
        var logits = LossFunction.Of(configuration.Loss).ReadsLogits ? ColumnMajor.ProductWithTransposed(output, embedding) : null;
        if (logits is not null)
        {
            Divergence.Check(logits, "the logits");
        }

        return FromLogits(configuration, embedding, logits, sequence);
    }

    /// <summary>The gradient, from logits E y [T × V] that are there already (null where the loss needs none).</summary>
    internal static Matrix<double> FromLogits(
        TintConfiguration configuration, Matrix<double> embedding, Matrix<double>? logits, TokenSequence sequence)
    {
        var loss = LossFunction.Of(configuration.Loss);
        var rows = Enumerable.Range(0, sequence.Length).Where(t => Counts(configuration, sequence, t)).ToArray();
        var gradient = Matrix<double>.Build.Dense(sequence.Length, embedding.ColumnCount);
        foreach (var block in rows.Chunk(TokensPerBlock))
        {
            var prediction = loss.Prediction(new Predictions(embedding, logits, block));
            ColumnMajor.SetRows(gradient, block, Entrywise.Matrix(block.Length, embedding.ColumnCount, (i, d) => prediction.At(i, d) - Target(block[i], d)));
        }

        if (configuration.Optimiser.MeanOverTargets)
        {
            gradient.Multiply(LossMean.Share(sequence), gradient);
        }

        return gradient;

        double Target(int t, int d) => t + 1 < sequence.Length ? embedding.At(sequence.InputIds[t + 1], d) : 0;
    }

    /// <summary>Whether position t has a loss gradient: its target is trained on and not masked, or it is the last and unmasked (V4).</summary>
    internal static bool Counts(TintConfiguration configuration, TokenSequence sequence, int t) =>
        t + 1 == sequence.Length
            ? configuration.Departures.LastPositionUnmasked
            : sequence.TrainMask[t + 1] != 0 && (sequence.GradientMask is null || sequence.GradientMask[t + 1] != 0);

    /// <summary>Rows p_t for the tokens of a block, [block × D_aux].</summary>
    private sealed class Predictions(Matrix<double> embedding, Matrix<double>? logits, int[] block) : IPredictions<Matrix<double>>
    {
        public Matrix<double> OfSoftmax()
        {
            var scores = ColumnMajor.Rows(logits!, block);
            var sums = RowSoftmax.Exponentiate(scores);
            var prediction = ColumnMajor.Product(scores, embedding);
            ColumnMajor.DivideRows(prediction, sums);
            return prediction;
        }

        public Matrix<double> OfLogits() => ColumnMajor.Product(ColumnMajor.Rows(logits!, block), embedding);

        public Matrix<double> OfMean()
        {
            var mean = embedding.ColumnSums() / embedding.RowCount;
            return Matrix<double>.Build.Dense(block.Length, embedding.ColumnCount, (_, d) => mean.At(d));
        }
    }
}
