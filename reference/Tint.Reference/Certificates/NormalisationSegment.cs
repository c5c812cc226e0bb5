using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>
/// The segment {x + t·h, 0 ≤ t ≤ 1} as normalisation f(x) = Px/s, s = √(‖Px‖²/D + eps), sees it: proven bounds in which the rounding of the
/// centring P is accounted for.
/// </summary>
internal sealed record NormalisationSegment
{
    /// <summary>Looks at the segment from x in direction h.</summary>
    /// <exception cref="RuleViolationException">Lengths differ, an entry is not finite, or eps is not positive.</exception>
    public NormalisationSegment(Vector<double> x, Vector<double> h, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(h);
        Require.Length(h, x.Count, "the step of the normalisation's input");
        Require.Finite(x, "the normalisation's input");
        Require.Finite(h, "the step of the normalisation's input");
        Require.Positive(epsilon, "Auxiliary.LayerNormEpsilon");
        Width = x.Count;
        Epsilon = epsilon;
        StepNorm = RowNorms.Upper(h);
        InputNorm = RowNorms.Upper(x);

        // fl(Pv) is within γ_{D+2}‖v‖ of Pv; the nearest point of the segment to the constants is found to γ_{3D+2}‖Px‖ more.
        var centredInput = x - (x.Sum() / Width);
        var centredStep = h - (h.Sum() / Width);
        CentredStep = FloatingPoint.Up(RowNorms.TwoNorm(centredStep) + (FloatingPoint.Binary64.Gamma(Width + 2) * StepNorm), Width);
        var length = RowNorms.TwoNorm(centredStep);
        var along = length == 0 ? 0 : -(centredInput.DotProduct(centredStep / length) / length);
        var nearest = RowNorms.TwoNorm(centredInput + (Math.Clamp(along, 0, 1) * centredStep));
        SmallestDeviation = Deviation(nearest - (FloatingPoint.Binary64.Gamma((6L * Width) + 20) * (InputNorm + StepNorm)));
    }

    /// <summary>D.</summary>
    public int Width { get; }

    /// <summary>‖h‖, rounded upward.</summary>
    public double StepNorm { get; }

    /// <summary>‖x‖, rounded upward.</summary>
    public double InputNorm { get; }

    /// <summary>‖Ph‖, rounded upward.</summary>
    public double CentredStep { get; }

    /// <summary>min s over the segment, rounded downward; at least √eps.</summary>
    public double SmallestDeviation { get; }

    /// <summary>‖f(x + h) − f(x)‖ ≤ min(‖Ph‖/s_min, 2√D).</summary>
    public double LargestChange => FloatingPoint.Up(Math.Min(CentredStep / SmallestDeviation, 2 * Math.Sqrt(Width)));

    private double Epsilon { get; }

    /// <summary>A lower bound on s where ‖Px‖ is at least a given number.</summary>
    public double Deviation(double centredNorm)
    {
        var part = Math.Max(centredNorm, 0) / Math.Sqrt(Width);
        return FloatingPoint.Down(Math.Sqrt((part * part) + Epsilon));
    }
}
