using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Certificates;
using Tint.Verification.Judging;

namespace Tint.Verification.Truth;

/// <summary>
/// How far a simulated quantity is from the true one, against a certificate: a bound on the approximation that TinT makes on purpose, apart from
/// what rounding may add. Numbers are two-norms of one row (a token's, a weight's), of the row with the largest ratio.
/// </summary>
public sealed record CertificateCheck
{
    /// <summary>What is compared, as in "gradient at z" or "layer 1 mlp.outer.weight".</summary>
    public required string Quantity { get; init; }

    /// <summary>What the certificate covers, as in "truncation" or "gate leak".</summary>
    public required string Covers { get; init; }

    /// <summary>‖simulated − true‖₂.</summary>
    public required double Error { get; init; }

    /// <summary>The bound on the approximation.</summary>
    public required double Certificate { get; init; }

    /// <summary>What rounding in both computations can add; 0 where <see cref="Certificate"/> includes it.</summary>
    public required double Rounding { get; init; }

    /// <summary>error/(certificate + rounding).</summary>
    public double Ratio => ErrorRatio.Of(Error, Certificate + Rounding);

    /// <summary>‖simulated − true‖ over ‖true‖, of all rows together in the Frobenius norm; null where the truth is zero.</summary>
    public required double? Relative { get; init; }

    /// <summary>Whether the error is a number within its bound.</summary>
    public bool Passed => Ratio <= 1;

    /// <summary>The check of matrices row by row.</summary>
    /// <param name="quantity">What is compared.</param>
    /// <param name="covers">What the certificate covers.</param>
    /// <param name="simulated">[rows × columns].</param>
    /// <param name="truth">[rows × columns].</param>
    /// <param name="certificate">Bounds on the rows' two-norms, [rows].</param>
    /// <param name="rounding">Entrywise bounds on rounding, [rows × columns].</param>
    public static CertificateCheck OfRows(
        string quantity, string covers, Matrix<double> simulated, Matrix<double> truth, Vector<double> certificate, Matrix<double> rounding)
    {
        ArgumentNullException.ThrowIfNull(simulated);
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(rounding);
        var difference = simulated - truth;
        var (errors, slack) = (difference.RowNorms(2), RowNorms.Of(rounding));
        var worst = Enumerable.Range(0, errors.Count).MaxBy(row => Sortable(ErrorRatio.Of(errors.At(row), certificate.At(row) + slack.At(row))));
        return new CertificateCheck
        {
            Quantity = quantity,
            Covers = covers,
            Error = errors.At(worst),
            Certificate = certificate.At(worst),
            Rounding = slack.At(worst),
            Relative = RelativeOf(difference.FrobeniusNorm(), truth.FrobeniusNorm()),
        };
    }

    /// <summary>error/size; null where there is no size to compare with.</summary>
    internal static double? RelativeOf(double error, double size) => size > 0 ? error / size : null;

    private static double Sortable(double ratio) => double.IsNaN(ratio) ? double.PositiveInfinity : ratio;
}
