using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Losses;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.Loss;

/// <summary>
/// The loss gradient at the final norm's output y [T × D_aux], with E [V × D_aux] the tied embeddings and e_{t+1} the next token's:
/// cross_entropy (softmax(E y_t) − q_{t+1})E, quad EᵀE y_t − e_{t+1}, mean_embedding mean(E) − e_{t+1}; each times m_{t+1}.
/// </summary>
/// <remarks>
/// Gradients are summed over tokens, not averaged (departure V7). The last position has no next token: its target is zero and, as published,
/// nothing masks it (departure V4); with that departure off its gradient is zero.
/// Source: C20, C21, V4, V7.
/// </remarks>
public sealed class LossGradient
{
    private readonly TintConfiguration _configuration;
    private readonly Tracked _embedding;
    private readonly Vector<double>? _bias;

    /// <summary>Prepares the gradient.</summary>
    /// <param name="configuration">The loss and the departures.</param>
    /// <param name="tokenEmbedding">E, [V × D_aux].</param>
    public LossGradient(TintConfiguration configuration, Matrix<double> tokenEmbedding)
        : this(configuration, tokenEmbedding, bias: null)
    {
    }

    /// <summary>Prepares the gradient of a model with a head of its own: its weight in E's place, and its bias, [V], or null for none.</summary>
    internal LossGradient(TintConfiguration configuration, Matrix<double> tokenEmbedding, Vector<double>? bias)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(tokenEmbedding);
        _configuration = configuration;
        _embedding = new Tracked(tokenEmbedding);
        _bias = bias;
    }

    /// <summary>E y_t for every token, and the head's bias, [T × V]; y is exactly zero where null.</summary>
    public Tracked Logits(Tracked? y, int tokens, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(arithmetic);
        var product = y is null
            ? new Tracked(Matrix<double>.Build.Dense(tokens, _embedding.RowCount))
            : arithmetic.TransposeAndMultiply(y, _embedding);
        return _bias is null ? product : arithmetic.Add(product, new Tracked(Matrix<double>.Build.Dense(tokens, _bias.Count, (_, v) => _bias.At(v))))!;
    }

    /// <summary>The gradient at y, [T × D_aux].</summary>
    /// <param name="y">The final norm's output; exactly zero where null.</param>
    /// <param name="logits">E y, as <see cref="Logits"/> gives it.</param>
    /// <param name="sequence">The tokens and masks.</param>
    /// <param name="arithmetic">The arithmetic.</param>
    public Tracked? Run(Tracked? y, Tracked logits, TokenSequence sequence, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        ArgumentNullException.ThrowIfNull(arithmetic);
        int[] rows = [.. Enumerable.Range(0, sequence.Length).Where(t => Reaches(sequence, t))];
        if (rows.Length == 0)
        {
            return null;
        }

        var prediction = LossFunction.Of(_configuration.Loss).Prediction(new Predictions(Arithmetic.Rows(logits, rows), _embedding, arithmetic));
        var targets = Matrix<double>.Build.Dense(rows.Length, _embedding.ColumnCount, (row, column) =>
            rows[row] + 1 < sequence.Length ? _embedding.Value.At(sequence.InputIds[rows[row] + 1], column) : 0);
        var gradient = arithmetic.Add(prediction, arithmetic.Scale(new Tracked(targets), TrackedScalar.Exact(-1)))!;

        // The gradient takes y's place as a residual connection does it: y − (y − g).
        return arithmetic.Replace(y, Arithmetic.SpreadRows(gradient, rows, sequence.Length));
    }

    private bool Reaches(TokenSequence sequence, int t) =>
        t + 1 < sequence.Length
            ? sequence.TrainMask[t + 1] == 1 && (sequence.GradientMask is null || sequence.GradientMask[t + 1] == 1)
            : _configuration.Departures.LastPositionUnmasked;

    /// <summary>Softmax is TinT's own, and the mean a product with weights of 1/V.</summary>
    private sealed class Predictions(Tracked logits, Tracked embedding, Arithmetic arithmetic) : IPredictions<Tracked>
    {
        public Tracked OfSoftmax() => arithmetic.Multiply(arithmetic.Softmax(logits, 1), embedding);

        public Tracked OfLogits() => arithmetic.Multiply(logits, embedding);

        public Tracked OfMean() => arithmetic.Multiply(
            new Tracked(Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount, 1.0 / logits.ColumnCount)), embedding);
    }
}
