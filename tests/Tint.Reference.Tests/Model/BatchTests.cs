using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Model;

public sealed class BatchTests
{
    private static readonly TintConfiguration Small = SmallModels.Configuration with { SgdSteps = 2 };
    private static readonly AuxiliaryWeights Weights = RandomWeights.Of(Small.Auxiliary, seed: 21);

    private static readonly TokenSequence[] Batch =
    [
        SmallModels.Sequence(Small.Auxiliary, length: 3, seed: 1),
        SmallModels.Sequence(Small.Auxiliary, length: 8, seed: 2, masks: true),
        SmallModels.Sequence(Small.Auxiliary, length: 1, seed: 3),
        SmallModels.Sequence(Small.Auxiliary, length: 6, seed: 4),
    ];

    [Fact]
    public void Sequences_of_a_batch_do_not_mix()
    {
        var together = new ConstructedTint(Small, Weights).Run(Batch).Sequences;
        for (var i = 0; i < Batch.Length; i++)
        {
            Same(new ConstructedTint(Small, Weights).Run(Batch[i]), together[i]);
        }
    }

    [Fact]
    public void The_order_of_a_batch_is_that_of_its_results_and_nothing_else()
    {
        var forward = new ConstructedTint(Small, Weights).Run(Batch);
        var backward = new ConstructedTint(Small, Weights).Run([.. Batch.Reverse()]);
        foreach (var (expected, got) in forward.Sequences.Zip(backward.Sequences.Reverse()))
        {
            Same(expected, got);
        }
    }

    [Fact]
    public void A_model_starts_every_run_from_the_weights_that_it_was_built_with()
    {
        var model = new ConstructedTint(Small, Weights);
        Same(model.Run([Batch[0]]).Sequences[0], model.Run([Batch[1], Batch[0]]).Sequences[1]);
    }

    /// <summary>The loss counts every label once, so that long sequences weigh more.</summary>
    [Fact]
    public void The_loss_of_a_batch_is_the_mean_over_its_labels()
    {
        var model = new ConstructedTint(Small, Weights);
        var (first, last) = (model.Run([Batch[0]]), model.Run([Batch[3]]));
        var both = model.Run([Batch[0], Batch[3]]);
        var expected = ((2 * first.FinalLoss!.Value) + (5 * last.FinalLoss!.Value)) / 7;
        Assert.Equal(expected, both.FinalLoss!.Value, 20 * Tint.Reference.Rounding.RoundingModel.DoubleRoundoff * expected);
    }

    private static void Same(TintResult expected, TintResult got)
    {
        Assert.Equal(expected.OriginalLogits, got.OriginalLogits);
        Assert.Equal(expected.Logits, got.Logits);
        Assert.Empty(Parameters.Changed(expected.UpdatedWeights, got.UpdatedWeights));
    }
}
