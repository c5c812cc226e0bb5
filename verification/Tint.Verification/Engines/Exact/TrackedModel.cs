using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;

namespace Tint.Verification.Engines.Exact;

/// <summary>
/// How far rounding can have moved the auxiliary model's loss, logits and gradients on one sequence: every step of the exact model, forward and
/// backward, done once more with the running error that <see cref="RoundingModel"/> gives it. Cross-entropy, summed over the trained targets.
/// </summary>
internal sealed class TrackedModel
{
    private TrackedModel(double loss, Matrix<double> logits, AuxiliaryWeights gradient) => (Loss, Logits, Gradient) = (loss, logits, gradient);

    /// <summary>The tracked error of the loss, or the loss.</summary>
    public double Loss { get; }

    /// <summary>The tracked errors of the logits, or the logits, [T × V].</summary>
    public Matrix<double> Logits { get; }

    /// <summary>The tracked errors of the gradient, or the gradient, in the shape of the parameters.</summary>
    public AuxiliaryWeights Gradient { get; }

    /// <summary>The tracked errors.</summary>
    public static TrackedModel Run(AuxiliaryWeights weights, TokenSequence sequence, RoundingModel rounding) =>
        Run(weights, sequence, Arithmetic.Tracking(rounding), rounding, static tracked => tracked.Error!);

    /// <summary>The numbers themselves, with noise.</summary>
    public static TrackedModel Perturbed(AuxiliaryWeights weights, TokenSequence sequence, RoundingModel rounding, RoundingNoise noise) =>
        Run(weights, sequence, Arithmetic.Perturbed(noise, rounding), rounding, static tracked => tracked.Value);

    private static TrackedModel Run(
        AuxiliaryWeights weights, TokenSequence sequence, Arithmetic arithmetic, RoundingModel rounding, Func<Tracked, Matrix<double>> part)
    {
        var operations = new TrackedOperations(arithmetic, rounding);
        var (configuration, embedding) = (weights.Configuration, new Tracked(weights.TokenEmbedding));
        var ids = OneHot(sequence, configuration.VocabularySize);

        // forward: x_t = E[id_t] + P[t], blocks, y = FinalNorm(x), s = E y
        var x = arithmetic.Add(
            new Tracked(ids.Multiply(weights.TokenEmbedding)),
            new Tracked(weights.PositionEmbedding.SubMatrix(0, sequence.Length, 0, configuration.HiddenSize)))!;
        var layers = new List<TrackedLayer>();
        foreach (var layer in weights.Layers)
        {
            layers.Add(new TrackedLayer(arithmetic, operations, configuration, layer, x, sequence.IclMask));
            x = layers[^1].Output;
        }

        var finalNorm = TrackedNorm.Forward(arithmetic, operations, weights.FinalNorm, configuration.LayerNormEpsilon, x);
        var logits = arithmetic.TransposeAndMultiply(finalNorm.Output, embedding);

        // backward, from the positions whose loss counts
        var positionWeights = ExactLoss.PositionWeights(sequence);
        int[] rows = [.. Enumerable.Range(0, sequence.Length).Where(t => positionWeights[t] != 0)];
        if (rows.Length == 0)
        {
            return new TrackedModel(0, part(logits), AuxiliaryWeightsAlgebra.Scale(weights, 0));
        }

        var targets = new Tracked(Matrix<double>.Build.Dense(rows.Length, configuration.VocabularySize, (row, id) =>
            sequence.InputIds[rows[row] + 1] == id ? 1 : 0));
        var trained = Arithmetic.Rows(logits, rows);
        var residual = operations.Subtract(arithmetic.Softmax(trained, 1), targets);
        var head = arithmetic.TransposeThisAndMultiply(residual, Arithmetic.Rows(finalNorm.Output, rows));
        var g = Arithmetic.SpreadRows(arithmetic.Multiply(residual, embedding), rows, sequence.Length);
        var (gradient, finalWeight, finalBias) = finalNorm.Backward(operations, g);
        var errors = new AuxiliaryLayer[layers.Count];
        for (var index = layers.Count - 1; index >= 0; index--)
        {
            (gradient, errors[index]) = layers[index].Backward(gradient, part);
        }

        var lookup = arithmetic.TransposeThisAndMultiply(new Tracked(ids), gradient);
        var (loss, lossError) = LossOf(trained, residual.Value, rows, sequence, rounding);
        return new TrackedModel(arithmetic.IsPerturbed ? loss : lossError, part(logits), new AuxiliaryWeights
        {
            Configuration = configuration,
            TokenEmbedding = part(arithmetic.Add(head, lookup)!),
            PositionEmbedding = part(
                Arithmetic.SpreadRows(gradient, [.. Enumerable.Range(0, sequence.Length)], configuration.MaximumPositions)),
            Layers = errors,
            FinalNorm = new LayerNormParameters(part(finalWeight).Column(0), part(finalBias).Column(0)),
        });
    }

    /// <summary>The loss log Σ exp s − s_n and its error δ(log Σ exp s − s_n) = ⟨softmax(s) − q_n, δs⟩, and the roundings of V exponentials, their sum, the logarithm and the sum over positions.</summary>
    /// <remarks>Positions that repeat repeat their errors, so these add up with absolute values.</remarks>
    private static (double Loss, double Error) LossOf(
        Tracked logits, Matrix<double> residual, int[] rows, TokenSequence sequence, RoundingModel rounding)
    {
        double loss = 0, error = 0, total = 0;
        for (var row = 0; row < rows.Length; row++)
        {
            double largest = logits.Value.Row(row).Maximum(), sum = 0;
            for (var id = 0; id < logits.ColumnCount; id++)
            {
                error += Math.Abs(residual.At(row, id)) * (logits.Error?.At(row, id) ?? 0);
                sum += Math.Exp(logits.Value.At(row, id) - largest);
            }

            var target = logits.Value.At(row, sequence.InputIds[rows[row] + 1]);
            loss += Math.Log(sum) + largest - target;
            var magnitude = Math.Log(sum) + Math.Abs(largest) + Math.Abs(target);
            total += magnitude;
            error += rounding.Accumulated(logits.ColumnCount + 8) + (rounding.Accumulated(4) * magnitude);
        }

        return (loss, rounding.Combine(error, rounding.Accumulated(rows.Length) * total));
    }

    private static Matrix<double> OneHot(TokenSequence sequence, int vocabulary) =>
        Matrix<double>.Build.Dense(sequence.Length, vocabulary, (t, id) => sequence.InputIds[t] == id ? 1 : 0);
}
