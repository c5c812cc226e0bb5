using MathNet.Numerics.LinearAlgebra;
using Tint.Verification.Truth;

namespace Tint.Verification.Tests.Truth;

public class CertificateCheckTests
{
    [Fact]
    public void The_row_with_the_largest_ratio_is_reported()
    {
        var check = Check([[3, 4], [0, 1]], [[0, 0], [0, 0]], [50, 2], [[0, 0], [0, 0]]);
        Assert.Equal((1, 2, 0.5), (check.Error, check.Certificate, check.Ratio));
        Assert.True(check.Passed);
        Assert.Null(check.Relative);
    }

    [Fact]
    public void Rounding_is_allowed_beside_the_certificate_and_told_apart()
    {
        var check = Check([[5, 0]], [[1, 0]], [1], [[2, 0]]);
        Assert.Equal((4, 1, 2), (check.Error, check.Certificate, Math.Round(check.Rounding, 9)));
        Assert.Equal(4.0 / 3, check.Ratio, 1e-9);
        Assert.False(check.Passed);
        Assert.Equal(4, check.Relative);
    }

    [Fact]
    public void A_number_that_is_none_does_not_pass() => Assert.False(Check([[double.NaN, 0]], [[1, 0]], [1], [[0, 0]]).Passed);

    [Fact]
    public void A_certificate_that_is_no_number_lets_nothing_pass()
    {
        Assert.False(Check([[1, 2]], [[1, 2]], [double.NaN], [[0, 0]]).Passed);
        Assert.False(Check([[1, 2], [1, 2]], [[1, 2], [1, 2]], [1, double.NaN], [[0, 0], [0, 0]]).Passed);
        Assert.False(Check([[1, 2]], [[1, 2]], [1], [[double.NaN, 0]]).Passed);
    }

    [Fact]
    public void No_error_passes_without_any_certificate() => Assert.True(Check([[1, 2]], [[1, 2]], [0], [[0, 0]]).Passed);

    private static CertificateCheck Check(double[][] simulated, double[][] truth, double[] certificate, double[][] rounding) => CertificateCheck.OfRows(
        "quantity", "covers", Matrix(simulated), Matrix(truth), Vector<double>.Build.Dense(certificate), Matrix(rounding));

    private static Matrix<double> Matrix(double[][] rows) => Matrix<double>.Build.DenseOfRowArrays(rows);
}
