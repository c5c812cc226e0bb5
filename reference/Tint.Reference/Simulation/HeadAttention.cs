using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.Primitives;

namespace Tint.Reference.Simulation;

/// <summary>
/// The causal softmax attention of the auxiliary heads, one head at a time in reused buffers. Attention is held transposed, A[i, j] = a_{j,i}
/// with i the key and j the query, so that one query's weights are one contiguous column.
/// </summary>
internal sealed class HeadAttention
{
    /// <summary>A rough count of scalar operations in one exponential.</summary>
    private const int WorkPerWeight = 8;

    private readonly int _tokens;
    private readonly int _width;
    private readonly int _headSize;
    private readonly double _scale;
    private readonly double[]? _icl;
    private readonly Matrix<double> _query;
    private readonly Matrix<double> _key;
    private readonly Matrix<double> _carried;
    private readonly Matrix<double> _result;
    private readonly Matrix<double> _weights;

    /// <summary>Prepares buffers for T tokens and the auxiliary model's heads.</summary>
    public HeadAttention(AuxiliaryConfiguration auxiliary, int tokens, Matrix<double>? iclMask)
    {
        if (iclMask is not null)
        {
            Require.Shape(iclMask, tokens, tokens, "icl_mask");
        }

        _tokens = tokens;
        _width = auxiliary.HiddenSize;
        _headSize = auxiliary.HeadSize;
        _scale = 1 / Math.Sqrt(auxiliary.HeadSize);
        _icl = iclMask is null ? null : ColumnMajor.Entries(iclMask);
        _query = Matrix<double>.Build.Dense(tokens, _headSize);
        _key = Matrix<double>.Build.Dense(tokens, _headSize);
        _carried = Matrix<double>.Build.Dense(tokens, _headSize);
        _result = Matrix<double>.Build.Dense(tokens, _headSize);
        _weights = Matrix<double>.Build.Dense(tokens, tokens);
    }

    /// <summary>Row j: Σ_i a_{j,i} v_i, head by head; [T × D_aux].</summary>
    public Matrix<double> Attend(Matrix<double> query, Matrix<double> key, Matrix<double> value) =>
        HeadByHead(query, key, value, () => _weights.TransposeThisAndMultiply(_carried, _result));

    /// <summary>Row i: Σ_j a_{j,i} g_j over the queries j with i = j or m_j = 1, head by head; [T × D_aux].</summary>
    public Matrix<double> Disperse(Matrix<double> query, Matrix<double> key, Matrix<double> gradient, TrainedTokens tokens) =>
        HeadByHead(query, key, gradient, () =>
        {
            KeepTrainedQueries(tokens);
            _weights.Multiply(_carried, _result);
        });

    private Matrix<double> HeadByHead(Matrix<double> query, Matrix<double> key, Matrix<double> carried, Action product)
    {
        double[] q = ColumnMajor.Entries(query), k = ColumnMajor.Entries(key), c = ColumnMajor.Entries(carried);
        var result = LargeObjects.Uninitialized(_tokens * _width);
        var count = _tokens * _headSize;
        for (var start = 0; start < result.Length; start += count)
        {
            Array.Copy(q, start, ColumnMajor.Writable(_query), 0, count);
            Array.Copy(k, start, ColumnMajor.Writable(_key), 0, count);
            Array.Copy(c, start, ColumnMajor.Writable(_carried), 0, count);
            _key.TransposeAndMultiply(_query, _weights);
            Normalize();
            product();
            Array.Copy(ColumnMajor.Writable(_result), 0, result, start, count);
        }

        return ColumnMajor.Wrap(_tokens, _width, result);
    }

    /// <summary>Turns scores into weights: column j becomes the softmax of its scaled scores over the keys that query j may see.</summary>
    private void Normalize()
    {
        var weights = ColumnMajor.Writable(_weights);
        Parallelism.ForRanges(_tokens, (long)WorkPerWeight * _tokens, (from, to) =>
        {
            for (var j = from; j < to; j++)
            {
                NormalizeColumn(weights.AsSpan(j * _tokens, _tokens), j);
            }
        });
    }

    private void NormalizeColumn(Span<double> column, int query)
    {
        var seen = column[..(query + 1)];
        column[(query + 1)..].Clear();
        var largest = Elementwise.Largest(seen, _scale);

        // A score of −∞ would pass for one that is merely small.
        if (_icl is null)
        {
            Divergence.Check(Elementwise.Least(seen), "the least attention score");
        }
        else
        {
            for (var i = 0; i < seen.Length; i++)
            {
                seen[i] = _icl[(i * _tokens) + query] != 0 ? Divergence.Check(seen[i], "an attention score") : double.NegativeInfinity;
            }

            largest = Elementwise.Largest(seen, _scale);
        }

        var sum = Elementwise.Exponentials(seen, _scale, Divergence.Check(largest, "the largest attention score"));
        Elementwise.Divide(seen, sum);
    }

    private void KeepTrainedQueries(TrainedTokens tokens)
    {
        var weights = ColumnMajor.Writable(_weights);
        for (var j = 0; j < _tokens; j++)
        {
            if (!tokens.Contains(j))
            {
                weights.AsSpan(j * _tokens, j).Clear();
            }
        }
    }
}
