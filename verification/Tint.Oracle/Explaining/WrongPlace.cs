using Tint.Reference.Auxiliary;

namespace Tint.Oracle.Explaining;

/// <summary>
/// Where a wrong tensor is wrong: the rows and columns in which some entry is further from the reference than rounding explains. A mistake that is made in one head,
/// at some tokens or in one sequence alone leaves the rest right.
/// </summary>
internal sealed class WrongPlace
{
    private const int FewestEntries = 6;
    private const int MostListed = 8;

    private readonly Tensor _reference;
    private readonly Tensor _bound;
    private readonly ResidualFacts _facts;
    private readonly bool _isParameter;
    private readonly bool[] _rows;
    private readonly bool[] _columns;

    /// <summary>The place of what is wrong.</summary>
    /// <param name="yours">The candidate's numbers, [B × T × D], parameters [B × out × in], vectors [B × D].</param>
    /// <param name="reference">The reference's.</param>
    /// <param name="bound">What rounding can explain, entry by entry.</param>
    /// <param name="isParameter">Whether rows are those of a weight, not tokens.</param>
    /// <param name="facts">Gives heads and width.</param>
    public WrongPlace(Tensor yours, Tensor reference, Tensor bound, bool isParameter, ResidualFacts facts)
    {
        (_reference, _bound, _isParameter, _facts) = (reference, bound, isParameter, facts);
        (_rows, _columns) = Touched(yours);
    }

    /// <summary>A mistake as it is where it is made at the wrong place alone.</summary>
    /// <param name="mistaken">The mistake's numbers where it is made everywhere.</param>
    /// <returns>
    /// The mistake's numbers where the candidate is wrong and the reference's elsewhere, with the place in words, as in "only at tokens 2, 3 and in head 1"; null where the
    /// mistake leaves right what the candidate has right, or too few entries are wrong to tell.
    /// </returns>
    public (Tensor Values, string Words)? Of(Tensor mistaken)
    {
        if (_reference.Shape.Count < 2 || _rows.Count(wrong => wrong) * _columns.Count(wrong => wrong) < FewestEntries)
        {
            return null;
        }

        // What the mistake does not touch is right with it as well.
        var (rows, columns) = Touched(mistaken);
        if (Join(InRows([.. rows.Zip(_rows, (touched, wrong) => wrong || !touched)]), InColumns([.. columns.Zip(_columns, (touched, wrong) => wrong || !touched)])) is not { } words)
        {
            return null;
        }

        var values = _reference.Values.ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            if (_rows[i / _columns.Length] && _columns[i % _columns.Length])
            {
                values[i] = mistaken.Values[i];
            }
        }

        return (new Tensor(_reference.Shape, values), words);
    }

    /// <summary>The rows and columns in which some entry is further from the reference than rounding explains.</summary>
    private (bool[] Rows, bool[] Columns) Touched(Tensor tensor)
    {
        var width = _reference.Shape.Count == 0 ? 1 : _reference.Shape[^1];
        var (rows, columns) = (new bool[tensor.Values.Length / Math.Max(1, width)], new bool[width]);
        for (var i = 0; i < tensor.Values.Length; i++)
        {
            if (!(Math.Abs(tensor.Values[i] - _reference.Values[i]) <= _bound.Values[i]))
            {
                (rows[i / width], columns[i % width]) = (true, true);
            }
        }

        return (rows, columns);
    }

    private static string? Join(string? rows, string? columns) =>
        rows is null && columns is null ? null : $"only {string.Join(" and ", new[] { rows, columns }.OfType<string>())}";

    /// <param name="agreeing">The rows that are wrong, or that the mistake leaves as they are.</param>
    private string? InRows(bool[] agreeing)
    {
        if (Array.TrueForAll(agreeing, agrees => agrees))
        {
            return null;
        }

        var sequences = _reference.Shape[0];
        var length = _rows.Length / sequences;
        var wrong = Enumerable.Range(0, sequences)
            .Select(b => (Sequence: b, Rows: Wrong(_rows[(b * length)..((b + 1) * length)]), All: Array.TrueForAll(agreeing[(b * length)..((b + 1) * length)], agrees => agrees)))
            .Where(item => item.Rows.Length > 0).ToArray();
        var of = wrong.Length < sequences ? $"in {Listed("sequence", [.. wrong.Select(item => item.Sequence)])}" : null;
        if (wrong.All(item => item.All))
        {
            return of;
        }

        var what = _isParameter ? "row" : "token";
        return wrong.All(item => item.Rows.SequenceEqual(wrong[0].Rows))
            ? $"at {Listed(what, wrong[0].Rows)}{(of is null ? string.Empty : $" {of}")}"
            : string.Join("; ", wrong.Select(item => $"at {Listed(what, item.Rows)} of sequence {item.Sequence}"));
    }

    /// <param name="agreeing">The columns that are wrong, or that the mistake leaves as they are.</param>
    private string? InColumns(bool[] agreeing)
    {
        if (Array.TrueForAll(agreeing, agrees => agrees))
        {
            return null;
        }

        if (!_isParameter && _facts.Heads > 1 && _columns.Length == _facts.Width)
        {
            bool[][] heads = [.. _columns.Chunk(_facts.Width / _facts.Heads)];
            if (Array.TrueForAll(heads, head => Array.TrueForAll(head, wrong => wrong == head[0])))
            {
                return $"in {Listed("head", Wrong([.. heads.Select(head => head[0])]))}";
            }
        }

        return $"in {Listed(_isParameter ? "column" : "coordinate", Wrong(_columns))}";
    }

    private static int[] Wrong(bool[] places) => [.. places.Index().Where(item => item.Item).Select(item => item.Index)];

    /// <summary>As in "tokens 2, 3", or "coordinates 4 to 7".</summary>
    private static string Listed(string what, int[] places) => places.Length == 1 ? $"{what} {places[0]}"
        : places[^1] - places[0] == places.Length - 1 ? $"{what}s {places[0]} to {places[^1]}"
        : $"{what}s {string.Join(", ", places.Take(MostListed))}{(places.Length > MostListed ? " and on" : string.Empty)}";
}
