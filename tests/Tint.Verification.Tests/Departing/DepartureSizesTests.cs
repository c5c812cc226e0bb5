using Tint.Verification.Departing;
using Tint.Verification.Tests.Support;

namespace Tint.Verification.Tests.Departing;

public class DepartureSizesTests
{
    private static readonly IReadOnlyList<DepartureSize> All =
        DepartureSizes.Measure([Shipped.Case("TinT.gpt2.one_step"), Shipped.Case("TinT.opt.train_on_all"), Shipped.Case("LinearForward.a")]);

    private static readonly Dictionary<string, DepartureSize> Sizes = All.DistinctBy(size => size.Label).ToDictionary(size => size.Label);

    [Fact]
    public void All_nine_are_there_in_order() => Assert.Equal(["V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8", "V9"], Sizes.Keys);

    [Fact]
    public void Queries_and_keys_have_no_gradient_where_only_the_first_position_has_one()
    {
        var share = All.Where(size => size.Label == "V1").Last();
        Assert.Equal((0.0, "TinT.gpt2.one_step", "TinT.opt.train_on_all"), (share.Least, share.LeastCase, share.LargestCase));
        Assert.InRange(share.Largest!.Value, 0.1, 1);
    }

    [Fact]
    public void Only_whole_models_are_measured() => Assert.All(Sizes.Values.Where(size => size.Label != "V8"), size => Assert.Equal(2, size.Models));

    [Fact]
    public void Switches_change_the_update_and_the_loss_by_what_they_are()
    {
        // Three quarters of the MLP bias's step, a leak of 4e-9 times N, the last position's gradient, off-diagonal entries.
        Assert.InRange(Sizes["V2"].Median!.Value, 0.01, 1);
        Assert.InRange(Sizes["V3"].Largest!.Value, 1e-6, 1e-1);
        Assert.True(Sizes["V4"].Largest > 0.01);
        Assert.True(Sizes["V5"].Median > 0.1);
        Assert.All(Sizes.Values.Where(size => size.Label is not ("V6" or "V8" or "V9")), size => Assert.True(size.LossChange > 0, size.Label));
    }

    [Fact]
    public void The_descents_mask_loses_nothing_where_the_trained_tokens_come_first() => Assert.Equal(0.0, Sizes["V9"].Largest);

    [Fact]
    public void Nothing_reads_a_stale_bias() => Assert.Equal((0.0, 0.0, null), (Sizes["V6"].Median, Sizes["V6"].Largest, Sizes["V6"].LossChange));

    [Fact]
    public void Embeddings_take_a_share_of_plain_SGD_s_update() => Assert.InRange(Sizes["V7"].Median!.Value, 0.01, 1);

    [Fact]
    public void What_is_not_reproduced_has_no_size() => Assert.Null(Sizes["V8"].Median);

    [Fact]
    public void Without_whole_models_there_is_nothing_to_measure() => Assert.Empty(DepartureSizes.Measure([Shipped.Case("LinearForward.a")]));
}
