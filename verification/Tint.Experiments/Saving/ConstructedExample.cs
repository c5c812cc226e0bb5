using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures.Safetensors;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;

namespace Tint.Experiments.Saving;

/// <summary>
/// An input of a constructed TinT and the logits that it must have, with a bound on what rounding can make another reader's numbers differ by, for whoever
/// wants to know that the folder was read rightly.
/// </summary>
public static class ConstructedExample
{
    /// <summary>Tokens that follow from their places, the first half trained on.</summary>
    /// <param name="configuration">The construction.</param>
    /// <param name="length">T.</param>
    public static TokenSequence Sequence(TintConfiguration configuration, int length)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        const int stride = 7919;
        return TokenSequence.Of(
            [.. Enumerable.Range(0, length).Select(t => (int)(((long)t * stride) + 1) % configuration.Auxiliary.VocabularySize)], trainFraction: 0.5);
    }

    /// <summary>Runs the construction: <c>input_ids</c>, <c>train_mask</c>, and logits before and after training with their bounds.</summary>
    /// <param name="configuration">The construction.</param>
    /// <param name="weights">The auxiliary model.</param>
    /// <param name="sequence">The tokens.</param>
    /// <exception cref="Reference.RuleViolationException">The sequence is too long, or the run diverged.</exception>
    public static IReadOnlyList<SafetensorsTensor> Of(TintConfiguration configuration, AuxiliaryWeights weights, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);

        // Both round in float64; errors of operations that follow each other are taken as independent.
        var rounding = new MeanSquareRounding(2 * RoundingModel.DoubleRoundoff);
        var result = new ConstructedTint(configuration, weights).RunTracked([sequence], Arithmetic.Tracking(rounding)).Sequences[0];
        return
        [
            new("input_ids", SafetensorsDataType.I64, [sequence.Length], [.. sequence.InputIds.Select(static id => (long)id)]),
            Row("train_mask", sequence.TrainMask),
            .. Logits("original_logits", result.OriginalLogits),
            .. Logits("logits", result.Logits),
        ];

        IEnumerable<SafetensorsTensor> Logits(string name, Tracked logits) =>
        [
            Of(name, logits.Value), Of($"{name}.bound", rounding.Bound(logits.Error ?? Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount))),
        ];
    }

    private static SafetensorsTensor Row(string name, IReadOnlyList<double> values) => new(name, SafetensorsDataType.F64, [values.Count], values.ToArray());

    private static SafetensorsTensor Of(string name, Matrix<double> matrix) =>
        new(name, SafetensorsDataType.F64, [matrix.RowCount, matrix.ColumnCount], matrix.ToRowMajorArray());
}
