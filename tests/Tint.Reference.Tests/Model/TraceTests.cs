using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Model;

public sealed class TraceTests
{
    private static readonly TintConfiguration Small = SmallModels.Configuration with { SgdSteps = 2, TrainedLayers = 1 };
    private static readonly AuxiliaryWeights Weights = RandomWeights.Of(Small.Auxiliary, seed: 31);
    private static readonly TokenSequence Sequence = SmallModels.Sequence(Small.Auxiliary, length: 4, seed: 32);

    [Fact]
    public void Blocks_are_named_in_the_order_in_which_they_ran() => Assert.Equal(
        [
            "000.forward.layer00",
            "001.forward.layer01",
            "002.forward.final_norm",
            "003.backward.final_norm",
            "004.backward.layer01",
            "005.forward.layer01",
            "006.forward.final_norm",
            "007.backward.final_norm",
            "008.backward.layer01",
            "009.forward.layer01",
            "010.forward.final_norm",
        ],
        Trace(Small).Select(entry => entry.Name));

    [Theory]
    [InlineData(0, 2, 3)]
    [InlineData(1, 2, 9)]
    [InlineData(3, 2, 21)]
    [InlineData(1, 0, 5)]
    public void Every_block_of_every_pass_has_an_entry(int steps, int trained, int entries) =>
        Assert.Equal(entries, Trace(Small with { SgdSteps = steps, TrainedLayers = trained }).Count);

    [Fact]
    public void Without_being_asked_for_there_is_no_trace() =>
        Assert.Empty(new ConstructedTint(Small, Weights).Run(Sequence).Trace);

    [Fact]
    public void Entries_hold_all_positions_and_backward_entries_the_prefixes_that_they_wrote()
    {
        foreach (var entry in Trace(Small))
        {
            Assert.Equal((2 + 4, 24), (entry.States.ToMatrix().RowCount, entry.States.ToMatrix().ColumnCount));
            var expected = entry.Name.Contains("forward", StringComparison.Ordinal) ? 0
                : entry.Name.EndsWith("final_norm", StringComparison.Ordinal) ? 1 : 6 + (3 * 2);
            Assert.Equal(expected, entry.UpdatedPrefixes.Count);
        }
    }

    [Fact]
    public void The_last_prefixes_of_a_trace_are_the_updated_weights()
    {
        var result = new ConstructedTint(Small, Weights).RunTracked([Sequence], Arithmetic.Plain, trace: true).Sequences[0];
        var norm = result.Trace.Last(entry => entry.Name.EndsWith("backward.final_norm", StringComparison.Ordinal)).UpdatedPrefixes[0];
        Assert.Equal(result.UpdatedWeights.FinalNorm, PrefixStack.UnstackNorm(Small, norm));
        var loads = result.Trace.Last(entry => entry.Name.EndsWith("backward.layer01", StringComparison.Ordinal)).UpdatedPrefixes;
        Assert.Equal(result.UpdatedWeights.Layers[1].Value, PrefixStack.Unstack(Small, loads[3]));
        Assert.Equal(result.UpdatedWeights.Layers[1].Query, PrefixStack.Unstack(Small, loads[1]));
    }

    private static IReadOnlyList<TraceEntry> Trace(TintConfiguration configuration) =>
        new ConstructedTint(configuration, Weights).RunTracked([Sequence], Arithmetic.Plain, trace: true).Sequences[0].Trace;
}
