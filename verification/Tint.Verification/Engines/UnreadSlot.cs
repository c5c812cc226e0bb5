using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Verification.Engines;

/// <summary>One slot of all prefixes, or of all tokens, of a sequence's hidden states.</summary>
/// <param name="Sequence">The sequence.</param>
/// <param name="Row">The first row.</param>
/// <param name="RowCount">The number of rows.</param>
/// <param name="Column">The slot's first coordinate.</param>
/// <param name="ColumnCount">Its coordinates.</param>
internal readonly record struct UnreadSlot(int Sequence, int Row, int RowCount, int Column, int ColumnCount)
{
    /// <summary>The number of entries.</summary>
    public int Count => RowCount * ColumnCount;

    /// <summary>Every slot of a sequence's prefixes and tokens.</summary>
    public static IEnumerable<UnreadSlot> All(TintConfiguration configuration, int sequence, int rows)
    {
        int width = configuration.Auxiliary.HiddenSize, prefixes = configuration.PrefixCount;
        for (var column = 0; column < configuration.HiddenSize; column += width)
        {
            var columns = Math.Min(width, configuration.HiddenSize - column);
            yield return new UnreadSlot(sequence, 0, prefixes, column, columns);
            yield return new UnreadSlot(sequence, prefixes, rows - prefixes, column, columns);
        }
    }

    /// <summary>The hidden states with other numbers in the slot.</summary>
    public Matrix<double> Altered(Matrix<double> states)
    {
        var altered = states.Clone();
        altered.SetSubMatrix(Row, RowCount, Column, ColumnCount, states.SubMatrix(Row, RowCount, Column, ColumnCount).MapIndexed(Other, Zeros.Include));
        return altered;

        static double Other(int row, int column, double value) => (1.25 * value) + 1 + (0.5 * ((row + (2 * column)) % 3));
    }
}
