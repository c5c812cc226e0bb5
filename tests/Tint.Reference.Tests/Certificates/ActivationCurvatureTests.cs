using Tint.Reference.Certificates;
using Tint.Reference.Configuration;

namespace Tint.Reference.Tests.Certificates;

public sealed class ActivationCurvatureTests
{
    private const double TailStart = 10;

    public static TheoryData<string> Names => new(PreciseActivation.All.Select(exact => exact.Curvature.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Branch_and_bound_reproduces_the_bound_on_the_second_derivative(string name)
    {
        var curvature = Named(name).Curvature;
        var supremum = IntervalMaximum.Enclose(
            z => curvature.SecondDerivative(z).Abs(), new Interval(0, TailStart), 1e-10);

        Assert.InRange(curvature.SecondDerivativeBound, supremum.Upper, supremum.Lower + 1e-9);
        Assert.True(Tail(name).Upper < supremum.Lower, $"tail {Tail(name)}, maximum {supremum}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Where_the_second_derivative_is_negative_it_stays_far_above_minus_its_supremum(string name)
    {
        var curvature = Named(name).Curvature;
        var supremum = IntervalMaximum.Enclose(z => -curvature.SecondDerivative(z), new Interval(0, TailStart), 1e-6);
        Assert.InRange(supremum.Upper, 0.03, 0.2);
    }

    [Fact]
    public void The_closed_forms_of_the_suprema_lie_just_below_the_bounds()
    {
        var root = Math.Sqrt(2 / Math.PI);
        Assert.InRange(ActivationCurvature.Gelu.SecondDerivativeBound, root, root + 1e-9);
        Assert.InRange(ActivationCurvature.GeluNew.SecondDerivativeBound, root, root + 1e-9);
        Assert.InRange(ActivationCurvature.Silu.SecondDerivativeBound, 0.5, 0.5 + 1e-9);
        Assert.InRange(ActivationCurvature.QuickGelu.SecondDerivativeBound, 0.851, 0.851 + 1e-9);
        Assert.InRange(ActivationCurvature.GeluBloom.SecondDerivativeBound, 0.79788456, 0.79788456 + 1e-9);
        Assert.InRange(PreciseActivation.GeluFast.Curvature.SecondDerivativeBound, 0.7978845608, 0.7978845608 + 1e-9);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_bound_on_the_derivative_is_reached_to_nine_digits_where_the_second_derivative_changes_sign(string name)
    {
        // σ′ rises up to the one sign change of σ″ on the positive half and falls after it, where σ′ − 1 decays to 0.
        var exact = Named(name);
        var curvature = exact.Curvature;
        var (before, after) = SignChange(curvature);
        var sup = exact.Derivative(before) + (Fixed)(curvature.SecondDerivativeBound * (after - before));

        Assert.True(sup <= (Fixed)curvature.DerivativeBound, $"{sup.ToDouble():R} against {curvature.DerivativeBound:R}");
        Assert.True(sup.ToDouble() > curvature.DerivativeBound - 2e-9, $"{sup.ToDouble():R} against {curvature.DerivativeBound:R}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Intervals_contain_the_slope_of_the_derivative(string name)
    {
        // Mean value theorem: (σ′(b) − σ′(a))/(b − a) is a value of σ″ on [a, b].
        var exact = Named(name);
        var random = new Random(11);
        for (var trial = 0; trial < 300; trial++)
        {
            var a = (random.NextDouble() * 16) - 8;
            var b = a + Math.Pow(10, -6 * random.NextDouble());
            var slope = ((exact.Derivative(b) - exact.Derivative(a)) / ((Fixed)b - a)).ToDouble();
            var enclosure = exact.Curvature.SecondDerivative(new Interval(a, b));
            Assert.InRange(slope, enclosure.Lower, enclosure.Upper);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Evaluation_in_both_formats_stays_within_the_evaluation_error(string name)
    {
        var exact = Named(name);
        var random = new Random(12);
        double worstDouble = 0;
        double worstSingle = 0;
        for (var trial = 0; trial < 1500; trial++)
        {
            var z = (float)((random.Next(2) == 0 ? -1 : 1) * Math.Pow(10, (random.NextDouble() * 4) - 2.7));
            var value = exact.Value(z);
            worstDouble = Math.Max(worstDouble, Units(exact.InDouble(z), value, z, FloatingPoint.Binary64));
            worstSingle = Math.Max(worstSingle, Units(exact.InSingle(z), value, z, FloatingPoint.Binary32));
        }

        Assert.InRange(worstDouble, 0.2, exact.Curvature.EvaluationError);
        Assert.InRange(worstSingle, 0.2, exact.Curvature.EvaluationError);
    }

    [Fact]
    public void Relu_has_no_curvature() =>
        Assert.Throws<RuleViolationException>(() => ActivationCurvature.Of(ActivationKind.Relu));

    private static PreciseActivation Named(string name) => PreciseActivation.All.Single(exact => exact.Curvature.Name == name);

    private static double Units(double computed, Fixed value, double z, FloatingPoint format) =>
        Fixed.Abs((Fixed)computed - value).ToDouble() / (format.UnitRoundoff * Math.Abs(z));

    /// <summary>An upper bound on |σ″| beyond <see cref="TailStart"/>: each expression decreases there (certificates.md, section 1).</summary>
    private static Interval Tail(string name)
    {
        Interval z = TailStart;
        var alpha = (2 / Interval.Pi).Sqrt();
        return name switch
        {
            "gelu" => alpha / 2 * (-(z.Square() / 2)).Exp() * z.Square(),
            "gelu_new" or "gelu_bloom" or "gelu_fast" => 4 * (-(2 * (alpha * z))).Exp()
                * ((alpha * (1 + (0.2683 * z.Square()))) + (z * (alpha * (1 + (0.1342 * z.Square()))).Square())),
            "silu" => (-z).Exp() * (2 + z),
            "quick_gelu" => 1.703 * ((-(1.702 * z)).Exp() * (2 + (1.703 * z))),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no tail argument"),
        };
    }

    /// <summary>Encloses the sign change of σ″ on (0, 10] and proves that it is the only one, by bisecting cells until their sign is known.</summary>
    private static (double Before, double After) SignChange(ActivationCurvature curvature)
    {
        var undecided = new List<Interval>();
        var cells = new Stack<Interval>([new Interval(0, TailStart)]);
        while (cells.TryPop(out var cell))
        {
            var second = curvature.SecondDerivative(cell);
            if (second.Lower > 0 || second.Upper < 0)
            {
                continue;
            }

            if (cell.Width < 1e-10)
            {
                undecided.Add(cell);
                Assert.True(undecided.Count < 100, "the sign of the second derivative cannot be told on a whole range");
                continue;
            }

            cells.Push(new(cell.Lower, cell.Midpoint));
            cells.Push(new(cell.Midpoint, cell.Upper));
        }

        var before = undecided.Min(cell => cell.Lower);
        var after = undecided.Max(cell => cell.Upper);
        Assert.True(after - before < 1e-8, $"{before:R} … {after:R}");
        Assert.True(curvature.SecondDerivative(before - 1e-6).Lower > 0 && curvature.SecondDerivative(after + 1e-6).Upper < 0);
        return (before, after);
    }
}
