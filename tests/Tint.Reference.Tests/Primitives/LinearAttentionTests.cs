using FsCheck.Xunit;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.DenseEvaluation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Primitives;

public sealed class LinearAttentionTests
{
    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 60)]
    public void Tokens_that_see_prefixes_get_what_dense_attention_gives(ShapeCase shape) =>
        Compare(shape, new Visibility.TokensToPrefixes(), atPrefixes: false, (_, j) => j < shape.Configuration.PrefixCount ? 1 : 0);

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 60)]
    public void Every_position_that_sees_the_earlier_ones_gets_what_dense_attention_gives(ShapeCase shape)
    {
        Compare(shape, new Visibility.Causal(), atPrefixes: false, static (i, j) => j <= i ? 1 : 0);
        Compare(shape, new Visibility.Causal(), atPrefixes: true, static (i, j) => j <= i ? 1 : 0);
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 60)]
    public void Prefixes_that_see_trained_tokens_get_what_dense_attention_gives(ShapeCase shape)
    {
        var mask = shape.TrainMask();
        int[] trained = [.. Enumerable.Range(0, mask.Count).Where(t => mask[t] == 1)];
        Compare(shape, new Visibility.PrefixesToTrainedTokens(trained), atPrefixes: true, (_, j) =>
            j < shape.Configuration.PrefixCount ? 0 : mask[j - shape.Configuration.PrefixCount]);
    }

    [Fact]
    public void Rejects_rows_that_the_mask_does_not_describe()
    {
        var shape = new ShapeCase(SmallModels.Configuration, TokenCount: 2, Seed: 1);
        var layer = new LinearAttention(RandomAttention.Of(shape.Configuration, headSize: 2, seed: 1));
        void Refuses(Visibility? visibility, bool atPrefixes, string found) => Refusal.Of(
            () => layer.Apply(shape.States(), visibility!, atPrefixes, Arithmetic.Plain), "rows that its mask describes", found);
        Refuses(new Visibility.TokensToPrefixes(), true, "TokensToPrefixes at prefixes");
        Refuses(new Visibility.PrefixesToTrainedTokens([0]), false, "PrefixesToTrainedTokens at tokens");
        Refuses(null, false, " at tokens");
    }

    private static void Compare(ShapeCase shape, Visibility visibility, bool atPrefixes, Func<int, int, double> mask)
    {
        var (configuration, rounding) = (shape.Configuration, new WorstCaseRounding(FloatFormat.Binary64.Apart));
        var weights = RandomAttention.Of(configuration, configuration.PrefixCount, shape.Seed);
        var afterwards = shape.Seed % 3 == 0
            ? RandomAttention.Permutation(configuration.RowsPerPrefix + 1, configuration.Auxiliary.HiddenSize, shape.Seed)
            : null;
        var states = shape.States();
        var got = new LinearAttention(weights, afterwards?.ToMap())
            .Apply(states, visibility, atPrefixes, Arithmetic.Tracking(rounding));

        var layers = new DenseLayers(
            [.. weights.Tensors("attention"), .. afterwards?.Tensors("after") ?? []], configuration, FloatFormat.Binary64);
        var dense = DenseAttention.Linear(layers, "attention", Grid.Of(states.ToMatrix()), mask);
        dense = afterwards is null ? dense : layers.PerHead("after", dense);
        Agreement.Within(rounding, got, Grid.Like(dense, (row, c) => row < configuration.PrefixCount == atPrefixes ? dense[row, c] : 0));
    }
}
