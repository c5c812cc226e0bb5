using FsCheck.Xunit;
using Tint.Reference.Modules;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Modules;

public sealed class MemorySlotsTests
{
    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 30)]
    public void Memory_lies_at_the_top_of_a_token(ShapeCase shape)
    {
        var configuration = shape.Configuration;
        var width = configuration.Auxiliary.HiddenSize;
        Assert.Equal(configuration.HiddenSize - width, MemorySlots.Linear(configuration) * width);
        Assert.Equal(configuration.HiddenSize - width, MemorySlots.Activation(configuration) * width);
        Assert.Equal(configuration.HiddenSize - (2 * width), MemorySlots.LayerNorm(configuration) * width);
        Assert.Equal(configuration.HiddenSize - (3 * width), MemorySlots.Attention(configuration) * width);
        Assert.True(MemorySlots.Attention(configuration) >= 1);
    }

    /// <summary>D = 6 and D_sim = 24: slots start at 0, 6, 12, 18.</summary>
    [Theory]
    [InlineData(18, 1, 1, 3)]
    [InlineData(6, 3, 1, 1)]
    [InlineData(12, 2, 2, 2)]
    public void A_memory_index_that_is_a_slot_is_that_slot(int coordinate, int needed, int reserved, int slot) =>
        Assert.Equal(slot, MemorySlots.FromCoordinate(SmallModels.Configuration, coordinate, needed, reserved));

    [Theory]
    [InlineData(17, 1, 1, "6, 12, 18")]
    [InlineData(0, 1, 1, "6, 12, 18")]
    [InlineData(-6, 1, 1, "6, 12, 18")]
    [InlineData(24, 1, 1, "6, 12, 18")]
    [InlineData(18, 2, 1, "6, 12")]
    [InlineData(6, 1, 2, "12, 18")]
    [InlineData(12, 3, 1, "6")]
    public void Rejects_a_memory_index_inside_a_slot_or_without_room(int coordinate, int needed, int reserved, string choices)
    {
        var refusal = Refusal.Of(
            () => MemorySlots.FromCoordinate(SmallModels.Configuration, coordinate, needed, reserved),
            "memory_index must be a multiple of Auxiliary.HiddenSize",
            $"memory_index {coordinate} for Auxiliary.HiddenSize 6, HiddenSize 24, {needed} memory slots");
        Assert.Equal($"use one of {choices}", refusal.Remedy);
    }
}
