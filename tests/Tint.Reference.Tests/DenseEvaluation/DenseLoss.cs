using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Input;

namespace Tint.Reference.Tests.DenseEvaluation;

/// <summary>Logits and loss gradients by plain loops.</summary>
internal sealed class DenseLoss(TintConfiguration configuration, Matrix<double> embedding, FloatFormat format)
{
    /// <summary>E y_t for every token, [T × V].</summary>
    public double[,] Logits(double[,] y) => Grid.Of(y.GetLength(0), embedding.RowCount, (t, v) => format.Sum(
        Enumerable.Range(0, embedding.ColumnCount).Select(c => format.Times(y[t, c], embedding[v, c]))));

    /// <summary>
    /// The gradient that takes the place of y, [T × D_aux]: (softmax(E y) − q)E, EᵀE y − e or mean(E) − e where the next token is trained on,
    /// without its target at the last position, and zero elsewhere.
    /// </summary>
    public double[,] Gradient(double[,] y, double[,] logits, TokenSequence sequence)
    {
        var (tokens, vocabulary) = (sequence.Length, embedding.RowCount);
        return Grid.Like(y, (t, c) =>
        {
            var isLast = t == tokens - 1;
            var counts = isLast
                ? configuration.Departures.LastPositionUnmasked
                : sequence.TrainMask[t + 1] == 1 && (sequence.GradientMask is null || sequence.GradientMask[t + 1] == 1);
            if (!counts)
            {
                return 0;
            }

            var prediction = format.Sum(Enumerable.Range(0, vocabulary).Select(v => format.Times(Weight(logits, t, v), embedding[v, c])));
            var gradient = isLast ? prediction : format.Subtract(prediction, embedding[sequence.InputIds[t + 1], c]);
            return format.Subtract(y[t, c], format.Subtract(y[t, c], gradient));
        });
    }

    private double Weight(double[,] logits, int t, int v)
    {
        var vocabulary = embedding.RowCount;
        switch (configuration.Loss)
        {
            case LossKind.CrossEntropy:
                var largest = Enumerable.Range(0, vocabulary).Max(other => logits[t, other]);
                var sum = format.Sum(Enumerable.Range(0, vocabulary).Select(other => format.Exp(format.Subtract(logits[t, other], largest))));
                return format.Divide(format.Exp(format.Subtract(logits[t, v], largest)), sum);
            case LossKind.Quad:
                return logits[t, v];
            default:
                return format.Round(1.0 / vocabulary);
        }
    }
}
