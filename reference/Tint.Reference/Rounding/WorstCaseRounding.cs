using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Primitives;

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
public sealed class WorstCaseRounding(double unitRoundoff) : RoundingModel(unitRoundoff)
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
    internal override Matrix<double> Product(
        Tracked a, Tracked b, Func<Matrix<double>, Matrix<double>, Matrix<double>> multiply, int terms)
    {
        // |A| E_B + E_A (|B| + E_B), inherited, and γ_k (|A| + E_A)(|B| + E_B) for the sums of k products.
        var (absA, absB) = (a.Value.PointwiseAbs(), b.Value.PointwiseAbs());
        var (largeA, largeB) = (a.Error is null ? absA : absA + a.Error, b.Error is null ? absB : absB + b.Error);
        var error = multiply(largeA, largeB).Multiply(Accumulated(terms));
        if (b.Error is not null)
        {
            error.Add(multiply(absA, b.Error), error);
        }

        if (a.Error is not null)
        {
            error.Add(multiply(a.Error, largeB), error);
        }

        return error;
    }

    /// <inheritdoc/>
    /// <remarks>With errors e_j on the exponents numerator and denominator move by at most exp(±e), so a weight moves by exp(±(e_j + max e)).</remarks>
    internal override void Softmax(ReadOnlySpan<double> weights, ReadOnlySpan<double> exponents, Span<double> errors)
    {
        var worst = 0.0;
        for (var j = 0; j < weights.Length; j++)
        {
            worst = weights[j] == 0 ? worst : Math.Max(worst, exponents[j]);
        }

        for (var j = 0; j < weights.Length; j++)
        {
            // exp(e) − 1 ≤ e·exp(e), which keeps an e below a double's roundoff.
            var moved = exponents[j] + worst;
            errors[j] = weights[j] == 0
                ? 0
                : weights[j] * ((moved * Math.Exp(moved)) + Accumulated(weights.Length + (2 * ElementaryRoundings)));
        }
    }

    /// <inheritdoc/>
    internal override void Normalise(
        ReadOnlySpan<double> x, ReadOnlySpan<double> xErrors, TrackedScalar w, double mean, double deviation, Span<double> errors)
    {
        var width = x.Length;
        double meanError = 0, meanSize = 0;
        for (var c = 0; c < width; c++)
        {
            meanError += xErrors[c] / width;
            meanSize += Math.Abs(x[c]) / width;
        }

        meanError += Accumulated((2 * width) + 4) * (meanSize + meanError);

        // Errors of the centred entries (kept in errors for now), and from them of the second moment under the root.
        var momentError = (Accumulated((2 * width) + 8) + w.Error) * deviation * deviation;
        for (var c = 0; c < width; c++)
        {
            var centred = Math.Abs(x[c] - mean);
            errors[c] = xErrors[c] + meanError + (UnitRoundoff * centred);
            momentError += (w.Value + w.Error) * ((2 * centred) + errors[c]) * errors[c] / width;
        }

        var floor = Math.Sqrt(Math.Max((deviation * deviation) - momentError, 0));
        var deviationError = (momentError / (deviation + floor)) + (2 * UnitRoundoff * deviation);
        var smallest = Math.Max(deviation - deviationError, double.Epsilon);
        for (var c = 0; c < width; c++)
        {
            var normal = Math.Abs(x[c] - mean) / deviation;
            errors[c] = ((errors[c] + (normal * deviationError)) / smallest) + (UnitRoundoff * normal);
        }
    }
}
