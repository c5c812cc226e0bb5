using Tint.Fixtures;
using Tint.Reference.Auxiliary;
using Tint.Verification.Engines;

namespace Tint.Verification.Judging;

/// <summary>
/// The relative error, max |expected − got| / max |expected| of a tensor, that no case may exceed however generous the engine's own bound is. It
/// guards the bounds: one derived too loosely cannot hide an error.
/// </summary>
/// <remarks>
/// <para>
/// It is derived from the case, by another way than bounds are. What rounding does to a tensor depends on N, on how large gradients, scores and
/// normalised numbers are beside the result, on depth and steps: on its condition. That is measured instead of followed: every operand and result
/// is moved at random by up to u, and the largest change of an entry is the tensor's noise (<see cref="ComputedTensor.Noise"/>). The ceiling is
/// <see cref="Allowance"/> times the noise, or times u·max |expected| where that is more; noise is not measured where the error is below the latter,
/// and no further than the error asks for.
/// </para>
/// <para>
/// Where 256 comes from: 32 = √1024 for roundings that repeat in up to 1024 equal tokens, which noise does not, 4 for the roundings of an operation
/// beyond the one by which each operand and result is moved, 2 for the spread of a maximum over few runs. A float64 module at N = 1000 has noise
/// near 1e-13 of its result and so a ceiling near 1e-11.
/// </para>
/// </remarks>
/// <param name="Relative">The ceiling on the relative error; null where noise was not measured and the derived bound stands alone.</param>
/// <param name="LeastScale">
/// What the error of a tensor that is zero but for rounding is taken relative to: the size of what cancels in it, noise/u. 0 for any other.
/// </param>
internal sealed record ErrorCeiling(double? Relative, double LeastScale)
{
    /// <summary>How many times the measured noise an error may be.</summary>
    public const double Allowance = 256;

    /// <summary>The ceiling of a case's tensor.</summary>
    /// <param name="fixtureCase">The case, whose type says what u is.</param>
    /// <param name="expected">The file's tensor.</param>
    /// <param name="computed">The engine's.</param>
    public static ErrorCeiling Of(FixtureCase fixtureCase, Tensor expected, ComputedTensor computed)
    {
        ArgumentNullException.ThrowIfNull(fixtureCase);
        return Of(CaseRoundoff.Unit(fixtureCase), fixtureCase.DataType == "float32" ? float.Epsilon : double.Epsilon, expected, computed);
    }

    /// <summary>The ceiling of a tensor whose numbers are rounded to a unit roundoff.</summary>
    /// <param name="unit">u, of both sides together.</param>
    /// <param name="leastNumber">The least positive number of the type: what is subnormal rounds to multiples of it, whatever u says.</param>
    /// <param name="expected">What is expected.</param>
    /// <param name="computed">What was computed, with its noise.</param>
    public static ErrorCeiling Of(double unit, double leastNumber, Tensor expected, ComputedTensor computed)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(computed);
        if (computed.Noise is not { } measured || !expected.Shape.SequenceEqual(computed.Value.Shape))
        {
            return new ErrorCeiling(null, 0);
        }

        double largest = 0, error = 0;
        for (var i = 0; i < expected.Values.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(expected.Values[i]));
            error = Math.Max(error, Math.Abs(expected.Values[i] - computed.Value.Values[i]));
        }

        var least = Allowance * Math.Max(unit * largest, leastNumber);
        if (error <= least && largest > 0)
        {
            return new ErrorCeiling(least / largest, 0);
        }

        if (measured(error / Allowance) is var noise && !double.IsFinite(noise))
        {
            return new ErrorCeiling(null, 0);
        }

        var allowed = Math.Max(least, Allowance * noise);
        var leastScale = largest > allowed ? 0 : noise / unit;
        var scale = Math.Max(largest, leastScale);
        return new ErrorCeiling(scale > 0 ? allowed / scale : allowed, leastScale);
    }
}
