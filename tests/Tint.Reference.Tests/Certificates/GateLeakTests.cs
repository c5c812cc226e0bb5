using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Simulation;
using Tint.Reference.Tests.Simulation;

namespace Tint.Reference.Tests.Certificates;

public sealed class GateLeakTests
{
    private static readonly double[] GateScales = [0.3, 1, 3, 6, 10, 15, 50];

    [Fact]
    public void The_leak_of_a_gate_is_one_minus_its_hyperbolic_tangent_and_its_bound_is_nearly_reached()
    {
        foreach (var scale in GateScales)
        {
            var leak = (1 - Fixed.Tanh(scale)).ToDouble();
            Assert.Equal(leak, new GateLeak(scale).Rate, 1e-13 * leak);
            Assert.InRange(leak / GateLeak.RateBound(scale), scale >= 3 ? 0.99 : 0.5, 1);
        }
    }

    [Property(Arbitrary = [typeof(Certificates.Cases)], MaxTest = 400)]
    public bool Layer_norm_backward_stays_within_the_bound_at_every_gate_scale(LayerNormCase given) =>
        GateScales.All(scale =>
        {
            var leak = new GateLeak(scale);
            var resolution = (Fixed)(Math.ScaleB(1, -420) * (given.Scale + given.U.L1Norm() + given.X.L1Norm()) / given.Epsilon);
            return LeakEffect(given, leak)
                <= (Fixed)leak.LayerNormBackwardBound(given.X, given.U, given.Scale, given.Epsilon) + resolution;
        });

    [Fact]
    public void Layer_norm_backward_reaches_half_of_the_bound_at_the_published_gate_scale()
    {
        var given = Published();
        var leak = new GateLeak(10);
        var ratio = LeakEffect(given, leak).ToDouble() / leak.LayerNormBackwardBound(given.X, given.U, given.Scale, given.Epsilon);
        Assert.InRange(ratio, 0.5, 1);
    }

    [Fact]
    public void The_formula_of_the_leaking_backward_is_what_the_construction_runs_step_by_step()
    {
        var given = Published();
        foreach (var scale in new[] { 0.5, 1, 3 })
        {
            var leak = new GateLeak(scale);
            var computed = leak.LayerNormBackward(
                given.X, given.U, leak.StoredNormalised(given.X, given.Epsilon), given.Scale, given.Epsilon);
            var exact = PreciseNormalisation.LeakyBackward(given, leak);
            var distance = PreciseNormalisation.Norm(PreciseNormalisation.Minus(PreciseNormalisation.Of(computed), exact)).ToDouble();
            var rounding = 3 * LayerNormCertificate.Rounding(given.X, given.U, given.Scale, given.Epsilon, FloatingPoint.Binary64);
            Assert.InRange(distance, 0, rounding);
        }
    }

    [Fact]
    public void The_formula_of_the_leaking_backward_is_the_simulated_module()
    {
        var model = new RandomModel(42);
        var x = model.Matrix(5, 12);
        var g = model.Matrix(5, 12, 0.1);
        var ones = new LayerNormParameters(Vector<double>.Build.Dense(12, 1), Vector<double>.Build.Dense(12));
        foreach (var scale in new[] { 1, 3, 10 })
        {
            var configuration = model.Configuration with { GateScale = scale };
            var leak = new GateLeak(scale);
            var epsilon = configuration.Auxiliary.LayerNormEpsilon;
            var (_, memory) = SimulatedLayerNorm.Forward(configuration, ones, x);
            var simulated = SimulatedLayerNorm.Backward(configuration, ones, g, memory);
            for (var t = 0; t < x.RowCount; t++)
            {
                var stored = leak.StoredNormalised(x.Row(t), epsilon);
                var mine = leak.LayerNormBackward(x.Row(t), g.Row(t), stored, configuration.FiniteDifferenceScale, epsilon);
                var rounding = LayerNormCertificate.Rounding(
                    x.Row(t), g.Row(t), configuration.FiniteDifferenceScale, epsilon, FloatingPoint.Binary64);
                Assert.InRange((mine - simulated.Row(t)).L2Norm(), 0, 3 * rounding);
            }
        }
    }

    [Fact]
    public void Memory_that_deviates_costs_its_norm_times_the_scale()
    {
        var given = Published();
        var leak = new GateLeak(10);
        var bound = leak.LayerNormBackwardBound(given.X, given.U, given.Scale, given.Epsilon);
        var deviating = leak.LayerNormBackwardBound(given.X, given.U, given.Scale, given.Epsilon, memoryDeviation: 1e-3);
        Assert.Equal(given.Scale * 1e-3, deviating - bound, 1e-6);
    }

    [Fact]
    public void Scaling_and_descent_stay_within_their_bounds_and_reach_them()
    {
        foreach (var scale in GateScales)
        {
            var leak = new GateLeak(scale);
            Fixed rho = 1 - (Fixed)leak.Rate;
            var twice = ((1 - (rho * rho)) * (Fixed)3.5).ToDouble();
            Assert.InRange(twice / leak.Scaling(-3.5, 2), 0.5, 1);

            // One weight 2, gradient −0.3, η = 0.01: ρ(2 + 0.003) instead of 2.003, in units of the gradient.
            var decay = Fixed.Abs(((rho * (Fixed)2.003) - (Fixed)2.003) / (Fixed)0.01).ToDouble();
            Assert.InRange(decay / leak.Descent(2, 0.3, 0.01), 0.999, 1);
        }
    }

    [Fact]
    public void Rejects_gates_and_rates_without_a_meaning()
    {
        Assert.Throws<RuleViolationException>(() => new GateLeak(0));
        Assert.Throws<RuleViolationException>(() => GateLeak.RateBound(double.NaN));
        Assert.Throws<RuleViolationException>(() => new GateLeak(10).Descent(1, 1, 0));
        Assert.Throws<RuleViolationException>(() => new GateLeak(10).Scaling(1, 0));
        var two = Vector<double>.Build.Dense(2, 1);
        var three = Vector<double>.Build.Dense(3, 1);
        Assert.Throws<RuleViolationException>(() => new GateLeak(10).LayerNormBackward(two, three, two, 1000, 1e-5));
        Assert.Throws<RuleViolationException>(() => new GateLeak(10).LayerNormBackward(two, two, three, 1000, 1e-5));
        Assert.Throws<RuleViolationException>(() => new GateLeak(10).LayerNormBackwardBound(two, three, 1000, 1e-5));
    }

    private static LayerNormCase Published()
    {
        var random = new Random(41);
        return new(
            Vector<double>.Build.Dense(8, _ => (2 * random.NextDouble()) - 1),
            Vector<double>.Build.Dense(8, _ => 0.1 * random.NextDouble()),
            1000,
            1e-5);
    }

    private static Fixed LeakEffect(LayerNormCase given, GateLeak leak) => PreciseNormalisation.Norm(
        PreciseNormalisation.Minus(PreciseNormalisation.LeakyBackward(given, leak), PreciseNormalisation.ScaledDifference(given)));
}
