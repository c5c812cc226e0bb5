using MathNet.Numerics.LinearAlgebra;
using Tint.Explaining.Examples;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Verification.Judging;
using Tint.Verification.Reports;
using Tint.Verification.Truth;

namespace Tint.Explaining.Walking;

/// <summary>The comparisons that a walk makes of its own numbers.</summary>
internal static class LiveChecks
{
    private const string Rounding = "rounding alone";

    /// <summary>The layers one by one against the construction, the construction against the closed form, the closed form against the auxiliary model's own calculus.</summary>
    /// <remarks>
    /// Two computations of one formula in float64 differ by no more than a running bound for 2u (WorstCaseRounding). What the auxiliary model's own formula is off by is less than what the
    /// construction's may be, whose operations are its own and more, and N times as much where there is a finite difference.
    /// </remarks>
    public static IReadOnlyList<LiveCheck> Of(BuiltExample built, IReadOnlyList<Matrix<double>> walked)
    {
        var constructed = built.Construction(Arithmetic.Tracking(new WorstCaseRounding(2 * RoundingModel.DoubleRoundoff)));
        return
        [
            .. built.Outputs.Select((output, index) => Entrywise(
                output.Title,
                "layer by layer, construction",
                walked[index],
                constructed[index].ToMatrix(),
                constructed[index].ToErrorMatrix())),
            .. built.Parts.SelectMany(part =>
            {
                var (values, error) = (Cut(constructed[part.Output].ToMatrix(), part), Cut(constructed[part.Output].ToErrorMatrix(), part));
                return new[] { Entrywise(part.Name, "construction, closed form", values, part.Closed, error), Exact(part, error) };
            }),
        ];
    }

    private static Matrix<double> Cut(Matrix<double> states, Part part) =>
        states.SubMatrix(part.Row, part.Closed.RowCount, part.Column, part.Closed.ColumnCount);

    private static LiveCheck Entrywise(string what, string sides, Matrix<double> left, Matrix<double> right, Matrix<double> bound)
    {
        var error = (left - right).PointwiseAbs();
        var (row, column, _) = error.EnumerateIndexed().MaxBy(entry => (ErrorRatio.Of(entry.Item3, bound[entry.Item1, entry.Item2]), bound[entry.Item1, entry.Item2]));
        return new(what, sides, Rounding, error[row, column], bound[row, column], ReportNumber.Defined(ErrorRatio.Of(error[row, column], bound[row, column])));
    }

    private static LiveCheck Exact(Part part, Matrix<double> rounding)
    {
        var certificate = part.Certificate ?? Vector<double>.Build.Dense(part.Closed.RowCount);
        var check = CertificateCheck.OfRows(part.Name, part.Covers, part.Closed, part.Exact, certificate, rounding);
        return new(part.Name, "closed form, exact", part.Covers, check.Error, check.Certificate + check.Rounding, ReportNumber.Defined(check.Ratio));
    }
}
