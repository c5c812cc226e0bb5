using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Simulation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Engines;

/// <summary>What every engine refuses, in the same words.</summary>
public sealed class EngineGuardTests
{
    private static readonly TintConfiguration Small = SmallModels.Configuration;
    private static readonly AuxiliaryWeights Weights = RandomWeights.Of(Small.Auxiliary, seed: 1);
    private static readonly TokenSequence Sequence = SmallModels.Sequence(Small.Auxiliary, length: 4, seed: 2);

    private static readonly Dictionary<string, Func<TintConfiguration, AuxiliaryWeights, TintEngine>> Makers = new()
    {
        ["construction"] = (configuration, weights) => new ConstructedTint(configuration, weights),
        ["simulation"] = (configuration, weights) => new SimulatedTint(configuration, weights),
        ["exact"] = (configuration, weights) => new ExactTint(configuration, weights),
    };

    public static TheoryData<string> Engines => [.. Makers.Keys];

    [Theory]
    [MemberData(nameof(Engines))]
    public void Has_the_name_that_its_results_show(string engine)
    {
        Assert.Equal(engine, Make(engine).Name);
        Assert.Equal(engine, Make(engine).Run(Sequence).Engine);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Rejects_a_batch_of_nothing(string engine)
    {
        Refusal.Of(() => Make(engine).Run([]), "a batch must have at least one sequence");
        Assert.Throws<ArgumentNullException>(() => Make(engine).Run((IReadOnlyList<TokenSequence>)null!));
        Assert.Throws<ArgumentNullException>(() => Make(engine).Run((TokenSequence)null!));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Rejects_a_place_without_a_sequence(string engine) =>
        Refusal.Of(() => Make(engine).Run([Sequence, null!]), "a batch must have a sequence in every place", "null in place 1");

    [Theory]
    [MemberData(nameof(Engines))]
    public void Rejects_weights_of_another_model(string engine)
    {
        var other = Small.Auxiliary with { Activation = ActivationKind.Relu };
        Refusal.Of(
            () => Makers[engine](Small, RandomWeights.Of(other, seed: 1)),
            "the weights must be of the configured auxiliary model",
            "widths of Relu",
            "widths of GeluNew");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Rejects_weights_that_are_not_finite(string engine)
    {
        var embedding = Weights.TokenEmbedding.Clone();
        embedding[2, 3] = double.NaN;
        Refusal.Of(
            () => Makers[engine](Small, Weights with { TokenEmbedding = embedding }), "token embedding must hold finite numbers", "row 2, column 3");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Rejects_a_shape_that_is_not_admissible(string engine) =>
        Refusal.Of(() => Makers[engine](Small with { HeadCount = 5 }, Weights), "HeadCount");

    [Theory]
    [MemberData(nameof(Engines))]
    public void Rejects_a_sequence_that_breaks_a_rule_wherever_it_stands_in_the_batch(string engine)
    {
        var bad = Sequence with { TrainMask = [1, 1] };
        Refusal.Of(() => Make(engine).Run([Sequence, bad, Sequence]), "train_mask must have one entry a token", "2 for 4 tokens");
        Refusal.Of(() => Make(engine).Run(bad), "train_mask must have one entry a token", "2 for 4 tokens");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Says_in_one_line_that_training_diverged(string engine)
    {
        for (var batch = 1; batch <= 3; batch++)
        {
            var diverging = Makers[engine](Small with { InnerLearningRate = 1e200, SgdSteps = 2 }, Weights);
            var refusal = Refusal.Of(() => diverging.Run([.. Enumerable.Repeat(Sequence, batch)]), Divergence.Rule, "lower InnerLearningRate");
            Assert.True(Divergence.IsReasonOf(refusal));
        }
    }

    private static TintEngine Make(string engine) => Makers[engine](Small, Weights);
}
