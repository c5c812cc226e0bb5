using FsCheck.Xunit;
using Tint.Reference.Cuda.Memory;

namespace Tint.Reference.Cuda.Tests.Memory;

public sealed class SizeClassesTests
{
    [Theory]
    [InlineData(1, 256)]
    [InlineData(256, 256)]
    [InlineData(257, 320)]
    [InlineData(320, 320)]
    [InlineData(321, 384)]
    [InlineData(449, 512)]
    [InlineData(1L << 40, 1L << 40)]
    [InlineData((1L << 40) + 1, 5L << 38)]
    public void A_size_gets_the_least_class_that_holds_it(long bytes, long expected) => Assert.Equal(expected, SizeClasses.Of(bytes));

    [Property]
    public void A_class_holds_the_size_wastes_at_most_a_quarter_and_is_a_class_itself(ulong seed)
    {
        var bytes = 256 + (long)(seed % (1UL << 45));
        var size = SizeClasses.Of(bytes);
        Assert.InRange(size, bytes, bytes + (bytes / 4));
        Assert.Equal(size, SizeClasses.Of(size));
    }
}
