using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Rounding;

namespace Tint.Reference.Exact;

/// <summary>
/// Checks a gradient by central differences along random directions. It chooses the step itself, and judges the error by what differences
/// can tell at that step, so no tolerance is needed.
/// </summary>
/// <remarks>
/// With φ(s) = f(x + s d), D(h) = (φ(h) − φ(−h))/(2h) misses φ′(0) by about h²|φ‴|/6 + σ/h, σ being the noise of f; the sum is least near
/// h = (3σ/|φ‴|)^⅓. Neither φ‴ nor σ is assumed. Steps are halved from a quarter of the size of x, and truncation is read off as
/// |D(h) − D(2h)|/3, which is h²|φ‴|/6 to leading order (the largest of the last three such readings, scaled, lest one vanish by chance). σ is
/// read off the fourth differences of 17 values of f at a spacing so small that a smooth f contributes nothing: for independent normal noise
/// their median size is 0.6745·√70·σ, and a kink of f among the 17 touches at most 4 of the 13. Where the median is zero, f is coarser than the
/// spacing (computed in low precision, say), and a wider one is taken. σ is taken to be at least u·max|f|, and the rounding of x ± h d itself
/// adds u|x| times the slope. Halving stops, below 1e-8 of the size of x, when rounding alone exceeds the best estimate so far; an estimate that a
/// smaller step contradicts was luck, as of a function that turns many times within the step, and is dropped. Where f moves by more than
/// 2²⁴·u·max|f| between points that are 1e-12 of their size apart, slopes of any size hide in what looks like noise, and nothing can be told;
/// nor can it where even the best estimate is as large as the derivative.
/// </remarks>
public static class GradientCheck
{
    /// <summary>
    /// The ratio error/estimate up to which a gradient passes. The estimate is of one standard deviation, from 13 dependent samples; ten of
    /// them leave no room for chance, while a wrong gradient shows ratios of many thousands.
    /// </summary>
    public const double LargestRatio = 10;

    private const double UnitRoundoff = RoundingModel.DoubleRoundoff;
    private const int MostHalvings = 40;
    private const double LargestLastStep = 1e-8;
    private const int NoiseSamples = 17;
    private const double FinestNoiseSpacing = 1e-12;
    private const double LargestResolvedNoise = 1 << 24;
    private const double CoarsestNoiseSpacing = 0.1;
    private const double FourthDifferenceMedian = 5.643;
    private const double RoundingsPerGradientEntry = 8;

    /// <summary>Checks the derivative along one direction.</summary>
    /// <param name="f">The function; it must not keep or change its argument.</param>
    /// <param name="x">Where, [n].</param>
    /// <param name="gradient">The gradient to check, [n].</param>
    /// <param name="direction">d, [n], not zero; its length only scales both derivatives.</param>
    /// <param name="name">What to call the result.</param>
    /// <exception cref="RuleViolationException">
    /// The vectors have different lengths or are not finite, d is zero, or f is not finite at x.
    /// </exception>
    public static GradientCheckResult Along(
        Func<Vector<double>, double> f, Vector<double> x, Vector<double> gradient, Vector<double> direction, string name = "direction")
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(direction);
        Require.Length(gradient, x.Count, "the gradient");
        Require.Length(direction, x.Count, "the direction");
        Require.Finite(x, "the point");
        Require.Finite(gradient, "the gradient");
        Require.Finite(direction, "the direction");
        double Phi(double s) => f(x + (s * direction));

        var scale = Scale(x, direction);
        var (noise, resolved) = Noise(Phi, scale);
        var analytic = gradient.DotProduct(direction);
        var analyticRounding = RoundingsPerGradientEntry * UnitRoundoff * gradient.PointwiseAbs().DotProduct(direction.PointwiseAbs());
        GradientCheckResult? best = null;
        double previous = double.NaN, reading1 = double.NaN, reading2 = double.NaN;
        var step = scale / 4;
        for (var halving = 0; halving <= MostHalvings; halving++, step /= 2)
        {
            var rounding = (noise / step) + analyticRounding;
            if (best is not null && rounding >= best.Estimate && step < LargestLastStep * scale)
            {
                break;
            }

            var difference = (Phi(step) - Phi(-step)) / (2 * step);
            rounding += UnitRoundoff * scale * Math.Abs(difference) / step;
            if (best is not null && Math.Abs(difference - best.Numeric) > LargestRatio * (best.Estimate + rounding))
            {
                best = null;
            }

            var reading = Math.Abs(difference - previous) / 3;
            if (double.IsFinite(reading1 + reading2 + reading))
            {
                var truncation = Math.Max(reading, Math.Max(reading1 / 4, reading2 / 16));
                if (best is null || truncation + rounding < best.Estimate)
                {
                    best = new GradientCheckResult(name, analytic, difference, step, truncation, rounding) { Resolved = resolved };
                }
            }

            (previous, reading2, reading1) = (difference, reading1, reading);
        }

