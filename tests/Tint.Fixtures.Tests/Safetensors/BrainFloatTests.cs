using FsCheck.Xunit;
using Tint.Fixtures.Safetensors;

namespace Tint.Fixtures.Tests.Safetensors;

public sealed class BrainFloatTests
{
    [Fact]
    public void Every_number_survives_a_round_trip()
    {
        for (var bits = 0; bits <= ushort.MaxValue; bits++)
        {
            var value = BrainFloat.ToDouble((ushort)bits);
            var back = BrainFloat.FromDouble(value);
            Assert.True(double.IsNaN(value) ? double.IsNaN(BrainFloat.ToDouble(back)) : back == bits, $"{bits:x4}");
        }
    }

    [Property(MaxTest = 2000)]
    public void Rounds_to_the_nearest_with_ties_to_even(ushort bits, double fraction)
    {
        var low = (ushort)(bits & 0x7FFF);
        if (low >= 0x7F7F)
        {
            return;
        }

        var below = BrainFloat.ToDouble(low);
        var above = BrainFloat.ToDouble((ushort)(low + 1));
        var middle = below + ((above - below) / 2);
        var even = (ushort)(low + (low & 1));
        var inside = below + ((above - below) * Math.Abs(Math.IEEERemainder(double.IsFinite(fraction) ? fraction : 0, 1)));
        Assert.Equal(even, BrainFloat.FromDouble(middle));
        Assert.Equal(low, BrainFloat.FromDouble(Math.BitDecrement(middle)));
        Assert.Equal(low + 1, BrainFloat.FromDouble(Math.BitIncrement(middle)));
        Assert.Equal(inside == middle ? even : low, BrainFloat.FromDouble(inside));
        Assert.Equal(low | 0x8000, BrainFloat.FromDouble(-Math.BitDecrement(middle)));
    }
}
