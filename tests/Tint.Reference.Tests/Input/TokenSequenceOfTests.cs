using Tint.Reference.Input;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Input;

public sealed class TokenSequenceOfTests
{
    [Theory]
    [InlineData(1.0, new double[] { 1, 1, 1, 0 })]
    [InlineData(0.75, new double[] { 1, 1, 1, 0 })]
    [InlineData(0.74, new double[] { 1, 1, 0, 0 })]
    [InlineData(0.0, new double[] { 0, 0, 0, 0 })]
    public void Trains_on_the_front_and_never_on_the_last(double fraction, double[] mask)
    {
        var sequence = TokenSequence.Of([3, 1, 4, 1], fraction);
        Assert.Equal([3, 1, 4, 1], sequence.InputIds);
        Assert.Equal([3, 1, 4, 1], sequence.Labels);
        Assert.Equal(mask, sequence.TrainMask);
    }

    [Fact]
    public void A_single_token_is_not_trained_on() => Assert.Equal([0], TokenSequence.Of([7]).TrainMask);

    [Fact]
    public void Later_writes_to_the_ids_do_not_reach_it()
    {
        int[] ids = [1, 2, 3];
        var sequence = TokenSequence.Of(ids);
        ids[0] = 9;
        Assert.Equal(1, sequence.InputIds[0]);
    }

    [Fact]
    public void Rejects_no_token_and_a_fraction_out_of_range()
    {
        Refusal.Of(() => TokenSequence.Of([]), "the number of tokens must be at least 1");
        foreach (var fraction in new[] { -0.1, 1.1, double.NaN, double.PositiveInfinity })
        {
            Refusal.Of(() => TokenSequence.Of([1], fraction), "the train fraction must lie in 0 … 1");
        }
    }

    [Fact]
    public void Says_what_it_is() => Assert.Equal(
        "4 tokens, 2 trained on, with a gradient mask", (TokenSequence.Of([1, 2, 3, 4], 0.5) with { GradientMask = [1, 1, 1, 0] }).ToString());
}
