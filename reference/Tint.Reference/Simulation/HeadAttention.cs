using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>
/// The softmax attention of the auxiliary heads, one head at a time in reused buffers. Attention is held transposed, A[i, j] = a_{j,i}
/// with i the key and j the query, so that one query's weights are one contiguous column.
/// </summary>
internal sealed class HeadAttention
{
    /// <summary>A rough count of scalar operations in one exponential.</summary>
    private const int WorkPerWeight = 8;

    private readonly AttentionForm _form;
    private readonly int _queries;
    private readonly int _keys;
    private readonly int _heads;
    private readonly int _group;
    private readonly int _headSize;
    private readonly bool _isCausal;
    private readonly double _scale;
    private readonly double[]? _icl;
    private readonly int[]? _buckets;
    private readonly Matrix<double> _query;
    private readonly Matrix<double> _key;
    private readonly Matrix<double> _weights;

    /// <summary>Prepares buffers for T queries and S keys of the auxiliary model's heads.</summary>
    /// <param name="auxiliary">H and D/H.</param>
    /// <param name="form">What the attention is.</param>
    /// <param name="queries">T.</param>
    /// <param name="keys">S.</param>
    /// <param name="iclMask">[T × S] of 0 and 1; null for all.</param>
    /// <param name="isCrossing">Whether keys are of another sequence, all of whose tokens are seen; else S is T.</param>
    public HeadAttention(
        AuxiliaryConfiguration auxiliary, AttentionForm form, int queries, int keys, Matrix<double>? iclMask, bool isCrossing = false)
    {
        form.Check(auxiliary);
        if (iclMask is not null)
        {
            Require.Shape(iclMask, queries, keys, "icl_mask");
        }

        (_form, _queries, _keys, _heads, _headSize) = (form, queries, keys, auxiliary.HeadCount, auxiliary.HeadSize);
        _group = auxiliary.HeadCount / form.KeyValueHeads(auxiliary);
        _isCausal = form.IsCausal && !isCrossing;
        _scale = form.Scale(auxiliary);
        _icl = iclMask is null ? null : ColumnMajor.Entries(iclMask);
        _buckets = form.Relative is { } relative
            ? [.. from query in Enumerable.Range(0, queries) from key in Enumerable.Range(0, keys) select relative.Buckets.Of(query, key)]
            : null;
        _query = Matrix<double>.Build.Dense(queries, _headSize);
        _key = Matrix<double>.Build.Dense(keys, _headSize);
        _weights = Matrix<double>.Build.Dense(keys, queries);
    }

    /// <summary>Row j: Σ_i a_{j,i} v_i, head by head; [T × D_aux].</summary>
    /// <param name="query">[T × D_aux].</param>
    /// <param name="key">[S × heads·d].</param>
    /// <param name="value">[S × heads·d].</param>
    public Matrix<double> Attend(Matrix<double> query, Matrix<double> key, Matrix<double> value)
    {
        var (v, result) = (ColumnMajor.Entries(value), ColumnMajor.Uninitialized(_queries, _heads * _headSize));
        var (carried, output) = (Matrix<double>.Build.Dense(_keys, _headSize), Matrix<double>.Build.Dense(_queries, _headSize));
        ForHeads(query, key, head =>
        {
            Take(v, head / _group, carried);
            _weights.TransposeThisAndMultiply(carried, output);
            ColumnMajor.Entries(output).CopyTo(ColumnMajor.Writable(result), head * _queries * _headSize);
        });
        return result;
    }

    /// <summary>
    /// Row i: Σ_j a_{j,i} g_j over the queries j with i = j or m_j = 1, or over all where they see later keys or another sequence's; head by head, added up
    /// over the heads that share a value; [S × heads·d].
    /// </summary>
    /// <param name="query">[T × D_aux].</param>
    /// <param name="key">[S × heads·d].</param>
    /// <param name="gradient">g, [T × D_aux].</param>
    /// <param name="tokens">m; null for all tokens.</param>
    public Matrix<double> Disperse(Matrix<double> query, Matrix<double> key, Matrix<double> gradient, TrainedTokens? tokens)
    {
        var (g, result) = (ColumnMajor.Entries(gradient), ColumnMajor.Uninitialized(_keys, _heads / _group * _headSize));
        var (carried, output) = (Matrix<double>.Build.Dense(_queries, _headSize), Matrix<double>.Build.Dense(_keys, _headSize));
        ForHeads(query, key, head =>
        {
            KeepTrainedQueries(tokens);
            Take(g, head, carried);
            _weights.Multiply(carried, output);
            var place = ColumnMajor.Writable(result).AsSpan(head / _group * _keys * _headSize, _keys * _headSize);
            if (head % _group == 0)
            {
                ColumnMajor.Entries(output).CopyTo(place);
            }
            else
            {
                Elementwise.AddScaled(place, ColumnMajor.Entries(output), 1);
            }
        });
        return result;
    }

