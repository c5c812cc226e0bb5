using Tint.Verification.Engines;
using Tint.Verification.Tests.Support;

namespace Tint.Verification.Tests.Truth;

public class ModelTruthTests
{
    [Theory]
    [InlineData("TinT.gpt2.two_steps", 2)]
    [InlineData("TinT.gpt2.three_steps_top_layer", 1)]
    [InlineData("TinT.opt.wide", 4)]
    public void Every_trained_layer_and_the_final_norm_have_an_update(string id, int layers)
    {
        var updates = Comparison(id).Updates;
        var count = Shipped.Case(id).Config.AuxNumLayers;
        Assert.Equal([.. Enumerable.Range(count - layers, layers).Select(layer => (int?)layer), null], updates.Select(update => update.Layer));
        Assert.All(updates, update => Assert.InRange(update.Cosine!.Value, 0, 1 + 1e-12));
    }

    [Fact]
    public void With_exact_gates_the_final_norm_learns_what_plain_SGD_teaches_it()
    {
        // Its bias gradient is Σ m g of the loss gradient itself: no approximation lies before it. Sums of T terms of either sign.
        var update = Comparison("TinT.gpt2.exact_gates").Updates[^1];
        Assert.InRange(update.Relative!.Value, 0, 1e-12);
    }

    [Fact]
    public void Deeper_layers_are_farther_from_the_truth()
    {
        var updates = Comparison("TinT.opt.wide").Updates;
        Assert.True(updates[0].Relative > updates[3].Relative);
        Assert.True(updates[0].Cosine < updates[3].Cosine);
    }

    [Fact]
    public void Every_parameter_that_a_descent_writes_has_a_composed_certificate()
    {
        var checks = Comparison("TinT.gpt2.one_step").Certificates;
        Assert.Equal(1 + (2 * 11), checks.Count);
        Assert.All(checks, check => Assert.True(check.Passed, $"{check}"));
        Assert.Contains(checks, check => check.Quantity == "layer 1 mlp.outer.weight");
    }

    [Fact]
    public void There_is_no_certificate_where_the_gradient_skips_attention_yet_updates_are_compared()
    {
        var comparison = Comparison("TinT.gpt2.no_attention_backward");
        Assert.Empty(comparison.Certificates);
        Assert.Equal(3, comparison.Updates.Count);
    }

    [Fact]
    public void A_dense_normalisation_is_compared_with_a_diagonal_one() =>
        Assert.All(Comparison("TinT.gpt2.layer_norm_full").Updates, update => Assert.NotNull(update.Cosine));

    private static CaseComparison Comparison(string id) =>
        CaseRunner.Run(Shipped.Case(id), [new ConstructionEngine()], compare: true).Comparison!;
}
