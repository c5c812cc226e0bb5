using MathNet.Numerics.LinearAlgebra;
using Tint.Reference;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;
using Tint.Verification.Past;

namespace Tint.Verification.Tests.Past;

/// <summary>Earlier constructions and TinT's modules are plain gradient descent, whatever the task.</summary>
public sealed class PastConstructionTests
{
    [Theory]
    [InlineData(3, 1, 1)]
    [InlineData(3, 2, 5)]
    [InlineData(8, 10, 3)]
    [InlineData(9, 5, 7)]
    [InlineData(5, 4, 60)]
    public void Every_construction_is_plain_gradient_descent_to_rounding(int dimension, int examples, int steps)
    {
        var document = PastDocument.Of(dimension, examples, steps, seed: dimension + steps);
        Assert.Equal(6, document.Checks.Count);
        Assert.All(document.Checks, check =>
        {
            Assert.True(check.Holds, $"{check.Construction}, {check.Compares}: {check.Error:E2} of {check.Bound:E2}");

            // A bound that is no smaller than what is compared would hold of anything.
            Assert.InRange(check.Bound / Math.Abs(check.Expected), 0, 1e-5);
        });
    }

    /// <summary>The bound is of this descent and no other: with one step more or fewer, or another rate, every construction is far outside it.</summary>
    [Fact]
    public void Another_number_of_steps_or_another_rate_is_seen()
    {
        var task = RegressionTask.Draw(6, 4, seed: 3);
        Assert.InRange(Math.Abs(Value(new OswaldConstruction(task, 2)) - PlainDescent.Batch(task, 3)), 1e-4, 10);
        Assert.InRange(Math.Abs(Value(new GiannouConstruction(task, 5)) - PlainDescent.OneByOne(task, 4)), 1e-4, 10);
        var faster = task with { Rate = 1.01 * task.Rate };
        Assert.InRange(Math.Abs(Value(new AkyurekConstruction(faster)) - PlainDescent.OneByOne(task, 4)), 1e-5, 10);
        Assert.InRange(Math.Abs(new TintRegression(faster, 2).Run(Arithmetic.Plain).Value[0, 0] - PlainDescent.Batch(task, 2)), 1e-5, 10);
    }

    /// <summary>The loop's weights say nothing of how often it turns; stacked layers are as many as steps.</summary>
    [Fact]
    public void Only_a_loop_needs_no_more_weights_for_more_steps()
    {
        var task = RegressionTask.Draw(4, 3, seed: 1);
        Assert.Equal(new GiannouConstruction(task, 1).Parameters, new GiannouConstruction(task, 50).Parameters);
        Assert.Equal(2 * new OswaldConstruction(task, 1).Parameters, new OswaldConstruction(task, 2).Parameters);
        Assert.Equal(new TintRegression(task, 1).Parameters, new TintRegression(task, 50).Parameters);
    }

    [Fact]
    public void Widths_are_the_functions_of_the_dimension_that_the_page_states()
    {
        foreach (var dimension in PastDocument.Dimensions)
        {
            var task = RegressionTask.Draw(dimension, 7, seed: 1);
            Assert.Equal(dimension + 1, new OswaldConstruction(task, 1).Width);
            Assert.Equal((3 * dimension) + 2, new AkyurekConstruction(task).Width);
            Assert.Equal((3 * dimension) + 6 + (3 * 7), new GiannouConstruction(task, 1).Width);
            Assert.Equal(5 * dimension, new TintRegression(task, 1).Configuration.HiddenSize);
        }
    }

    /// <summary>The identity on x, the rate on y, and nothing else.</summary>
    [Fact]
    public void Von_Oswald_s_weights_are_three_blocks()
    {
        var task = RegressionTask.Draw(4, 3, seed: 1);
        var layer = new OswaldConstruction(task, 1).Layers.Single();
        var tensors = layer.Weights.Tensors("layer").ToDictionary(tensor => tensor.Name, tensor => tensor.Materialise().Values.ToArray());
        Assert.Equal(4, tensors["layer.q_attn.weight"].Count(value => value == 1));
        Assert.Equal(tensors["layer.q_attn.weight"], tensors["layer.k_attn.weight"]);
        Assert.Equal([-task.Rate], tensors["layer.v_attn.weight"].Where(value => value != 0));
    }

    /// <summary>The inner weights' error is the finite difference's: it falls as 1/N².</summary>
    [Fact]
    public void The_MLP_s_error_falls_as_the_square_of_the_finite_difference()
    {
        var task = RegressionTask.Draw(6, 5, seed: 4);
        var numbers = new Random(5);
        var inner = Matrix<double>.Build.Dense(6, 6, (_, _) => numbers.NextDouble() - 0.5);
        var outer = Vector<double>.Build.Dense(6, _ => numbers.NextDouble() - 0.5);
        var plain = PlainDescent.Mlp(task, ActivationKind.GeluNew, inner, outer);
        var errors = Array.ConvertAll([10.0, 100.0], scale =>
        {
            var step = new TintMlp(task, inner, outer, scale).Run(Arithmetic.Plain);
            var error = (step.Inner.Weight - plain.Inner).FrobeniusNorm();
            Assert.InRange(error, 0, step.Certificate);
            return error;
        });
        Assert.InRange(errors[0] / errors[1], 50, 200);
    }

    [Fact]
    public void What_cannot_be_written_out_is_refused_by_name()
    {
        Assert.Contains("the dimension must be at least 3", Assert.Throws<RuleViolationException>(() => RegressionTask.Draw(2, 1, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("the number of examples must be at least 1", Assert.Throws<RuleViolationException>(() => RegressionTask.Draw(3, 0, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("at most 64", Assert.Throws<RuleViolationException>(() => RegressionTask.Draw(3, 65, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("the number of steps must be at most 100", Assert.Throws<RuleViolationException>(() => PastDocument.Of(3, 1, 101, 1)).Message, StringComparison.Ordinal);
    }

    private static double Value(PastConstruction construction) => construction.Run(Arithmetic.Plain).Value[0, 0];
}
