using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Simulation;

/// <summary>
/// The softmax attention of auxiliary heads of any form, head by head: shared keys and values, scores that know positions, tokens of one sequence or two. For the
/// published form <see cref="HeadAttention"/> is the faster one.
/// </summary>
/// <param name="auxiliary">H and D/H.</param>
/// <param name="form">What the attention is.</param>
/// <param name="isCrossing">Whether keys and values are of another sequence, all of whose tokens are seen.</param>
internal sealed class FormedHeads(AuxiliaryConfiguration auxiliary, AttentionForm form, bool isCrossing = false)
{
    private readonly int _size = auxiliary.HeadSize;

    private bool IsCausal => form.IsCausal && !isCrossing;

    /// <summary>Row j: Σ_i a_{j,i} v_i, heads side by side, [T × D_aux].</summary>
    /// <param name="query">[T × D_aux].</param>
    /// <param name="key">[S × heads·d].</param>
    /// <param name="value">[S × heads·d].</param>
    /// <param name="iclMask">[T × S] of 0 and 1; null for all.</param>
    public Matrix<double> Attend(Matrix<double> query, Matrix<double> key, Matrix<double> value, Matrix<double>? iclMask)
    {
        var result = Matrix<double>.Build.Dense(query.RowCount, query.ColumnCount);
        ForHeads(query, key, iclMask, (head, weights) =>
            result.SetSubMatrix(0, head * _size, weights.Multiply(Part(value, form.ServedBy(auxiliary, head)))));
        return result;
    }

    /// <summary>Row i: Σ_j a_{j,i} g_j over the queries j that send gradients back, added up over the heads that share a value, [S × heads·d].</summary>
    /// <param name="query">[T × D_aux].</param>
    /// <param name="key">[S × heads·d].</param>
    /// <param name="gradient">g, [T × D_aux].</param>
    /// <param name="iclMask">[T × S] of 0 and 1; null for all.</param>
    /// <param name="tokens">m; null where every gradient goes back.</param>
    public Matrix<double> Disperse(Matrix<double> query, Matrix<double> key, Matrix<double> gradient, Matrix<double>? iclMask, TrainedTokens? tokens)
    {
        var result = Matrix<double>.Build.Dense(key.RowCount, key.ColumnCount);
        ForHeads(query, key, iclMask, (head, weights) =>
        {
            for (var j = 0; IsCausal && tokens is not null && j < weights.RowCount; j++)
            {
                for (var i = 0; !tokens.Contains(j) && i < j; i++)
                {
                    weights.At(j, i, 0);
                }
            }

            var shared = form.ServedBy(auxiliary, head);
            result.SetSubMatrix(0, shared * _size, Part(result, shared) + weights.TransposeThisAndMultiply(Part(gradient, head)));
        });
        return result;
    }

    private void ForHeads(Matrix<double> query, Matrix<double> key, Matrix<double>? iclMask, Action<int, Matrix<double>> use)
    {
        var keyHeads = form.KeyValueHeads(auxiliary);
        var (q, k) = form.Rotation is { } rotation
            ? (rotation.Apply(query, auxiliary.HeadCount), rotation.Apply(key, keyHeads))
            : (query, key);
        for (var head = 0; head < auxiliary.HeadCount; head++)
        {
            use(head, Weights(head, Part(q, head), Part(k, form.ServedBy(auxiliary, head)), iclMask));
        }
    }

    /// <summary>a, [T × S]: row by row the softmax of scale·⟨q, k⟩ + m_h·j + bias over the keys that the query sees.</summary>
    private Matrix<double> Weights(int head, Matrix<double> query, Matrix<double> key, Matrix<double>? iclMask)
    {
        var scores = query.TransposeAndMultiply(key) * form.Scale(auxiliary);
        if (form.Slopes is { } slopes)
        {
            scores.MapIndexedInplace((_, i, score) => score + (slopes[head] * i), Zeros.Include);
        }

        if (form.Relative is { } relative)
        {
            scores += relative.Of(head, scores.RowCount, scores.ColumnCount);
        }

        for (var j = 0; j < scores.RowCount; j++)
        {
            bool Sees(int i) => (!IsCausal || i <= j) && (iclMask is null || iclMask.At(j, i) == 1);
            var largest = double.NegativeInfinity;
            for (var i = 0; i < scores.ColumnCount; i++)
            {
                largest = Sees(i) ? Math.Max(largest, Divergence.Check(scores.At(j, i), "an attention score")) : largest;
            }

            var sum = 0.0;
            for (var i = 0; i < scores.ColumnCount; i++)
            {
                var weight = Sees(i) ? Math.Exp(scores.At(j, i) - largest) : 0;
                scores.At(j, i, weight);
                sum += weight;
            }

            for (var i = 0; i < scores.ColumnCount; i++)
            {
                scores.At(j, i, scores.At(j, i) / sum);
            }
        }

        return scores;
    }

    private Matrix<double> Part(Matrix<double> matrix, int head) => matrix.SubMatrix(0, matrix.RowCount, head * _size, _size);
}