    /// <summary>
    /// The gradients at queries and keys through the scores, N·c·D k and N·c·Dᵀ q, D_ij = w(softmax(s + ⟨g_i, v_j⟩/N) − softmax(s + b⟨g_i, v_j⟩/N)) with the stencil's w and b; [T × D_aux]
    /// and [S × heads·d].
    /// </summary>
    /// <param name="query">[T × D_aux].</param>
    /// <param name="key">[S × heads·d].</param>
    /// <param name="value">[S × heads·d].</param>
    /// <param name="gradient">g, [T × D_aux].</param>
    /// <param name="scale">N.</param>
    /// <param name="stencil">The finite difference.</param>
    public (Matrix<double> Query, Matrix<double> Key) Differentiate(
        Matrix<double> query, Matrix<double> key, Matrix<double> value, Matrix<double> gradient, double scale, Stencil stencil)
    {
        (query, key) = Turned(query, key);
        double[] q = ColumnMajor.Entries(query), k = ColumnMajor.Entries(key), v = ColumnMajor.Entries(value), g = ColumnMajor.Entries(gradient);
        var (atQueries, atKeys) = (new double[q.Length], new double[k.Length]);
        var (values, asking) = (Matrix<double>.Build.Dense(_keys, _headSize), Matrix<double>.Build.Dense(_queries, _headSize));
        var (scores, products, ahead) = (
            Matrix<double>.Build.Dense(_keys, _queries), Matrix<double>.Build.Dense(_keys, _queries), Matrix<double>.Build.Dense(_keys, _queries));
        var factor = _scale * scale * stencil.Weight;
        for (var head = 0; head < _heads; head++)
        {
            Take(q, head, _query);
            Take(k, head / _group, _key);
            Take(v, head / _group, values);
            Take(g, head, asking);
            _key.TransposeAndMultiply(_query, scores);
            values.TransposeAndMultiply(asking, products);
            Shift(1);
            _weights.CopyTo(ahead);
            Shift(stencil.Behind);
            ahead.Subtract(_weights, ahead);
            ahead.Multiply(factor, ahead);
            ahead.TransposeThisAndMultiply(_key, asking);
            ahead.Multiply(_query, values);
            Elementwise.AddScaled(Part(atQueries, head, _queries), ColumnMajor.Entries(asking), 1);
            Elementwise.AddScaled(Part(atKeys, head / _group, _keys), ColumnMajor.Entries(values), 1);

            // Scores are scaled by c when they are normalised.
            void Shift(double shift)
            {
                products.Multiply(shift / (_scale * scale), _weights);
                _weights.Add(scores, _weights);
                Normalize(head);
            }
        }

        var (queryGradient, keyGradient) = (
            ColumnMajor.Wrap(_queries, _heads * _headSize, atQueries), ColumnMajor.Wrap(_keys, _heads / _group * _headSize, atKeys));
        return _form.Rotation is { } rotation
            ? (rotation.Apply(queryGradient, _heads, back: true), rotation.Apply(keyGradient, _heads / _group, back: true))
            : (queryGradient, keyGradient);

        Span<double> Part(double[] entries, int head, int rows) => entries.AsSpan(head * rows * _headSize, rows * _headSize);
    }

    /// <summary>Queries and keys as scores see them.</summary>
    private (Matrix<double> Query, Matrix<double> Key) Turned(Matrix<double> query, Matrix<double> key) => _form.Rotation is { } rotation
        ? (rotation.Apply(query, _heads), rotation.Apply(key, _heads / _group))
        : (query, key);

    /// <summary>Runs <paramref name="use"/> for each head with its weights in the buffer.</summary>
    private void ForHeads(Matrix<double> query, Matrix<double> key, Action<int> use)
    {
        (query, key) = Turned(query, key);
        double[] q = ColumnMajor.Entries(query), k = ColumnMajor.Entries(key);
        for (var head = 0; head < _heads; head++)
        {
            Take(q, head, _query);
            Take(k, head / _group, _key);
            _key.TransposeAndMultiply(_query, _weights);
            Normalize(head);
            use(head);
        }
    }

    /// <summary>Copies a head's columns into a buffer.</summary>
    private static void Take(double[] entries, int head, Matrix<double> buffer)
    {
        var target = ColumnMajor.Writable(buffer);
        Array.Copy(entries, head * target.Length, target, 0, target.Length);
    }

    /// <summary>Turns scores into weights: column j becomes the softmax of its scaled scores over the keys that query j may see.</summary>
    private void Normalize(int head) => ColumnMajor.ForColumns(
        _weights, WorkPerWeight, (query, column) => NormalizeColumn(column, query, AddPositions(column, query, head) ? 1 : _scale));

    /// <summary>Scales scores and adds what they get by position; false, and nothing done, where that is nothing.</summary>
    private bool AddPositions(Span<double> column, int query, int head)
    {
        var slope = _form.Slopes?[head] ?? 0;
        if (_buckets is null && _form.Slopes is null)
        {
            return false;
        }

        Entrywise.Replace(column, (key, score) => (_scale * score) + (slope * key) + Bias(key));
        return true;

        double Bias(int key) => _buckets is null ? 0 : _form.Relative!.Table.At(_buckets[(query * _keys) + key], head);
    }

    private void NormalizeColumn(Span<double> column, int query, double scale)
    {
        var seen = _isCausal ? column[..(query + 1)] : column;
        column[seen.Length..].Clear();
        var largest = Elementwise.Largest(seen, scale);

        // A score of −∞ would pass for one that is merely small.
        if (_icl is null)
        {
            Divergence.Check(Elementwise.Least(seen), "the least attention score");
        }
        else
        {
            Entrywise.Replace(
                seen, (key, score) => _icl[(key * _queries) + query] != 0 ? Divergence.Check(score, "an attention score") : double.NegativeInfinity);
            largest = Elementwise.Largest(seen, scale);
        }

        var sum = Elementwise.Exponentials(seen, scale, Divergence.Check(largest, "the largest attention score"));
        Elementwise.Divide(seen, sum);
    }

    private void KeepTrainedQueries(TrainedTokens? tokens)
    {
        if (_isCausal && tokens is not null)
        {
            ColumnMajor.ForColumns(_weights, 1, (query, column) => column[..(tokens.Contains(query) ? 0 : query)].Clear());
        }
    }
}
