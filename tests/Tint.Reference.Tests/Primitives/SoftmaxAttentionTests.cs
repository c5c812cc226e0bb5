using FsCheck.Xunit;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.DenseEvaluation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Primitives;

public sealed class SoftmaxAttentionTests
{
    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 60)]
    public void Forward_gives_what_dense_attention_gives_at_tokens(ShapeCase shape)
    {
        var icl = shape.IclMask();
        Compare(
            shape,
            (layer, tokens, arithmetic) => layer.Forward(tokens, icl, arithmetic),
            (layers, states) => DenseAttention.Softmax(layers, "attention", states, (i, j) => icl is null || icl[i, j] == 1));
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 60)]
    public void Backward_gives_what_transposed_dense_attention_gives_at_tokens(ShapeCase shape)
    {
        var (icl, mask, prefixes) = (shape.IclMask(), shape.TrainMask(), shape.Configuration.PrefixCount);
        Compare(
            shape,
            (layer, tokens, arithmetic) => layer.Backward(tokens, mask, icl, arithmetic),
            (layers, states) => DenseAttention.Softmax(
                layers,
                "attention",
                states,
                (i, j) => icl is null || icl[i, j] == 1,
                (i, j) => j < prefixes ? 0 : DenseLinear.TrainingMask(prefixes, mask, i, j)));
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(600)]
    public void Queries_in_blocks_give_what_all_at_once_give(int tokens)
    {
        // Only where rounding is followed are all queries taken at once.
        var small = SmallModels.Configuration;
        var configuration = small with { Auxiliary = small.Auxiliary with { MaximumPositions = tokens } };
        var layer = new SoftmaxAttention(WithoutPositions(RandomAttention.Of(configuration, configuration.HeadSize, 3)), configuration);
        var (random, rounding) = (new RandomNumbers(5), new WorstCaseRounding(FloatFormat.Binary64.Apart));
        var (states, mask) = (Slots.From(random.Matrix(tokens, configuration.HiddenSize), small.Auxiliary.HiddenSize), random.Mask(tokens));
        foreach (var icl in new[] { null, random.IclMask(tokens) })
        {
            Same(arithmetic => layer.Forward(states, icl, arithmetic));
            Same(arithmetic => layer.Backward(states, mask, icl, arithmetic));
        }

        void Same(Func<Arithmetic, Slots> run)
        {
            var whole = run(Arithmetic.Tracking(rounding));
            Assert.Contains(whole.ToMatrix().Enumerate(), value => value != 0);
            Agreement.Within(run(Arithmetic.Plain).ToMatrix(), rounding.Bound(whole.ToErrorMatrix()), Grid.Of(whole.ToMatrix()));
        }
    }

    [Fact]
    public void Rejects_a_position_map_that_reaches_a_head()
    {
        var configuration = SmallModels.Configuration;
        var weights = RandomAttention.Of(configuration, configuration.HeadSize, 3);
        var used = weights with
        {
            Key = new Projection(
                weights.Key.Mixing,
                weights.Key.Linear,
                new PositionMap(configuration.HeadSize, configuration.Auxiliary.MaximumPositions, configuration.PrefixCount).ForHeads(0, 1)),
        };
        Refusal.Of(() => new SoftmaxAttention(used, configuration), "must not read positions", "leave its position maps unused");
    }

    /// <summary>Prefixes are never attended to, so that only tokens are compared; they take part in no sum there.</summary>
    private static void Compare(
        ShapeCase shape,
        Func<SoftmaxAttention, Slots, Arithmetic, Slots> structured,
        Func<DenseLayers, double[,], double[,]> dense)
    {
        var (configuration, rounding) = (shape.Configuration, new WorstCaseRounding(FloatFormat.Binary64.Apart));
        var weights = WithoutPositions(RandomAttention.Of(configuration, configuration.HeadSize, shape.Seed));
        var states = shape.States();
        var got = structured(new SoftmaxAttention(weights, configuration), states.Tokens, Arithmetic.Tracking(rounding));
        var expected = dense(
            new DenseLayers(weights.Tensors("attention"), configuration, FloatFormat.Binary64), Grid.Of(states.ToMatrix()));
        Agreement.Within(got.ToMatrix(), rounding.Bound(got.ToErrorMatrix()), Grid.Of(
            shape.TokenCount, configuration.HiddenSize, (t, c) => expected[configuration.PrefixCount + t, c]));
    }

    /// <summary>Softmax attention has position tensors, of zeros.</summary>
    private static AttentionWeights WithoutPositions(AttentionWeights weights)
    {
        Projection Plain(Projection projection) => new(
            projection.Mixing,
            projection.Linear,
            new PositionMap(projection.Position.HeadSize, projection.Position.MaximumPositions, projection.Position.PrefixCount));
        return weights with { Query = Plain(weights.Query), Key = Plain(weights.Key), Value = Plain(weights.Value) };
    }
}
