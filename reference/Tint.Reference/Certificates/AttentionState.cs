using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Reference.Certificates;

/// <summary>Attention of one block as the auxiliary model has it and as the simulated forward pass stored it.</summary>
internal sealed class AttentionState
{
    public AttentionState(ExactAttentionForward forward, AttentionMemory memory, int headCount, TokenSequence sequence)
    {
        var size = forward.Query.ColumnCount / headCount;
        var stored = new ExactAttentionForward(memory.Query, memory.Key, forward.Value, forward.Output);
        Heads =
        [
            .. Enumerable.Range(0, headCount).Select(h => new AttentionHead(
                ExactAttention.Weights(forward, h, headCount, sequence.IclMask),
                Part(forward.Query, h),
                Part(forward.Key, h),
                Part(forward.Value, h),
                1 / Math.Sqrt(size))),
        ];
        StoredWeights = [.. Enumerable.Range(0, headCount).Select(h => ExactAttention.Weights(stored, h, headCount, sequence.IclMask))];
        TrainMask = Vector<double>.Build.DenseOfEnumerable(sequence.TrainMask);

        Matrix<double> Part(Matrix<double> matrix, int h) => matrix.SubMatrix(0, matrix.RowCount, h * size, size);
    }

    /// <summary>Attention of any form, without an icl mask.</summary>
    /// <param name="auxiliary">H and D/H.</param>
    /// <param name="form">What the attention is.</param>
    /// <param name="truth">q, k and v as the auxiliary model has them.</param>
    /// <param name="stored">q and k as the simulated forward pass stored them.</param>
    /// <param name="trainMask">m, [T].</param>
    /// <param name="isCrossing">Whether keys and values are of another sequence.</param>
    public AttentionState(
        AuxiliaryConfiguration auxiliary,
        AttentionForm form,
        (Matrix<double> Query, Matrix<double> Key, Matrix<double> Value) truth,
        (Matrix<double> Query, Matrix<double> Key) stored,
        IReadOnlyList<double> trainMask,
        bool isCrossing)
    {
        Heads = AttentionFormCertificate.Heads(auxiliary, form, truth.Query, truth.Key, truth.Value, isCrossing);
        StoredWeights = new ExactAttentionForm(auxiliary, form, isCrossing).Weights(stored.Query, stored.Key);
        TrainMask = Vector<double>.Build.DenseOfEnumerable(trainMask);
        Group = auxiliary.HeadCount / form.KeyValueHeads(auxiliary);
        PositionScore = ((form.Slopes?.Max(Math.Abs) ?? 0) * truth.Key.RowCount) + (form.Relative?.Table.Enumerate().Max(Math.Abs) ?? 0);
    }

    /// <summary>How many query heads share a key and a value.</summary>
    public int Group { get; } = 1;

    /// <summary>The most that a score gets by position.</summary>
    public double PositionScore { get; }

    /// <summary>The auxiliary model's heads.</summary>
    public IReadOnlyList<AttentionHead> Heads { get; }

    /// <summary>The weights that the simulated backward pass computes from its memory, [T × T] a head.</summary>
    public IReadOnlyList<Matrix<double>> StoredWeights { get; }

    /// <summary>m, [T].</summary>
    public Vector<double> TrainMask { get; }

    /// <summary>The heads as the score path reads them: queries and keys from memory, and values computed again from the x there.</summary>
    /// <param name="memory">What the simulated forward pass stored.</param>
    /// <param name="value">ρ(W_V x̃ + b_V), [T × D].</param>
    public IReadOnlyList<AttentionHead> Stored(AttentionMemory memory, Matrix<double> value)
    {
        var size = Heads[0].Value.ColumnCount;
        Matrix<double> Part(Matrix<double> matrix, int h) => matrix.SubMatrix(0, matrix.RowCount, h * size, size);
        return
        [
            .. StoredWeights.Select((weights, h) => new AttentionHead(
                weights, Part(memory.Query, h), Part(memory.Key, h), Part(value, h), Heads[h].ScoreScale)),
        ];
    }

    /// <summary>
    /// What two programs can lose, relative to the magnitudes, in a softmax of scores of this size and the sums behind it:
    /// γ_{6T+4D+24} + γ_{4(d+3)}·max|score|. A weight is good to (d + 3)u of its score, for both programs and both ends of a difference, and to
    /// T + 8 roundings; sums over T, d and D terms follow.
    /// </summary>
    public double Rounding
    {
        get
        {
            var (tokens, size) = (Heads[0].TokenCount, Heads[0].Value.ColumnCount);
            var score = Heads.Max(head => head.ScoreScale * LargestRow(head.Query) * LargestRow(head.Key));
            tokens = Math.Max(tokens, Heads[0].KeyCount);
            return FloatingPoint.Binary64.Gamma((6L * tokens) + (4L * Heads.Count * size) + 24) + (FloatingPoint.Binary64.Gamma(4L * (size + 3)) * (score + PositionScore));
        }
    }

    /// <summary>What underflow adds to it, absolutely, in a row of D entries.</summary>
    public double Underflow => FloatingPoint.Binary64.Underflow(8.0 * (Heads[0].TokenCount + (Heads.Count * Heads[0].Value.ColumnCount)) * Heads.Count * Heads[0].Value.ColumnCount);

    /// <summary>The magnitude of the score path at attention's input before any cancellation, given the norms of the gradient's rows, [T].</summary>
    public Vector<double> ScoreMagnitude(Vector<double> gradientNorms, AuxiliaryLayer layer)
    {
        var (queries, keys, factor) = ScoreMagnitudes(gradientNorms, layer.Query.Weight, layer.Key.Weight);
        return factor * (queries + keys);
    }

    /// <summary>Its parts at the tokens that ask, [T], and at those that answer, [S], and the factor of both.</summary>
    public (Vector<double> Queries, Vector<double> Keys, double Factor) ScoreMagnitudes(
        Vector<double> gradientNorms, Matrix<double> queryWeight, Matrix<double> keyWeight)
    {
        var values = Heads.Max(head => LargestRow(head.Value));
        var keys = Heads.Max(head => LargestRow(head.Key));
        var queries = Heads.Max(head => LargestRow(head.Query));
        var spread = CertificateChain.From(gradientNorms).AttentionValues(Heads).RowErrors;
        return (
            queryWeight.FrobeniusNorm() * keys * gradientNorms,
            keyWeight.FrobeniusNorm() * queries * spread,
            2 * Heads.Count * Heads[0].ScoreScale * values);
    }

    private static double LargestRow(Matrix<double> matrix) => RowNorms.Of(matrix).Maximum();
}
