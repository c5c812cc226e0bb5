using Tint.Reference;
using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Verification.Benchmarks;

namespace Tint.Verification.Tests.Benchmarks;

public class FamilyBenchTests
{
    [Fact]
    public void A_family_s_size_is_timed_with_as_many_of_its_layers_as_wanted()
    {
        var (whole, two) = (BenchShapes.OfFamily("gpt_neox", "70m"), BenchShapes.OfFamily("gpt_neox", "70m", 2));
        Assert.Equal((6, 6), (whole.Auxiliary.LayerCount, whole.TrainedLayers));
        Assert.Equal((2, 2), (two.Auxiliary.LayerCount, two.TrainedLayers));
        AdmissibleShapes.Check(two);
        Assert.Equal(2, ModelPlan.Of(two.Auxiliary).Blocks.Count);
        Assert.NotEqual(whole.Auxiliary, two.Auxiliary with { LayerCount = 6 });
        Assert.Equal(two, BenchShapes.OfFamily("gpt_neox", "70m", 2));
    }

    [Fact]
    public void Of_the_published_code_a_family_s_size_has_the_operations_that_its_shape_has()
    {
        var sequence = new TokenSequence { InputIds = [1, 2, 3, 4], TrainMask = [1, 1, 0, 1] };
        var (shape, family) = (new FlopCount(BenchShapes.Of("gpt2-small"), sequence), new FlopCount(BenchShapes.OfFamily("gpt2", "small"), sequence));
        Assert.Equal(
            (shape.Forward, shape.Backward, shape.Head, shape.LossGradient, shape.Step, shape.ExactStep),
            (family.Forward, family.Backward, family.Head, family.LossGradient, family.Step, family.ExactStep));
    }

    /// <summary>LLaMA-3 8B: D = 4096, keys and values of 8·128 = 1024, F = 14336, V = 128256; T = 4, of them 3 trained.</summary>
    [Fact]
    public void A_gated_block_with_shared_keys_is_counted_as_by_hand()
    {
        const long D = 4096, Keys = 1024, F = 14336, T = 4, M = 3;
        var flops = new FlopCount(BenchShapes.OfFamily("llama", "3-8b", 2), new TokenSequence { InputIds = [1, 2, 3, 4], TrainMask = [1, 1, 0, 1] });
        const long Mlp = 3 * D * F;
        Assert.Equal((2 * T * ((2 * D * D) + (2 * D * Keys) + Mlp)) + (2 * D * T * (T + 1)), flops.BlockForward);
        Assert.Equal((2 * (T + M) * ((D * D) + (D * Keys) + Mlp)) + (2 * D * (1 + 2 + 1 + 4)), flops.BlockBackward);
        Assert.Equal(2 * flops.BlockForward, flops.Forward);
        Assert.Equal(2 * T * 128256 * D, flops.Head);
    }

    /// <summary>OPT-350M: logits go through a projection to width 512.</summary>
    [Fact]
    public void A_projection_out_of_the_width_is_part_of_the_head() => Assert.Equal(
        2 * 2L * ((50272 * 512) + (512 * 1024)),
        new FlopCount(BenchShapes.OfFamily("opt", "350m", 1), new TokenSequence { InputIds = [1, 2], TrainMask = [1, 1] }).Head);

    /// <summary>T5 small: D = 512, F = 2048, V = 32128; both read T = 4 tokens, of the decoder's 2 are trained, of the encoder's all.</summary>
    [Fact]
    public void Encoder_and_decoder_are_counted_as_by_hand()
    {
        const long D = 512, F = 2048, T = 4, M = 2, Square = 2 * D * D;
        var shape = BenchShapes.OfFamily("t5", "small", 1);
        Assert.Equal((2, 2, 1), (shape.Auxiliary.LayerCount, shape.TrainedLayers, ModelPlan.Of(shape.Auxiliary).EncoderBlocks));
        var flops = new FlopCount(shape, RandomInput.Sequence(shape.Auxiliary, 4, seed: 1));
        const long Encoder = (4 * T * Square) + (4 * D * T * T) + (4 * T * D * F);
        const long Decoder = (8 * T * Square) + (4 * D * T * (T + 1) / 2) + (4 * D * T * T) + (4 * T * D * F);
        Assert.Equal((Encoder, Encoder + Decoder), (flops.BlockForward, flops.Forward));

        // Of attention the value and the output layer; keys and values over the encoder are of its 4 tokens, a query that is not trained hands back to itself.
        const long EncoderBack = (2 * (T + T) * Square) + (2 * D * T * T) + (4 * (T + T) * D * F);
        const long DecoderBack = (3 * (T + M) * Square) + ((T + T) * Square) + (2 * D * (1 + 2 + 1 + 1)) + (2 * D * T * T) + (4 * (T + M) * D * F);
        Assert.Equal((EncoderBack, EncoderBack + DecoderBack), (flops.BlockBackward, flops.Backward));
    }

    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama")]
    [InlineData("bloom")]
    [InlineData("t5")]
    public void The_operations_of_the_plan_add_up_to_the_step(string family)
    {
        var shape = BenchShapes.OfFamily(family, layers: 2) with { SgdSteps = 3, TrainedLayers = 1 };
        var flops = new FlopCount(shape, RandomInput.Sequence(shape.Auxiliary, 6, seed: 1));
        Assert.Equal(flops.Step, flops.Operations.Sum(work => work.Forward + work.Backward));
        Assert.Equal(flops.ExactStep, flops.ExactOperations.Sum(work => work.Forward + work.Backward));
        Assert.Equal(flops.Operations.Count, flops.Operations.Select(work => work.Name).Distinct().Count());
    }

    [Theory]
    [InlineData(BenchEngine.Construction)]
    [InlineData(BenchEngine.Simulation)]
    public void A_step_of_an_encoder_decoder_is_timed_to_its_last_stage(BenchEngine engine)
    {
        var input = BenchInput.Of(engine, BenchShapes.OfFamily("t5", "small", 1), tokens: 3);
        Assert.Equal(StepBench.StageCount(engine, input.Configuration), StepBench.Run(input, null, CancellationToken.None).Passes.Sum(pass => pass.Calls));
    }

    [Theory]
    [InlineData("t5", "small", 7, "the number of layers must be at most the model's")]
    [InlineData("lama", null, null, "a family must be known")]
    [InlineData("llama", "9b", null, "a size of llama must be known")]
    [InlineData("gpt2", "small", 13, "the number of layers must be at most the model's")]
    public void What_cannot_be_timed_is_refused_by_name(string family, string? size, int? layers, string rule) =>
        Assert.Equal(rule, Assert.Throws<RuleViolationException>(() => BenchShapes.OfFamily(family, size, layers)).Rule);
}
