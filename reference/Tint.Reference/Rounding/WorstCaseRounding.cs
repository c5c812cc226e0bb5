using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Rounding;

/// <summary>
/// The running error bound that always holds: every rounding is off by a full u in the worst direction, and errors add up with absolute
/// values. Sharp for a module, where few operations follow each other.
/// </summary>
/// <remarks>
/// γ_k = k·u/(1 − k·u) bounds the relative error of k roundings, and a sum of k products is off by at most γ_k Σ|a||b|, whatever the order and
/// with or without fused multiply-add. Through a chain of layers the absolute values multiply: for a block of width D the bound grows by about
/// (Σ|w|)² per layer where errors grow by (Σw²), so whole models are judged by <see cref="MeanSquareRounding"/>.
/// </remarks>
public sealed class WorstCaseRounding(double unitRoundoff, double? underflow = null) : RoundingModel(unitRoundoff, underflow)
{
    /// <inheritdoc/>
    public override Matrix<double> Bound(Matrix<double> errors) => errors;

    /// <inheritdoc/>
    public override double Bound(double tracked) => tracked;

    /// <inheritdoc/>
    public override double Combine(double first, double second) => first + second;

    /// <inheritdoc/>
    /// <remarks>Infinite from 1/u roundings on, which can leave anything.</remarks>
    public override double Accumulated(double count) =>
        count * UnitRoundoff < 1 ? count * UnitRoundoff / (1 - (count * UnitRoundoff)) : double.PositiveInfinity;

    /// <inheritdoc/>
    internal override Matrix<double> Product(Matrix<double> a, Matrix<double>? aErrors, Matrix<double> b, Matrix<double>? bErrors)
    {
        // |A| E_B + E_A (|B| + E_B), inherited, and γ_k (|A| + E_A)(|B| + E_B) for the sums of k products, each of which may underflow.
        var (absA, absB) = (a.PointwiseAbs(), b.PointwiseAbs());
        var (largeA, largeB) = (aErrors is null ? absA : absA + aErrors, bErrors is null ? absB : absB + bErrors);
        var error = ColumnMajor.Product(largeA, largeB).Multiply(Accumulated(a.ColumnCount)).Add(2 * a.ColumnCount * Underflow);
        if (bErrors is not null)
        {
            error.Add(ColumnMajor.Product(absA, bErrors), error);
        }

        if (aErrors is not null)
        {
            error.Add(ColumnMajor.Product(aErrors, largeB), error);
        }

        return error;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// With errors of at most e_k on the exponents a_j/Σ_{k≠j} a_k moves by a factor q, log q ≤ m = e_j + max e, and so a_j, by
    /// a_j Σ_{k≠j} a_k (q − 1)/(…), the omitted denominator being at least 1.
    /// </remarks>
    internal override void Softmax(ReadOnlySpan<double> weights, ReadOnlySpan<double> exponents, Span<double> errors)
    {
        var worst = 0.0;
        foreach (var exponent in exponents)
        {
            worst = Math.Max(worst, exponent);
        }

        var (peak, others) = Peak(weights);
        for (var j = 0; j < weights.Length; j++)
        {
            // exp(m) − 1 ≤ m·exp(m), which keeps an m below a double's roundoff.
            var moved = exponents[j] + worst;
            var (weight, rest) = (weights[j] + Underflow, (j == peak ? others : others + weights[peak] - weights[j]) + Underflow);
            errors[j] = exponents[j] < 0
                ? 0
                : Math.Min(weight * (rest * (moved * Math.Exp(moved))), Math.Max(weight, rest)) + SoftmaxRounding(weights[j], weights.Length);
        }
    }

    /// <inheritdoc/>
    internal override void Normalise(
        ReadOnlySpan<double> x, ReadOnlySpan<double> xErrors, double w, double wError, double mean, double deviation, Span<double> errors)
    {
        var width = x.Length;
        double meanError = 0, meanSize = 0;
        for (var c = 0; c < width; c++)
        {
            meanError += xErrors[c] / width;
            meanSize += Math.Abs(x[c]) / width;
        }

        meanError += (Accumulated((2 * width) + 4) * (meanSize + meanError)) + (4 * Underflow);

        // Errors of the centred entries (kept in errors for now), and from them of the second moment under the root.
        var momentError = ((Accumulated((2 * width) + 8) + wError) * deviation * deviation) + (4 * Underflow);
        for (var c = 0; c < width; c++)
        {
            var centred = Math.Abs(x[c] - mean);
            errors[c] = xErrors[c] + meanError + (UnitRoundoff * centred);
            momentError += (w + wError) * ((2 * centred) + errors[c]) * errors[c] / width;
        }

        var floor = Math.Sqrt(Math.Max((deviation * deviation) - momentError, 0));
        var deviationError = (momentError / (deviation + floor)) + (2 * UnitRoundoff * deviation);
        var smallest = Math.Max(deviation - deviationError, double.Epsilon);

        // w n² ≤ D whatever x is, so that neither of two computations leaves that range by more than its own roundings.
        var room = (1 + Accumulated((2 * width) + 12)) * Math.Sqrt(width / Math.Max(w - wError, double.Epsilon));
        for (var c = 0; c < width; c++)
        {
            var normal = Math.Abs(x[c] - mean) / deviation;
            var moved = (errors[c] + (normal * deviationError)) / smallest;
            errors[c] = (moved < normal + room ? moved : normal + room) + (UnitRoundoff * normal) + (2 * Underflow);
        }
    }
}
