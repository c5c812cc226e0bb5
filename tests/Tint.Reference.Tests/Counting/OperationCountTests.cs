using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Counting;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Counting;

public sealed class OperationCountTests
{
    private static readonly TintConfiguration Small = SmallModels.Configuration;

    /// <summary>D_sim = 24: a mixing of 8 heads of 3 has 8·24 + 24 numbers, and mirror and drop are two of them.</summary>
    [Fact]
    public void A_root_mean_square_norm_has_two_mixings_more_than_a_layer_norm()
    {
        const int Mixing = (8 * 24) + 24;
        var published = ParameterCount.Modules(Small).ToDictionary(module => module.Name, module => module.Parameters);
        var counts = OperationCount.Modules(Small).ToDictionary(module => module.Name, module => module.Parameters);
        Assert.Equal(published["LayerNormForward"] + (2 * Mixing), counts["RmsNormForward"]);
        Assert.Equal(published["LayerNormBackward"] + (2 * Mixing), counts["RmsNormBackward"]);
        Assert.Equal(published["LayerNormDescent"], counts["RmsNormDescent"]);
        Assert.Equal(published["AttentionForward"], counts["AttentionForward"]);
        Assert.Equal(published["AttentionForward"], counts["CrossAttentionForward"]);
    }

    /// <summary>
    /// A product: three projections of 12 heads of 2, (12·2² + 24) + (2·12² + 24) each, positions of (8 + 2)·3 + 3 and their rows of 3·24 + 24 for heads one wide, and an output
    /// mixing. A gate has 2·(10 + 1).
    /// </summary>
    [Fact]
    public void A_product_has_the_parameters_that_a_count_by_hand_gives()
    {
        const int Narrow = (2 * 12 * 12) + 24, PerHead = (12 * 4) + 24, Gate = 22;
        const int Product = (3 * (PerHead + Narrow)) + 33 + 96 + Narrow;
        var counts = OperationCount.Modules(Small).ToDictionary(module => module.Name, module => module.Parameters);
        Assert.Equal(Product + Gate, counts["ProductForward"]);
        Assert.Equal(Product + Gate, counts["ProductBackward"]);
    }

    /// <summary>The numbers of the walk-through.</summary>
    [Fact]
    public void At_gpt2s_shape_the_counts_are_those_of_the_page()
    {
        var gpt2 = PublishedShapes.All["gpt2-small"];
        var form = new AttentionForm { KeyValueHeadCount = 4, Slopes = LinearBias.Slopes(12), ScoreScale = 1, IsCausal = false };
        Assert.Equal(
            [5_974_836, 5_225_268, 5_062_962, 2_546_949, 2_546_949, 9_407_076, 3_514_674, 9_407_076, 3_514_674],
            OperationCount.Modules(gpt2, form).Select(module => module.Parameters));
        var buckets = new RelativeBuckets { Count = 32, MaximumDistance = 128, IsBidirectional = false };
        var lacking = new AttentionForm
        {
            Rotation = new Rotation { Dimensions = 64 },
            Relative = new RelativeBias { Buckets = buckets, Table = Matrix<double>.Build.Dense(32, 12) },
        };
        Assert.Equal([65_536, 384], OperationCount.Lacking(gpt2, lacking).Select(module => module.Parameters));
    }

    [Fact]
    public void What_TinT_lacks_is_named_and_counted()
    {
        var shape = new ShapeCase(Small with { HeadCount = 4 }, TokenCount: 4, Seed: 3);
        var rotary = OperationCount.Lacking(shape.Configuration, new AttentionForm { Rotation = new Rotation { Dimensions = 2 } });
        Assert.Equal([("rotary", 16)], rotary.Select(module => (module.Name, module.Parameters)));
        Assert.Equal(
            [("relative_bias", 8)],
            OperationCount.Lacking(shape.Configuration, AttentionForms.Of("relative buckets", shape)!).Select(module => (module.Name, module.Parameters)));
        Assert.Empty(OperationCount.Lacking(shape.Configuration, AttentionForms.Of("slopes", shape)!));
    }
}
