using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Reference.Auxiliary;
using Tint.Reference.Exact;

namespace Tint.Reference.Tests.Exact;

public sealed class ExactAttentionTests
{
    private const int HeadCount = 2;

    private static readonly RandomNumbers Numbers = new(61);
    private static readonly Matrix<double> Query = Numbers.Matrix(5, 6);
    private static readonly Matrix<double> Key = Numbers.Matrix(5, 6);
    private static readonly Matrix<double> Value = Numbers.Matrix(5, 6);
    private static readonly Matrix<double> Gradient = Numbers.Matrix(5, 6);

    private static readonly Matrix<double> IclMask = Matrix<double>.Build.DenseOfArray(new double[,]
    {
        { 1, 1, 1, 1, 1 },
        { 1, 0, 0, 0, 0 },
        { 0, 1, 1, 0, 0 },
        { 1, 0, 0, 1, 0 },
        { 0, 1, 0, 1, 0 },
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_output_is_that_of_the_definition(bool masked)
    {
        var mask = masked ? IclMask : null;
        var forward = ExactAttention.Forward(Query, Key, Value, HeadCount, mask);
        var expected = Matrix<double>.Build.Dense(5, 6);
        for (var head = 0; head < HeadCount; head++)
        {
            var weights = ExactAttention.Weights(forward, head, HeadCount, mask);
            for (var i = 0; i < 5; i++)
            {
                var (sum, query) = (0.0, Query.Row(i, 3 * head, 3));
                for (var j = 0; j <= i; j++)
                {
                    sum += mask?.At(i, j) == 0 ? 0 : Math.Exp(query.DotProduct(Key.Row(j, 3 * head, 3)) / Math.Sqrt(3));
                }

                for (var j = 0; j < 5; j++)
                {
                    var weight = j > i || mask?.At(i, j) == 0 ? 0 : Math.Exp(query.DotProduct(Key.Row(j, 3 * head, 3)) / Math.Sqrt(3)) / sum;
                    Assert.Equal(weight, weights.At(i, j), ExactTolerances.Reordering);
                    expected.SetSubMatrix(
                        i, 3 * head, expected.SubMatrix(i, 1, 3 * head, 3) + (weight * Value.SubMatrix(j, 1, 3 * head, 3)));
                }
            }
        }

        Assertions.Close(expected, forward.Output, ExactTolerances.Reordering, "attention");
    }

    [Theory]
    [InlineData("AttentionForward.a.exact_gates")]
    [InlineData("AttentionForward.icl_mask.a.exact_gates")]
    [InlineData("AttentionForward.icl_mask.b.relu")]
    [InlineData("AttentionForward.icl_mask.c.gelu")]
    public void The_output_agrees_with_the_published_construction(string id)
    {
        var fixture = FixtureManifest.Load(FixtureLocator.FindShipped()).Cases.Single(candidate => candidate.Id == id);
        using var tensors = fixture.Open();
        Tensor Read(FixtureTensor tensor) => new(tensor.Shape, tensor.Values);
        LinearParameters Layer(string name) =>
            new(Read(tensors.Input($"{name}_weight")).ToMatrix(), Read(tensors.Input($"{name}_bias")).ToVector());

        int prefixes = fixture.Config.NumPrefixes, width = fixture.Config.AuxHiddenSize;
        var (input, output) = (Read(tensors.Input("hidden_states")), Read(tensors.Expected("hidden_states")));
        for (var index = 0; index < input.Shape[0]; index++)
        {
            var tokens = input.Shape[1] - prefixes;
            Matrix<double> Signal(Tensor states) => states.Slice(index).ToMatrix().SubMatrix(prefixes, tokens, 0, width);
            var x = Signal(input);
            var mask = tensors.HasInput("icl_mask") ? Read(tensors.Input("icl_mask")).Slice(index).ToMatrix() : null;
            var forward = ExactAttention.Forward(
                ExactLinear.Forward(Layer("query"), x),
                ExactLinear.Forward(Layer("key"), x),
                ExactLinear.Forward(Layer("value"), x),
                fixture.Config.AuxNumHeads,
                mask);

            // Two gates on each of Q, K, V and the output scale by tanh G, 1 − tanh G ≈ 2e^{−2G}; scores go up in an exponent of size about 1.
            var leak = 1 - Math.Tanh(fixture.Config.GateScale);
            Assertions.Close(Signal(output), forward.Output, ExactTolerances.Autograd + (8 * leak), id);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Both_paths_agree_with_central_differences(bool masked)
    {
        var mask = masked ? IclMask : null;
        var gradient = ExactAttention.Backward(ExactAttention.Forward(Query, Key, Value, HeadCount, mask), Gradient, HeadCount, mask);
        double F(Matrix<double> q, Matrix<double> k, Matrix<double> v) =>
            ExactAttention.Forward(q, k, v, HeadCount, mask).Output.PointwiseMultiply(Gradient).Enumerate().Sum();
        ModuleCheck.Run(q => F(q, Key, Value), Query, gradient.Query);
        ModuleCheck.Run(k => F(Query, k, Value), Key, gradient.Key);
        ModuleCheck.Run(v => F(Query, Key, v), Value, gradient.Value);
    }

    [Fact]
    public void The_value_path_is_the_gradient_with_the_attention_weights_held_fixed()
    {
        var forward = ExactAttention.Forward(Query, Key, Value, HeadCount);
        var gradient = ExactAttention.Backward(forward, Gradient, HeadCount);
        for (var head = 0; head < HeadCount; head++)
        {
            var weights = ExactAttention.Weights(forward, head, HeadCount);
            Assertions.Close(
                weights.Transpose() * Gradient.SubMatrix(0, 5, 3 * head, 3),
                gradient.Value.SubMatrix(0, 5, 3 * head, 3),
                ExactTolerances.Reordering,
                $"value path of head {head}");
        }
    }

    [Fact]
    public void The_score_path_vanishes_as_attention_becomes_one_hot()
    {
        double ScorePath(double sharpness)
        {
            var gradient = ExactAttention.Backward(ExactAttention.Forward(sharpness * Query, Key, Value, HeadCount), Gradient, HeadCount);
            return gradient.Query.FrobeniusNorm();
        }

        Assert.True(ScorePath(1) > 0.1);
        Assert.True(ScorePath(1000) < 1e-12);
    }

    [Fact]
    public void A_token_that_sees_itself_alone_has_no_score_path()
    {
        var mask = Matrix<double>.Build.DenseIdentity(5);
        var gradient = ExactAttention.Backward(ExactAttention.Forward(Query, Key, Value, HeadCount, mask), Gradient, HeadCount, mask);
        Assert.Equal(0, gradient.Query.FrobeniusNorm() + gradient.Key.FrobeniusNorm());
        Assert.Equal(Gradient, gradient.Value);
    }

    [Fact]
    public void Rejects_shapes_masks_and_heads_that_do_not_fit()
    {
        var forward = ExactAttention.Forward(Query, Key, Value, HeadCount);
        var narrow = Matrix<double>.Build.Dense(5, 4);
        var blind = Matrix<double>.Build.Dense(5, 5);
        Assert.Throws<RuleViolationException>(() => ExactAttention.Forward(Query, Key, Value, 4));
        Assert.Throws<RuleViolationException>(() => ExactAttention.Forward(Query, narrow, Value, HeadCount));
        Assert.Throws<RuleViolationException>(() => ExactAttention.Forward(Query, Key, narrow, HeadCount));
        Assert.Throws<RuleViolationException>(() => ExactAttention.Forward(Query, Key, Value, HeadCount, narrow));
        Assert.Throws<RuleViolationException>(() => ExactAttention.Forward(Query, Key, Value, HeadCount, blind));
        Assert.Throws<RuleViolationException>(() => ExactAttention.Forward(1e200 * Query, 1e200 * Key, Value, HeadCount));
        Assert.Throws<RuleViolationException>(() => ExactAttention.Weights(forward, 2, HeadCount));
        Assert.Throws<RuleViolationException>(() => ExactAttention.Backward(forward, narrow, HeadCount));
    }
}
