using Tint.Reference.Auxiliary;
using Tint.Reference.Model;
using Tint.Reference.Simulation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Auxiliary;

public sealed class StreamedLayersTests
{
    private static readonly AuxiliaryWeights Weights = RandomWeights.Of(SmallModels.Configuration.Auxiliary, seed: 21);

    [Fact]
    public void A_layer_comes_in_each_time_that_it_is_asked_for_and_not_before()
    {
        var loaded = new List<int>();
        var weights = Streamed(loaded, index => Weights.Layers[index]);
        weights.Check();
        Assert.Empty(loaded);
        Assert.Equal(2, weights.Layers.Count);
        Assert.Same(Weights.Layers[1], weights.Layers[1]);
        Assert.Equal(Weights.Layers, weights.Layers.ToArray());
        Assert.Equal([1, 0, 1], loaded);
    }

    /// <summary>Forward and, before their descents, backward; the second forward pass has updated layers.</summary>
    [Fact]
    public void A_step_needs_every_layer_twice()
    {
        var sequence = SmallModels.Sequence(Weights.Configuration, length: 5, seed: 22);
        var loaded = new List<int>();
        var weights = Streamed(loaded, index => Weights.Layers[index]);
        new SimulatedTint(SmallModels.Configuration, weights).Run(sequence);
        Assert.Equal([0, 1, 1, 0], loaded);
        loaded.Clear();
        new ConstructedTint(SmallModels.Configuration, weights).Run([sequence]);
        Assert.Equal([0, 1, 1, 0], loaded);
    }

    [Fact]
    public void A_layer_is_checked_when_it_comes_in()
    {
        var broken = Weights.Layers[1] with { Query = Weights.Layers[1].Query with { Weight = Weights.Layers[1].Query.Weight.Clone() } };
        broken.Query.Weight[2, 3] = double.NaN;
        Refusal.Of(() => Streamed([], _ => broken).Layers[1], "layer 1 attention query weight must hold finite numbers only", "NaN at row 2, column 3");
        var misshapen = Weights.Layers[0] with { Inner = Weights.Layers[0].Output };
        Refusal.Of(() => Streamed([], _ => misshapen).Layers.ToArray(), "layer 0 MLP inner weight must be [12 × 6]", "[6 × 6]");
    }

    private static AuxiliaryWeights Streamed(List<int> loaded, Func<int, AuxiliaryLayer> load) => Weights with
    {
        Layers = new StreamedLayers(Weights.Configuration, index =>
        {
            loaded.Add(index);
            return load(index);
        }),
    };
}
