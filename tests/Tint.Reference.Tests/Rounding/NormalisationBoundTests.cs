using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.DenseEvaluation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Rounding;

public sealed class NormalisationBoundTests
{
    /// <summary>
    /// The sums of w·x, of (w(x − μ))² and of w lose as much as they can, and in the same direction: behind a large first entry, 511 more round
    /// away or up one by one, and so do the gates. Sizes were found by search.
    /// </summary>
    [Theory]
    [InlineData(0.79965067f, 1.0077612f, -0.23045142f)]
    [InlineData(0.6142935f, 1.007643f, 0.5106101f)]
    [InlineData(1.1043484f, 1.0076612f, 0.45680898f)]
    public void The_worst_case_bound_covers_the_sum_of_the_gates(float gate, float first, float units)
    {
        const int Width = 512;
        const double Epsilon = 1e-5;
        var format = FloatFormat.Binary32;
        var w = format.Tanh(gate);
        var x = Matrix<double>.Build.Dense(1, Width, (_, c) => format.Round((c == 0 ? first : units * Math.Pow(2, -23)) / w));

        var rounding = new WorstCaseRounding(format.Apart);
        var arithmetic = Arithmetic.Tracking(rounding);
        var exact = new TrackedScalar(Math.Tanh(gate), 2 * rounding.UnitRoundoff * Math.Tanh(gate));
        var got = arithmetic.GatedNormalise(new Tracked(x), exact, Epsilon);
        var single = DenseLayerNorm.NormaliseRow(format, x.Row(0).ToArray(), [.. Enumerable.Repeat(w, Width)], Epsilon);
        Agreement.Within(rounding, got, Grid.Of(1, Width, (_, c) => single[c]));
    }
}
