using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Verification.Benchmarks;

namespace Tint.Verification.Tests.Benchmarks;

public class FlopCountTests
{
    private static readonly TintConfiguration Shape = BenchShapes.Tiny;

    /// <summary>Five tokens, the first, second and fourth of them trained: those at 0 and 2 have a loss gradient, and the last as published.</summary>
    private static readonly TokenSequence Sequence = new() { InputIds = [1, 2, 3, 4, 5], TrainMask = [1, 1, 0, 1, 0] };

    private readonly FlopCount _count = new(Shape, Sequence);

    private static int Width => Shape.Auxiliary.HiddenSize;

    [Fact]
    public void A_linear_layer_multiplies_and_adds_once_for_each_token_and_weight()
    {
        Assert.Equal(Count(5, Width, Width), _count.Linear);
        Assert.Equal(Count(3, Width, Width), _count.LinearDescent);
    }

    [Fact]
    public void Attention_scores_and_sums_over_the_pairs_that_see_each_other()
    {
        var (forward, backward) = (0L, 0L);
        for (var head = 0; head < Shape.Auxiliary.HeadCount; head++)
        {
            for (var query = 0; query < 5; query++)
            {
                for (var key = 0; key <= query; key++)
                {
                    forward += 2 * Count(1, 1, Shape.Auxiliary.HeadSize);
                    backward += query == key || Sequence.TrainMask[query] == 1 ? Count(1, 1, Shape.Auxiliary.HeadSize) : 0;
                }
            }
        }

        Assert.Equal(forward, _count.Attention);
        Assert.Equal(backward, _count.AttentionBackward);
    }

    [Fact]
    public void Head_and_loss_run_over_the_vocabulary()
    {
        Assert.Equal(Count(5, Shape.Auxiliary.VocabularySize, Width), _count.Head);
        Assert.Equal(Count(3, Shape.Auxiliary.VocabularySize, Width), _count.LossGradient);
        Assert.Equal(2 * Count(2, Shape.Auxiliary.VocabularySize, Width), _count.ExactLossGradient);
    }

    [Fact]
    public void A_gradient_mask_leaves_out_its_positions_but_the_last()
    {
        var masked = new FlopCount(Shape, Sequence with { GradientMask = [1, 0, 1, 1, 1] });
        Assert.Equal(Count(2, Shape.Auxiliary.VocabularySize, Width), masked.LossGradient);
        var paper = new FlopCount(Shape with { Departures = Shape.Departures with { LastPositionUnmasked = false } }, Sequence);
        Assert.Equal(Count(2, Shape.Auxiliary.VocabularySize, Width), paper.LossGradient);
        Assert.Equal(0, new FlopCount(Shape with { Loss = LossKind.MeanEmbedding }, Sequence).LossGradient);
    }

    [Fact]
    public void A_block_has_four_weights_and_two_for_each_chunk()
    {
        Assert.Equal((12 * _count.Linear) + _count.Attention, _count.BlockForward);
        Assert.Equal((10 * (_count.Linear + _count.LinearDescent)) + _count.AttentionBackward, _count.BlockBackward);
        Assert.Equal((24 * _count.Linear) + (2 * _count.Attention), _count.ExactBlockBackward);
        var skipping = new FlopCount(Shape with { BackpropagateThroughAttention = false }, Sequence);
        Assert.Equal(10 * (_count.Linear + _count.LinearDescent), skipping.BlockBackward);
    }

    [Fact]
    public void A_step_is_forward_loss_backward_and_forward_again()
    {
        var shape = Shape with { TrainedLayers = 1, SgdSteps = 3 };
        var count = new FlopCount(shape, Sequence);
        Assert.Equal(
            (2 * _count.BlockForward) + _count.Head
                + (3 * (_count.LossGradient + _count.BlockBackward + _count.BlockForward + _count.Head)),
            count.Step);
        Assert.Equal(
            (8 * _count.BlockForward) + (4 * _count.Head) + (3 * (_count.ExactLossGradient + (2 * _count.ExactBlockBackward))), count.ExactStep);
    }

    [Fact]
    public void Operations_add_up_to_the_step_however_many_blocks_there_are()
    {
        var count = new FlopCount(Shape with { TrainedLayers = 1, SgdSteps = 3 }, Sequence);
        Assert.Equal(count.Step, count.Operations.Sum(work => work.Forward + work.Backward));
        Assert.Equal(count.ExactStep, count.ExactOperations.Sum(work => work.Forward + work.Backward));
        Assert.Equal((5 * _count.Linear, 0), (count.Operations[0].Forward, count.Operations[0].Backward));
        Assert.Equal("attention.query", count.Operations[0].Name);
    }

    [Fact]
    public void Of_GPT_2_small_it_is_some_800_billion()
    {
        var configuration = BenchShapes.Of("gpt2-small");
        var count = new FlopCount(configuration, RandomInput.Sequence(configuration.Auxiliary, 1024, seed: 1));

        // 24 blocks forward of 12·2·T·D² = 14.5e9 and 1.6e9 in attention, 12 backward of 10·(1.2 + 0.6)e9, two heads of 79e9, half a head for the loss.
        Assert.InRange(count.Step / 1e9, 790, 830);
    }

    [Fact]
    public void A_sequence_that_does_not_fit_is_refused() => Assert.Throws<Reference.RuleViolationException>(
        () => new FlopCount(Shape, new TokenSequence { InputIds = [Shape.Auxiliary.VocabularySize], TrainMask = [1] }));

    /// <summary>A multiplication and an addition for every term of a product, counted one by one.</summary>
    private static long Count(int rows, int columns, int depth)
    {
        var operations = 0L;
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                for (var term = 0; term < depth; term++)
                {
                    operations += 2;
                }
            }
        }

        return operations;
    }
}
