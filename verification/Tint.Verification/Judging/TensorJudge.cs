using System.Globalization;
using Tint.Reference.Auxiliary;
using Tint.Verification.Engines;

namespace Tint.Verification.Judging;

/// <summary>Compares a file's tensor with a computed one, entry by entry.</summary>
public static class TensorJudge
{
    /// <summary>
    /// Requires |expected − got| ≤ bound in every entry, and max |expected − got| ≤ ceiling · max |expected| (≤ ceiling where all expected
    /// values are 0). Values that are not finite, bounds that are negative or no number, and differing shapes fail. Where a bound has overflowed, as one that
    /// grows with depth may, the ceiling is the bound; without one that fails as well.
    /// </summary>
    /// <param name="name">The tensor's name in the file.</param>
    /// <param name="engine">The engine that computed it.</param>
    /// <param name="expected">The file's tensor.</param>
    /// <param name="computed">The engine's tensor and its bound.</param>
    /// <param name="ceiling">The ceiling on the relative error, or null for none.</param>
    /// <param name="leastScale">A magnitude that the relative error is taken against where all expected values are below it.</param>
    public static TensorJudgement Judge(
        string name, string engine, Tensor expected, ComputedTensor computed, double? ceiling, double leastScale = 0)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(computed);
        var judgement = new TensorJudgement { Tensor = name, Engine = engine, Shape = expected.Shape, Ceiling = ceiling };
        if (!expected.Shape.SequenceEqual(computed.Value.Shape))
        {
            return Undefined(judgement, $"the shape is {computed.Value}, expected {expected}");
        }

        if (computed.Bound is { } bound && !expected.Shape.SequenceEqual(bound.Shape))
        {
            return Undefined(judgement, $"the bound's shape is {bound}, expected {expected}");
        }

        return computed.Unread is { } reason ? judgement with { Unread = reason } : Compare(judgement, expected, Limited(computed, expected, ceiling, leastScale), leastScale);
    }

    /// <summary>What has overflowed in a bound is replaced by what the ceiling allows.</summary>
    private static ComputedTensor Limited(ComputedTensor computed, Tensor expected, double? ceiling, double leastScale)
    {
        if (ceiling is not { } relative || computed.Bound is not { } bound || !bound.Values.Contains(double.PositiveInfinity))
        {
            return computed;
        }

        var largest = leastScale;
        foreach (var value in expected.Values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        var most = largest > 0 ? relative * largest : relative;
        return computed with { Bound = new Tensor(bound.Shape, Array.ConvertAll(bound.Values.ToArray(), entry => double.IsPositiveInfinity(entry) ? most : entry)) };
    }

    private static TensorJudgement Compare(TensorJudgement judgement, Tensor expected, ComputedTensor computed, double leastScale)
    {
        var file = expected.Values;
        var got = computed.Value.Values;
        var bounds = computed.Bound is { } bound ? bound.Values : default;
        double largest = leastScale, absolute = 0, worstRatio = 0;
        int worst = 0, widest = 0, first = -1, broken = 0;
        for (var i = 0; i < file.Length; i++)
        {
            var allowed = bounds.IsEmpty ? 0 : bounds[i];
            if (!double.IsFinite(allowed) || allowed < 0)
            {
                return Undefined(judgement, Invariant($"the bound is {allowed}, which allows no comparison"), At(expected, computed, i));
            }

            if (!double.IsFinite(file[i]) || !double.IsFinite(got[i]))
            {
                return Undefined(judgement, "a value is not finite", At(expected, computed, i));
            }

            var error = Math.Abs(file[i] - got[i]);
            var ratio = ErrorRatio.Of(error, allowed);
            largest = Math.Max(largest, Math.Abs(file[i]));
            (absolute, widest) = error > absolute ? (error, i) : (absolute, widest);
            (worstRatio, worst) = ratio > worstRatio ? (ratio, i) : (worstRatio, worst);
            if (error > allowed)
            {
                broken++;
                first = first < 0 ? i : first;
            }
        }

        var relative = largest > 0 ? absolute / largest : absolute;
        var aboveCeiling = relative > judgement.Ceiling;
        return judgement with
        {
            Absolute = absolute,
            Relative = relative,
            Error = file.IsEmpty ? 0 : Math.Abs(file[worst] - got[worst]),
            Bound = bounds.IsEmpty ? 0 : bounds[worst],
            Ratio = worstRatio,
            First = first >= 0 ? At(expected, computed, first) : aboveCeiling ? At(expected, computed, widest) : null,
            Problem = broken > 0 ? $"{broken} of {file.Length} values differ by more than the bound"
                : aboveCeiling ? Invariant($"the relative error {relative:0.0e+00} is above the ceiling {judgement.Ceiling:0.0e+00}")
                : null,
        };
    }

    private static TensorJudgement Undefined(TensorJudgement judgement, string problem, Difference? first = null) => judgement with
    {
        Absolute = double.NaN,
        Relative = double.NaN,
        Error = double.NaN,
        Bound = double.NaN,
        Ratio = double.NaN,
        Problem = problem,
        First = first,
    };

    private static Difference At(Tensor expected, ComputedTensor computed, int flat) => new(
        Unravel(flat, expected.Shape), expected.Values[flat], computed.Value.Values[flat], computed.Bound?.Values[flat] ?? 0);

    private static int[] Unravel(int flat, IReadOnlyList<int> shape)
    {
        var index = new int[shape.Count];
        for (var axis = shape.Count - 1; axis >= 0; axis--)
        {
            (flat, index[axis]) = Math.DivRem(flat, shape[axis]);
        }

        return index;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
