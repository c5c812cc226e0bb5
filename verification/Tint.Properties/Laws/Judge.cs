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
        if (IsWorst(Math.Abs(actual - expected), bound))
        {
            _worst = Text(what, expected, actual, bound);
        }
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
                var (left, right, most) = (expected.At(row, column), actual.At(row, column), bound.At(row, column));
                if (IsWorst(Math.Abs(right - left), most))
                {
                    _worst = Text($"{what}[{row}, {column}]", left, right, most);
                }
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
                if (IsWorst(values[i], 1))
                {
                    _worst = string.Create(
                        CultureInfo.InvariantCulture, $"{what}: {block.Name}[{i % block.Rows}, {i / block.Rows}]: error/bound {values[i]:g3}");
                }
            }
        }
    }

    /// <summary>Exactly the same numbers.</summary>
    public void Equal(string what, Matrix<double> expected, Matrix<double> actual) =>
        Near(what, expected, actual, Matrix<double>.Build.Dense(expected.RowCount, expected.ColumnCount));

    /// <summary>value ≤ limit, both non-negative: an error and its certificate.</summary>
    public void AtMost(string what, double value, double limit)
    {
        if (IsWorst(value, limit))
        {
            _worst = string.Create(CultureInfo.InvariantCulture, $"{what}: {value:r}, bound {limit:r}");
        }
    }

    /// <summary>A condition without a size.</summary>
    public void Holds(string what, bool condition)
    {
        if (IsWorst(condition ? 0 : double.PositiveInfinity, 1))
        {
            _worst = what;
        }
    }

    /// <summary>error/bound; infinite where either is no number, and where the bound is infinite or negative and so bounds nothing.</summary>
    private static double Ratio(double error, double bound) =>
        !double.IsFinite(bound) || bound < 0 || double.IsNaN(error) ? double.PositiveInfinity : error == 0 ? 0 : error / bound;

    private static string Text(string what, double expected, double actual, double bound) => string.Create(
        CultureInfo.InvariantCulture,
        $"{what}: expected {expected:r}, got {actual:r}, error {Math.Abs(actual - expected):e2}, bound {bound:e2}");

    private bool SameShape(string what, Matrix<double> expected, Matrix<double> actual)
    {
        var same = (expected.RowCount, expected.ColumnCount) == (actual.RowCount, actual.ColumnCount);
        if (!same)
        {
            Holds($"{what}: shape [{actual.RowCount} × {actual.ColumnCount}], not [{expected.RowCount} × {expected.ColumnCount}]", false);
        }

        return same;
    }

    /// <summary>Counts a comparison; true if it is the worst so far, for the caller to say where it was.</summary>
    private bool IsWorst(double error, double bound)
    {
        var ratio = Ratio(error, bound);
        _comparisons++;
        if (_worst is not null && !(ratio > _ratio))
        {
            return false;
        }

        _ratio = ratio;
        return true;
    }
}
