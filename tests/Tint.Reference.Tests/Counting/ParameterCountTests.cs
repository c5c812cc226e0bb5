using Tint.Reference.Configuration;
using Tint.Reference.Counting;
using Tint.Reference.Modules.Activation;
using Tint.Reference.Modules.LayerNorm;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Counting;

public sealed class ParameterCountTests
{
    private static readonly TintConfiguration Small = SmallModels.Configuration;

    /// <summary>Counted by the published code for its own construction of GPT-2, embeddings included.</summary>
    [Fact]
    public void A_tint_of_gpt2_has_as_many_parameters_as_the_published_one() =>
        Assert.Equal(1_476_796_914, ParameterCount.WholeModel(PublishedShapes.All["gpt2-small"]));

    [Theory]
    [InlineData("gpt2-small")]
    [InlineData("opt-125m")]
    public void The_parts_add_up_to_the_whole(string name)
    {
        var configuration = PublishedShapes.All[name];
        Assert.Equal(ParameterCount.WholeModel(configuration), ParameterCount.Parts(configuration).Sum(part => part.Parameters * part.Copies));
    }

    [Fact]
    public void Every_module_counts_what_its_tensors_hold()
    {
        Dictionary<string, IEnumerable<WeightTensor>> tensors = new()
        {
            ["LinearForward"] = new LinearForward(Small, 3).Tensors(),
            ["LinearBackward"] = new LinearBackward(Small, 3).Tensors(),
            ["LinearDescent"] = new LinearDescent(Small, 3).Tensors(),
            ["LayerNormForward"] = new LayerNormForward(Small, 2).Tensors(),
            ["LayerNormBackward"] = new LayerNormBackward(Small, 2).Tensors(),
            ["LayerNormDescent"] = new LayerNormDescent(Small, 2).Tensors(),
            ["AttentionForward"] = new AttentionForward(Small, 1).Tensors(),
            ["AttentionBackward"] = new AttentionBackward(Small, 1).Tensors(),
            ["AttentionDescent"] = new AttentionDescent(Small, 1).Tensors(),
            ["ActivationForward"] = new ActivationForward(Small, 3).Tensors(),
            ["ActivationBackward"] = new ActivationBackward(Small, 3).Tensors(),
        };
        var counts = ParameterCount.Modules(Small);
        Assert.Equal(tensors.Keys, counts.Select(count => count.Name));
        Assert.All(counts, count => Assert.Equal(
            tensors[count.Name].Sum(tensor => (long)tensor.Materialise().Values.Length), count.Parameters));
    }

    /// <summary>D_sim = 24, 12 heads of 2 for linear modules and 8 heads of 3 elsewhere, 10 positions, counted by hand.</summary>
    [Fact]
    public void Small_modules_have_the_parameters_that_a_count_by_hand_gives()
    {
        const int Gates = 2 * (10 + 1);

        // A split projection: 12·2² + 12·2 per head, 2·12² + 24 mixing. Three of them, positions, and the output mixing.
        const int PerHead = (12 * 4) + 24, Mixing = (2 * 144) + 24;
        const int Positions = (10 * 6) + 6 + (3 * 12) + 12;
        const int LinearAttention = (3 * (PerHead + Mixing)) + Positions + Mixing;

        // Permutation and bias addition have 4 heads of 6.
        const int Forward = Gates + LinearAttention + ((4 * 36) + 24) + ((6 * 16) + 24);

        // Query of the backward, key of the descent: maps of 4 heads of 6 in place of the narrow ones.
        const int Gradient = ((4 * 36) + 24) + ((6 * 16) + 24);
        const int Backward = Gates + LinearAttention - PerHead - Mixing + Gradient;

        // Softmax attention and the MLPs: 8 heads of 3.
        const int WidePerHead = (8 * 9) + 24, WideMixing = (3 * 64) + 24;
        const int Softmax = (3 * (WidePerHead + WideMixing)) + ((10 * 9) + 9 + (3 * 8) + 8) + WideMixing;
        Dictionary<string, int> expected = new()
        {
            ["LinearForward"] = Forward,
            ["LinearBackward"] = Backward,
            ["LinearDescent"] = Backward,
            ["LayerNormForward"] = Forward + Gates,
            ["LayerNormBackward"] = Backward + Gates + (2 * WideMixing),
            ["LayerNormDescent"] = Backward,
            ["AttentionForward"] = Forward + Gates + Softmax,
            ["AttentionBackward"] = Gates + Softmax,
            ["AttentionDescent"] = Backward,
            ["ActivationForward"] = Gates + WideMixing + WidePerHead,
            ["ActivationBackward"] = 2 * WideMixing,
        };
        Assert.Equal(
            expected.Select(pair => (pair.Key, (long)pair.Value)),
            ParameterCount.Modules(Small).Select(count => (count.Name, count.Parameters)));
    }

    /// <summary>V·D + T_max·D, K·D_sim a load, 6 + 3·2 loads a layer and one for the final norm.</summary>
    [Fact]
    public void A_whole_model_is_embeddings_loads_and_one_module_of_each_place()
    {
        var modules = ParameterCount.Modules(Small).ToDictionary(module => module.Name, module => module.Parameters);
        var linear = modules["LinearBackward"] + modules["LinearDescent"];
        var norm = modules["LayerNormBackward"] + modules["LayerNormDescent"];
        var forward = (2 * modules["LayerNormForward"]) + modules["AttentionForward"] + (3 * modules["LinearForward"])
            + modules["ActivationForward"];
        var backward = (4 * linear) + (2 * norm) + modules["AttentionBackward"] + modules["ActivationBackward"];
        var expected = (7 * 6) + (8 * 6) + (2 * (forward + backward)) + (2 * 12 * 48) + modules["LayerNormForward"] + norm + 48;
        Assert.Equal(expected, ParameterCount.WholeModel(Small));
        Assert.Equal(expected + (2 * 6), ParameterCount.WholeModel(Small with { Auxiliary = Small.Auxiliary with { Family = AuxiliaryFamily.Opt } }));
    }

    [Fact]
    public void Shared_blocks_cost_nothing_more_with_every_step_and_separate_ones_a_forward_and_a_backward_block_a_layer()
    {
        long Count(int steps, bool share, int trained = 2) =>
            ParameterCount.WholeModel(Small with { SgdSteps = steps, ShareBlocks = share, TrainedLayers = trained });
        var parts = ParameterCount.Parts(Small).ToDictionary(part => part.Name, part => part.Parameters);
        var (forward, backward) = (parts["forward block"], parts["backward block"]);
        Assert.Equal(Count(1, share: true), Count(5, share: true));
        Assert.Equal(Count(1, share: true) - (2 * backward), Count(0, share: true));
        Assert.Equal(Count(0, share: true), Count(0, share: false));
        Assert.Equal(Count(1, share: true) + (2 * forward), Count(1, share: false));
        Assert.Equal(Count(1, share: false) + (2 * (forward + backward)), Count(2, share: false));
        Assert.Equal(Count(1, share: true) - backward, Count(1, share: true, trained: 1));
    }

    [Fact]
    public void Rejects_a_shape_that_is_not_admissible() =>
        Refusal.Of(() => ParameterCount.WholeModel(Small with { PrefixCount = 5 }), "PrefixCount must divide");
}