        return best ?? throw new RuleViolationException(
            "the function must be finite around the point", $"no finite differences along {name}", "move the point into the function's domain");
    }

    /// <summary>Checks every range of the parameters on its own and all of them together, each along several random directions.</summary>
    /// <param name="f">The function; it must not keep or change its argument.</param>
    /// <param name="x">Where, [n].</param>
    /// <param name="gradient">The gradient to check, [n].</param>
    /// <param name="ranges">The ranges to check on their own; may be empty.</param>
    /// <param name="directions">How many directions for each, at least 1.</param>
    /// <param name="seed">Directions are normally distributed and follow from it.</param>
    /// <exception cref="RuleViolationException">As for <see cref="Along"/>, or a range lies outside the vector.</exception>
    public static IReadOnlyList<GradientCheckResult> Run(
        Func<Vector<double>, double> f,
        Vector<double> x,
        Vector<double> gradient,
        IReadOnlyList<ParameterRange> ranges,
        int directions,
        int seed)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(ranges);
        Require.AtLeast(directions, 1, "the number of directions");
        var results = new List<GradientCheckResult>();
        foreach (var range in ranges.Append(new ParameterRange("all parameters", 0, x.Count)))
        {
            if (range.Start < 0 || range.Count < 1 || range.Start > x.Count - range.Count)
            {
                throw new RuleViolationException(
                    "a range must lie within the parameters", $"{range.Name}: {range.Count} from {range.Start} of {x.Count}", "shorten it");
            }

            for (var number = 0; number < directions; number++)
            {
                var direction = Vector<double>.Build.Dense(x.Count);
                direction.SetSubVector(range.Start, range.Count, Vector<double>.Build.Random(range.Count, unchecked(seed + results.Count)));
                results.Add(Along(f, x, gradient, direction, $"{range.Name}, direction {number}"));
            }
        }

        return results;
    }

    /// <summary>Checks a gradient of an auxiliary model block by block, and all blocks together.</summary>
    /// <param name="f">A function of the parameters.</param>
    /// <param name="at">The parameters.</param>
    /// <param name="gradient">The gradient to check, in the shape of the parameters.</param>
    /// <param name="directions">How many directions a block, at least 1.</param>
    /// <param name="seed">Directions follow from it.</param>
    /// <exception cref="RuleViolationException">As for <see cref="Along"/>.</exception>
    public static IReadOnlyList<GradientCheckResult> Run(
        Func<AuxiliaryWeights, double> f, AuxiliaryWeights at, AuxiliaryWeights gradient, int directions, int seed)
    {
        ArgumentNullException.ThrowIfNull(f);
        var (ranges, start) = (new List<ParameterRange>(), 0);
        foreach (var block in AuxiliaryWeightsAlgebra.Blocks(at))
        {
            ranges.Add(new ParameterRange(block.Name, start, block.Values.Length));
            start += block.Values.Length;
        }

        return Run(
            values => f(AuxiliaryWeightsAlgebra.Unflatten(at, values)),
            AuxiliaryWeightsAlgebra.Flatten(at),
            AuxiliaryWeightsAlgebra.Flatten(gradient),
            ranges,
            directions,
            seed);
    }

    /// <summary>The step along d that changes the entries of x that d touches by about their size; by 1 where those are 0.</summary>
    private static double Scale(Vector<double> x, Vector<double> direction)
    {
        // As square roots of sums of squares that neither overflow nor underflow.
        int[] touched = [.. Enumerable.Range(0, x.Count).Where(i => direction.At(i) != 0)];
        if (touched.Length == 0)
        {
            throw new RuleViolationException("the direction must not be zero", "zero", "use another direction");
        }

        var point = Length(x);
        return (point > 0 ? point : Math.Sqrt(touched.Length)) / Length(direction);

        double Length(Vector<double> vector) => touched.Aggregate(0.0, (length, i) => SpecialFunctions.Hypotenuse(length, vector.At(i)));
    }

    /// <summary>σ, the standard deviation of f's rounding errors, and whether it can be that; see the remarks of the class.</summary>
    private static (double Deviation, bool Resolved) Noise(Func<double, double> phi, double scale)
    {
        for (var spacing = FinestNoiseSpacing; ; spacing *= 10)
        {
            double[] values = [.. Enumerable.Range(-(NoiseSamples / 2), NoiseSamples).Select(i => Sample(i * spacing * scale))];
            var differences = FourthDifferences(values);
            var deviation = differences[differences.Length / 2] / FourthDifferenceMedian;
            if (spacing == FinestNoiseSpacing)
            {
                // No kink lies so near by chance; rounding in steps can leave most differences 0.
                deviation = Math.Max(deviation, Math.Sqrt(differences.Sum(difference => difference * difference) / (70 * differences.Length)));
            }

            if (deviation > 0 || spacing >= CoarsestNoiseSpacing)
            {
                var roundoff = UnitRoundoff * values.Max(Math.Abs);
                return (Math.Max(roundoff, deviation), spacing > FinestNoiseSpacing || deviation <= LargestResolvedNoise * roundoff);
            }
        }

        double Sample(double step) => Require.Finite(phi(step), "the function at the point");
    }

    private static double[] FourthDifferences(double[] values)
    {
        // From one of them on, so that equal values have differences of exactly 0.
        var from = Array.ConvertAll(values, value => value - values[0]);
        return
        [
            .. Enumerable.Range(0, NoiseSamples - 4).Select(i => Math.Abs(from[i] - (4 * from[i + 1]) + (6 * from[i + 2]) - (4 * from[i + 3]) + from[i + 4])).Order(),
        ];
    }
}
