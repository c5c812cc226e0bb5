using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
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

    /// <summary>The auxiliary model's heads.</summary>
    public IReadOnlyList<AttentionHead> Heads { get; }

    /// <summary>The weights that the simulated backward pass computes from its memory, [T × T] a head.</summary>
    public IReadOnlyList<Matrix<double>> StoredWeights { get; }

    /// <summary>m, [T].</summary>
    public Vector<double> TrainMask { get; }

    /// <summary>
    /// What sums over d and T terms and a softmax of scores of this size can lose, relative to the magnitudes: γ_{8(T+D)+64}(8 + max|score|).
    /// </summary>
    public double Rounding =>
        FloatingPoint.Binary64.Gamma((8L * (Heads[0].TokenCount + (Heads.Count * Heads[0].Value.ColumnCount))) + 64)
        * (8 + Heads.Max(head => head.ScoreScale * LargestRow(head.Query) * LargestRow(head.Key)));

    /// <summary>The magnitude of the score path at attention's input before any cancellation, given the norms of the gradient's rows, [T].</summary>
    public Vector<double> ScoreMagnitude(Vector<double> gradientNorms, AuxiliaryLayer layer)
    {
        var values = Heads.Max(head => LargestRow(head.Value));
        var factor = 2 * Heads.Count * Heads[0].ScoreScale * values;
        var keys = Heads.Max(head => LargestRow(head.Key));
        var queries = Heads.Max(head => LargestRow(head.Query));
        var spread = CertificateChain.From(gradientNorms).AttentionValues(Heads).RowErrors;
        return factor * ((layer.Query.Weight.FrobeniusNorm() * keys * gradientNorms) + (layer.Key.Weight.FrobeniusNorm() * queries * spread));
    }

    private static double LargestRow(Matrix<double> matrix) => RowNorms.Of(matrix).Maximum();
}
