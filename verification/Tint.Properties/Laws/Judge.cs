using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;

namespace Tint.Properties.Laws;

/// <summary>Compares numbers with what they should be, each against a bound of its own, and keeps the worst ratio.</summary>
internal sealed class Judge
{
    private double _ratio;
    private string? _worst;
    private int _comparisons;

    public LawVerdict Verdict => new(_ratio, _worst, _comparisons);

    /// <summary>|actual − expected| ≤ bound; a bound of 0 asks for equality.</summary>
    public void Near(string what, double expected, double actual, double bound)
    {
        var error = Math.Abs(actual - expected);
        Record(error, bound, () => string.Create(
            CultureInfo.InvariantCulture, $"{what}: expected {expected:r}, got {actual:r}, error {error:e2}, bound {bound:e2}"));
    }

    /// <summary>Entry by entry |actual − expected| ≤ bound.</summary>
    public void Near(string what, Matrix<double> expected, Matrix<double> actual, Matrix<double> bound)
    {
        if (!SameShape(what, expected, actual) || !SameShape(what, expected, bound))
        {
            return;
        }

        for (var column = 0; column < expected.ColumnCount; column++)
        {
            for (var row = 0; row < expected.RowCount; row++)
            {
                var (i, j) = (row, column);
                Near(() => $"{what}[{i}, {j}]", expected.At(row, column), actual.At(row, column), bound.At(row, column));
            }
        }
    }

    /// <summary>As <see cref="Near(string, Matrix{double}, Matrix{double}, Matrix{double})"/>, with a value that carries its bound.</summary>
    public void Near(string what, Bounded expected, Matrix<double> actual) => Near(what, expected.Value, actual, expected.Bound);

    /// <summary>Entry by entry, for a layer.</summary>
    public void Near(string what, BoundedLayer expected, LinearParameters actual)
    {
        Near($"{what} weight", expected.Weight, actual.Weight);
        Near($"{what} bias", expected.Bias, actual.Bias.ToColumnMatrix());
    }

    /// <summary>Entry by entry, for a normalisation, whose γ may be dense on either side.</summary>
    public void Near(string what, BoundedLayer expected, LayerNormParameters actual)
    {
        var gamma = actual.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(actual.Weight);
        Near($"{what} γ", expected.Weight, gamma);
        Near($"{what} β", expected.Bias, actual.Bias.ToColumnMatrix());
        if (actual.Dense is { } dense)
        {
            Equal($"{what} diagonal of γ", dense.Diagonal().ToColumnMatrix(), actual.Weight.ToColumnMatrix());
        }
    }

    /// <summary>Entry by entry, for whole models; <paramref name="bounds"/> has a bound in every parameter's place.</summary>
    public void Near(string what, AuxiliaryWeights expected, AuxiliaryWeights actual, AuxiliaryWeights bounds)
    {
        var difference = AuxiliaryWeightsAlgebra.Subtract(actual, expected);
        var ratios = AuxiliaryWeightsAlgebra.Zip(difference, bounds, static (error, bound) => Ratio(Math.Abs(error), bound));
        foreach (var block in AuxiliaryWeightsAlgebra.Blocks(ratios))
        {
            var values = block.Values.Span;
            for (var i = 0; i < values.Length; i++)
            {
                var (row, column, ratio) = (i % block.Rows, i / block.Rows, values[i]);
                Record(ratio, 1, () => string.Create(
                    CultureInfo.InvariantCulture, $"{what}: {block.Name}[{row}, {column}]: error/bound {ratio:g3}"));
            }
        }
    }

    /// <summary>Exactly the same numbers.</summary>
    public void Equal(string what, Matrix<double> expected, Matrix<double> actual) =>
        Near(what, expected, actual, Matrix<double>.Build.Dense(expected.RowCount, expected.ColumnCount));

    /// <summary>value ≤ limit, both non-negative: an error and its certificate.</summary>
    public void AtMost(string what, double value, double limit) => Record(
        value, limit, () => string.Create(CultureInfo.InvariantCulture, $"{what}: {value:e3} above its bound {limit:e3}"));

    /// <summary>A condition without a size.</summary>
    public void Holds(string what, bool condition) => Record(condition ? 0 : double.PositiveInfinity, 1, () => what);

    private static double Ratio(double error, double bound) =>
        double.IsNaN(error) || double.IsNaN(bound) ? double.PositiveInfinity : error == 0 ? 0 : error / bound;

    private void Near(Func<string> what, double expected, double actual, double bound)
    {
        var error = Math.Abs(actual - expected);
        Record(error, bound, () => string.Create(
            CultureInfo.InvariantCulture, $"{what()}: expected {expected:r}, got {actual:r}, error {error:e2}, bound {bound:e2}"));
    }

    private bool SameShape(string what, Matrix<double> expected, Matrix<double> actual)
    {
        var same = (expected.RowCount, expected.ColumnCount) == (actual.RowCount, actual.ColumnCount);
        if (!same)
        {
            Holds($"{what}: shape [{actual.RowCount} × {actual.ColumnCount}], not [{expected.RowCount} × {expected.ColumnCount}]", false);
        }

        return same;
    }

    private void Record(double error, double bound, Func<string> where)
    {
        var ratio = Ratio(error, bound);
        _comparisons++;
        if (_worst is null || ratio > _ratio)
        {
            (_ratio, _worst) = (ratio, where());
        }
    }
}
