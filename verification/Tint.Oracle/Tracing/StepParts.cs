using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tracing;

/// <summary>What steps are the sums of.</summary>
internal static class StepParts
{
    /// <summary>What a finite difference leaves of its limit, amply.</summary>
    private const double Approximate = 0.02;

    /// <summary>W x and b.</summary>
    public static IReadOnlyList<StepPart> Linear(TintConfiguration configuration, LinearParameters layer, Matrix<double> output) =>
        Biased("W x", "b", layer.Bias * SimulatedGate.Factor(configuration), output);

    /// <summary>γ∘x̂ and β.</summary>
    public static IReadOnlyList<StepPart> Norm(TintConfiguration configuration, LayerNormParameters layer, Matrix<double> output) =>
        Biased("γ∘x̂", "β", layer.Bias * Math.Pow(SimulatedGate.Factor(configuration), 2), output);

    /// <summary>The parameter before a descent, and what the descent adds.</summary>
    public static IReadOnlyList<StepPart> Descent(TintConfiguration configuration, Matrix<double> before, Matrix<double> updated)
    {
        var gated = before * SimulatedGate.Factor(configuration);
        return
        [
            new StepPart("the parameter before the descent", gated) { Hint = "weights decay" },
            new StepPart("the update", updated - gated),
        ];
    }

    /// <summary>
    /// What the model predicts and what it should, e_{t+1}, of trained positions; beside them what only mistakes add, the mean row of E, as smoothed labels do.
    /// </summary>
    public static IReadOnlyList<StepPart> Loss(TintConfiguration configuration, Matrix<double> embedding, Matrix<double>? positions, Matrix<double> value, TokenSequence sequence)
    {
        var last = sequence.Length - 1;
        double Counts(int t) => t < last ? sequence.TrainMask[t + 1] * (sequence.GradientMask?[t + 1] ?? 1) : configuration.Departures.LastPositionUnmasked ? 1 : 0;
        var target = Matrix<double>.Build.Dense(value.RowCount, value.ColumnCount, (t, d) => t < last ? Counts(t) * embedding.At(sequence.InputIds[t + 1], d) : 0);
        var mean = embedding.ColumnSums() / embedding.RowCount;
        return
        [
            new StepPart("the prediction", value + target),
            new StepPart("the target", -target) { Hint = "labels are smoothed" },
            new StepPart("minus the mean row of E", Matrix<double>.Build.Dense(value.RowCount, value.ColumnCount, (t, d) => t < last ? -Counts(t) * mean[d] : 0)) { Usual = 0 },
            .. positions is null ? Array.Empty<StepPart>() :
            [
                new StepPart("minus the target's row of the position table", Matrix<double>.Build.Dense(value.RowCount, value.ColumnCount, (t, d) =>
                    t < last ? -Counts(t) * positions.At(t + 1, d) : 0)) { Usual = 0 },
            ],
        ];
    }

    /// <summary>The three terms of the exact gradient, (u − mean u − x̂ mean(u∘x̂))/s with u = γ∘g, which the finite difference approaches.</summary>
    public static IReadOnlyList<StepPart> NormBackward(TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory)
    {
        var gamma = layer.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(layer.Weight);
        var u = gradient * gamma;
        var (rows, columns) = (u.RowCount, u.ColumnCount);
        Matrix<double> Terms(Func<int, int, double> term) => Matrix<double>.Build.Dense(rows, columns, (t, d) =>
        {
            var x = memory.Input.Row(t);
            var mean = x.Average();
            return term(t, d) / Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + configuration.Auxiliary.LayerNormEpsilon);
        });
        return
        [
            new StepPart("γ∘g/s", Terms((t, d) => u.At(t, d))) { Precision = Approximate },
            new StepPart("the term by way of the mean", Terms((t, _) => -u.Row(t).Average())) { Hint = "the mean is detached", Precision = Approximate },
            new StepPart("the term by way of the deviation", Terms((t, d) => -memory.Normalized.At(t, d) * (u.Row(t) * memory.Normalized.Row(t)) / columns)) { Hint = "the deviation is detached", Precision = Approximate },
        ];
    }

    /// <summary>What a descent of γ would subtract, −ρη Σ m g∘x̂.</summary>
    public static Matrix<double> OfGamma(TintConfiguration configuration, Matrix<double> gradient, LayerNormMemory memory, IReadOnlyList<double> trainMask)
    {
        var sum = Vector<double>.Build.Dense(gradient.ColumnCount);
        for (var t = 0; t < gradient.RowCount; t++)
        {
            sum += trainMask[t] * gradient.Row(t).PointwiseMultiply(memory.Normalized.Row(t));
        }

        return StepMistakes.Share(configuration, sum).ToRowMatrix();
    }

    /// <summary>The chunks of an MLP.</summary>
    public static IReadOnlyList<StepPart> Chunks(IReadOnlyList<TraceStep> chunks)
    {
        var (matrices, biases) = (new List<StepPart>(), new List<Matrix<double>>());
        foreach (var (chunk, index) in chunks.Select((chunk, index) => (chunk, index)))
        {
            matrices.Add(new StepPart($"chunk {index}", chunk.Parts.Count > 1 ? chunk.Parts[0].Value : chunk.Value));
            biases.AddRange(chunk.Parts.Skip(1).Select(part => part.Value));
        }

        return biases.Count == 0 ? matrices : [.. matrices, new StepPart("b", biases.Aggregate((sum, bias) => sum + bias))];
    }

    /// <summary>A product and a bias, alike in all rows.</summary>
    public static IReadOnlyList<StepPart> Biased(string product, string name, Vector<double> bias, Matrix<double> output)
    {
        var rows = Matrix<double>.Build.Dense(output.RowCount, output.ColumnCount, (_, d) => bias[d]);
        return [new StepPart(product, output - rows), new StepPart(name, rows)];
    }
}
