using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Reference.Tests.Simulation;

/// <summary>Every module refuses shapes and masks that do not fit, and accepts any storage of those that do.</summary>
public sealed class ModuleGuardTests
{
    private readonly RandomModel _model = new(1);

    private TintConfiguration Configuration => _model.Configuration;

    [Fact]
    public void Linear_modules_reject_another_width()
    {
        var layer = _model.Linear(12, 24);
        Rejects("input", () => SimulatedLinear.Forward(Configuration, layer, _model.Matrix(5, 12)));
        Rejects("gradient", () => SimulatedLinear.Backward(Configuration, layer.Weight, _model.Matrix(5, 24)));
        Rejects("gradient", () => SimulatedLinear.Descent(Configuration, layer, _model.Matrix(5, 24), _model.Matrix(5, 24), Ones(5)));
        Rejects("memory", () => SimulatedLinear.Descent(Configuration, layer, _model.Matrix(5, 12), _model.Matrix(4, 24), Ones(5)));
    }

    [Theory]
    [InlineData(new[] { 1.0, 1 }, "one entry a token")]
    [InlineData(new[] { 1.0, 0.5, 1 }, "0 and 1")]
    [InlineData(new[] { 1.0, double.NaN, 1 }, "0 and 1")]
    public void Descents_reject_a_mask_that_is_not_one_of_zeros_and_ones_a_token(double[] mask, string rule)
    {
        var (layer, x) = (_model.Linear(12, 12), _model.Matrix(3, 12));
        Rejects(rule, () => SimulatedLinear.Descent(Configuration, layer, x, x, mask));
        Rejects(rule, () => SimulatedLayerNorm.Descent(Configuration, Norm(), x, new LayerNormMemory(x, x), mask));
        Rejects(rule, () => SimulatedAttention.Descent(Configuration, layer, x, new AttentionMemory(x, x, x), mask));
        Rejects(rule, () => SimulatedAttention.Backward(Configuration, x, new AttentionMemory(x, x, x), mask, null));
    }

    [Fact]
    public void LayerNorm_modules_reject_another_width_or_length()
    {
        Matrix<double> x = _model.Matrix(3, 12), wide = _model.Matrix(3, 13), longer = _model.Matrix(4, 12);
        Rejects("input", () => SimulatedLayerNorm.Forward(Configuration, Norm(), wide));
        Rejects("gradient", () => SimulatedLayerNorm.Backward(Configuration, Norm(), wide, new LayerNormMemory(x, x)));
        Rejects("normalised", () => SimulatedLayerNorm.Backward(Configuration, Norm(), x, new LayerNormMemory(longer, x)));
        Rejects("input memory", () => SimulatedLayerNorm.Descent(Configuration, Norm(), x, new LayerNormMemory(x, longer), Ones(3)));
    }

    [Fact]
    public void Attention_modules_reject_another_width_or_mask()
    {
        var (layer, x) = (_model.Linear(12, 12), _model.Matrix(3, 12));
        var longer = _model.Matrix(4, 12);
        Rejects("input", () => SimulatedAttention.Forward(Configuration, layer, layer, layer, _model.Matrix(3, 11), null));
        Rejects("icl_mask", () => SimulatedAttention.Forward(Configuration, layer, layer, layer, x, Matrix<double>.Build.Dense(3, 4)));
        Rejects("gradient", () => SimulatedAttention.Backward(Configuration, _model.Matrix(3, 11), new(x, x, x), Ones(3), null));
        Rejects("query", () => SimulatedAttention.Backward(Configuration, x, new(longer, x, x), Ones(3), null));
        Rejects("key", () => SimulatedAttention.Backward(Configuration, x, new(x, longer, x), Ones(3), null));
    }

    [Fact]
    public void Activation_rejects_a_memory_of_another_shape() =>
        Rejects("memory", () => SimulatedActivation.Backward(Configuration, _model.Matrix(3, 12), _model.Matrix(3, 13)));

    [Fact]
    public void Any_storage_of_the_input_gives_the_same_output()
    {
        var (layer, norm, x) = (_model.Linear(12, 12), Norm(), _model.Matrix(3, 12));
        var sparse = Matrix<double>.Build.SparseOfMatrix(x);
        Rounding.Expect(
            "attention",
            SimulatedAttention.Forward(Configuration, layer, layer, layer, x, null).Output,
            SimulatedAttention.Forward(Configuration, layer, layer, layer, sparse, null).Output,
            Rounding.Bound(3 * (12 + 3), x.Enumerate().Max(Math.Abs)));
        Assert.Equal(
            SimulatedLayerNorm.Forward(Configuration, norm, x).Output, SimulatedLayerNorm.Forward(Configuration, norm, sparse).Output);
        Assert.Equal(SimulatedActivation.Forward(Configuration, x).Output, SimulatedActivation.Forward(Configuration, sparse).Output);
    }

    private static double[] Ones(int count) => [.. Enumerable.Repeat(1.0, count)];

    private static void Rejects(string rule, Func<object> call)
    {
        var error = Assert.Throws<RuleViolationException>(call);
        Assert.Contains(rule, error.Rule, StringComparison.Ordinal);
    }

    private Reference.Auxiliary.LayerNormParameters Norm() => new(_model.Vector(12), _model.Vector(12));
}
