using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Verification.Engines.Exact;

/// <summary>Softmax attention of any form from queries, keys and values, forward and backward, with rounding.</summary>
internal sealed class TrackedAttention
{
    private readonly TrackedPass _pass;
    private readonly AttentionForm _form;
    private readonly TrackedPositions? _positions;
    private readonly TrackedHead[] _heads;
    private readonly int _group;
    private readonly int _size;

    /// <summary>Runs forward.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="attention">The leaf.</param>
    /// <param name="query">q, [T × H·d].</param>
    /// <param name="key">k, [S × heads·d].</param>
    /// <param name="value">v, [S × heads·d].</param>
    /// <param name="positions">The table of relative positions that scores get an entry of; null for none.</param>
    /// <param name="iclMask">The pairs that may attend; null for all.</param>
    public TrackedAttention(
        TrackedPass pass, Attention attention, Tracked query, Tracked key, Tracked value, TrackedPositions? positions, Matrix<double>? iclMask)
    {
        (_pass, _form, _positions) = (pass, attention.Form, positions);
        _size = query.ColumnCount / attention.HeadCount;
        _group = query.ColumnCount / key.ColumnCount;
        var scale = _form.ScoreScale ?? (1 / Math.Sqrt(_size));
        _heads = [.. Enumerable.Range(0, attention.HeadCount).Select(head => new TrackedHead(
            pass.Arithmetic,
            Turned(Part(query, head), back: false),
            Turned(Part(key, head / _group), back: false),
            Part(value, head / _group),
            scale,
            Bias(head, query.RowCount, key.RowCount),
            _form.IsCausal && !attention.ReadsEncoder,
            iclMask))];
        Output = Join(_heads.Select(static head => head.Output));
    }

    /// <summary>The heads' outputs side by side, [T × H·d].</summary>
    public Tracked Output { get; }

    /// <summary>∂q, ∂k and ∂v, in their shapes.</summary>
    public (Tracked Query, Tracked Key, Tracked Value) Backward(Tracked gradient)
    {
        var parts = _heads.Select((head, index) => head.Backward(_pass.Arithmetic, _pass.Operations, Part(gradient, index))).ToArray();
        _positions?.Learn(_pass, [.. parts.Select(static head => head.Scores)]);
        return (
            Join(parts.Select(head => Turned(head.Query, back: true))),
            Join(Shared(parts.Select(static head => head.Key)).Select(key => Turned(key, back: true))),
            Join(Shared(parts.Select(static head => head.Value))));
    }

    private Tracked Part(Tracked rows, int head) => Arithmetic.Columns(rows, [.. Enumerable.Range(head * _size, _size)]);

    /// <summary>What belongs to one key and value head is the sum over the query heads that it serves.</summary>
    private IEnumerable<Tracked> Shared(IEnumerable<Tracked> heads) =>
        heads.Chunk(_group).Select(group => group.Aggregate((sum, next) => _pass.Arithmetic.Add(sum, next)!));

    private Tracked Turned(Tracked rows, bool back)
    {
        if (_form.Rotation is not { } rotation)
        {
            return rows;
        }

        var layer = new RotaryPositions(rotation, rows.RowCount);
        return back ? layer.TurnBack(rows, _pass.Arithmetic) : layer.Turn(rows, _pass.Arithmetic);
    }

    private Tracked? Bias(int head, int queries, int keys)
    {
        // A slope that is no power of two was rounded when it was written down, and its product with a position once more.
        var slopes = _form.Slopes is not { } all ? null : LinearBias.Of(all[head], queries, keys);
        var linear = slopes is null ? null : new Tracked(slopes, slopes.PointwiseAbs() * (2 * _pass.Arithmetic.UnitRoundoff));
        return _pass.Arithmetic.Add(linear, _positions?.Of(_pass, head, queries, keys));
    }

    /// <summary>The heads' columns side by side.</summary>
    private static Tracked Join(IEnumerable<Tracked> heads) => heads.Aggregate(Arithmetic.Beside);
}
