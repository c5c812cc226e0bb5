using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Rounding;
using Tint.Reference.Stacking;
using Tint.Reference.Tests.DenseEvaluation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Stacking;

public sealed class BlockPrefixesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Unstacking_gives_back_every_parameter_of_a_block(int chunks)
    {
        var (configuration, layer) = Block(chunks);
        Assert.Equal(layer, BlockPrefixes.Stack(configuration, layer).Unstack(configuration));
    }

    [Fact]
    public void Shares_that_are_no_power_of_two_round_the_outer_bias_only()
    {
        var (configuration, layer) = Block(chunks: 3);
        var back = BlockPrefixes.Stack(configuration, layer).Unstack(configuration);
        Assert.Equal(layer, back with { Outer = back.Outer with { Bias = layer.Outer.Bias } });

        // One quotient and two sums.
        Assert.All(
            layer.Outer.Bias.Zip(back.Outer.Bias),
            pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 3 * RoundingModel.DoubleRoundoff * Math.Abs(pair.First)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Loads_come_in_the_order_in_which_modules_need_them(int chunks)
    {
        var (configuration, layer) = Block(chunks);
        var prefixes = BlockPrefixes.Stack(configuration, layer);
        var expected = DenseStack.Of(configuration, layer);
        var loads = prefixes.InOrder().ToArray();
        Assert.Equal(6 + (3 * chunks), loads.Length);
        Assert.Equal(expected, loads.Select(load => load.ToMatrix().ToArray()));
        Assert.Equal(chunks, prefixes.Loads.At(Place.Activation).Count);
        Assert.All(prefixes.Loads.At(Place.Activation), load => Assert.All(Enumerable.Range(0, 4), slot => Assert.Null(load[slot])));
    }

    private static (TintConfiguration Configuration, AuxiliaryLayer Layer) Block(int chunks)
    {
        var configuration = SmallModels.Configuration with { Auxiliary = SmallModels.Configuration.Auxiliary with { MlpChunkCount = chunks } };
        return (configuration, RandomWeights.Of(configuration.Auxiliary, seed: 3).Layers[0]);
    }
}
