using MathNet.Numerics.LinearAlgebra;
using Tint.Explaining.Examples;

namespace Tint.Explaining.Walking;

/// <summary>Names slots by the quantity whose numbers they hold: nothing is called x that is not x.</summary>
/// <param name="known">The quantities, those that come first preferred.</param>
/// <param name="prefixes">K.</param>
/// <param name="width">D.</param>
internal sealed class Namer(IReadOnlyList<Known> known, int prefixes, int width)
{
    /// <summary>What rounding, a finite difference's included, may leave between a quantity and itself, relative to its largest number.</summary>
    private const double Closeness = 1e-9;

    /// <summary>States slot by slot.</summary>
    public StateTable Table(string name, string title, Matrix<double> states) => Table(name, title, states, static (_, _) => true);

    /// <summary>The slots of states that are chosen.</summary>
    public StateTable Table(string name, string title, Matrix<double> states, Func<bool, int, bool> isChosen)
    {
        StateRow Row(int row, bool isPrefix) => new(
            isPrefix ? FormattableString.Invariant($"prefix {row}") : FormattableString.Invariant($"token {row - prefixes}"),
            [
                .. from slot in Enumerable.Range(0, states.ColumnCount / width)
                   where isChosen(isPrefix, slot)
                   let values = states.SubMatrix(row, 1, slot * width, width).ToRowMajorArray()
                   where Array.Exists(values, static value => value != 0)
                   let known = Find(states, isPrefix, slot)
                   select new StateSlot(slot, known?.Each?.Invoke(isPrefix ? row : row - prefixes) ?? known?.Name, values),
            ]);
        return new(name, title, [.. Enumerable.Range(0, states.RowCount).Select(row => Row(row, row < prefixes)).Where(row => row.Slots.Count > 0)]);
    }

    /// <summary>The rows of prefixes, or of tokens, in a slot.</summary>
    public Matrix<double> Slot(Matrix<double> states, bool ofPrefixes, int slot) => ofPrefixes
        ? states.SubMatrix(0, prefixes, slot * width, width)
        : states.SubMatrix(prefixes, states.RowCount - prefixes, slot * width, width);

    /// <summary>The names of slots; null for an empty one, and empty text for one without a name.</summary>
    public IReadOnlyList<string?> Names(Matrix<double> states, bool ofPrefixes) =>
    [
        .. Enumerable.Range(0, states.ColumnCount / width).Select(slot => Slot(states, ofPrefixes, slot).Enumerate().Any(static value => value != 0)
            ? Find(states, ofPrefixes, slot)?.Name ?? string.Empty
            : null),
    ];

    private Known? Find(Matrix<double> states, bool ofPrefixes, int slot)
    {
        var contents = Slot(states, ofPrefixes, slot);
        return known.FirstOrDefault(item => item.OfPrefixes == ofPrefixes && IsSame(item.Values, contents));
    }

    private static bool IsSame(Matrix<double> quantity, Matrix<double> contents) =>
        quantity.RowCount == contents.RowCount
        && (quantity - contents).PointwiseAbs().Enumerate().Max() <= Closeness * quantity.PointwiseAbs().Enumerate().Max();
}
