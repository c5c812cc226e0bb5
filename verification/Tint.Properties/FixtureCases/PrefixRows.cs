using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Properties.FixtureCases;

/// <summary>The part of the prefixes that an updated layer determines.</summary>
internal static class PrefixRows
{
    /// <summary>
    /// Writes a stacked layer's weight rows, and the bias of prefix 0, over rows 0 … K−1 of <paramref name="states"/>. The other prefixes' copies of the
    /// bias, which go stale, stay as they are.
    /// </summary>
    public static void Put(Matrix<double> states, TintConfiguration configuration, Slots stacked)
    {
        var prefixes = stacked.ToMatrix();
        var bias = configuration.RowsPerPrefix * configuration.Auxiliary.HiddenSize;
        states.SetSubMatrix(0, 0, prefixes.SubMatrix(0, prefixes.RowCount, 0, bias));
        states.SetSubMatrix(0, bias, prefixes.SubMatrix(0, 1, bias, prefixes.ColumnCount - bias));
    }
}
