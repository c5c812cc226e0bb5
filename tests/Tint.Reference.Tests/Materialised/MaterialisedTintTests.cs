using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Counting;
using Tint.Reference.Materialised;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Materialised;

public class MaterialisedTintTests
{
    private static readonly AuxiliaryConfiguration Tiny = AuxiliaryConfiguration.Tiny;

    public static TheoryData<AuxiliaryFamily, int, int, bool> Shapes => new()
    {
        { AuxiliaryFamily.Gpt2, 1, 2, true },
        { AuxiliaryFamily.Gpt2, 2, 1, true },
        { AuxiliaryFamily.Gpt2, 2, 1, false },
        { AuxiliaryFamily.Opt, 1, 2, false },
        { AuxiliaryFamily.Opt, 0, 0, true },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Tensors_have_names_of_their_own_and_as_many_parameters_as_are_counted(AuxiliaryFamily family, int steps, int trained, bool shares)
    {
        var configuration = TintConfiguration.For(Tiny with { Family = family }) with { SgdSteps = steps, TrainedLayers = trained, ShareBlocks = shares };
        var tint = new MaterialisedTint(configuration, AuxiliaryWeights.Random(configuration.Auxiliary, 1));
        var tensors = tint.Tensors().ToArray();
        Assert.Equal(ParameterCount.WholeModel(configuration), tensors.Sum(static tensor => tensor.Count));
        Assert.Equal(tensors.Length, tensors.Select(static tensor => tensor.Name).Distinct().Count());
        Assert.All(tensors.Where(static tensor => tensor.Count < 10_000), static tensor => Assert.Equal(tensor.Shape, tensor.Materialise().Shape));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Layers_read_what_is_there_and_name_every_output_once(AuxiliaryFamily family, int steps, int trained, bool shares)
    {
        var configuration = TintConfiguration.For(Tiny with { Family = family }) with { SgdSteps = steps, TrainedLayers = trained, ShareBlocks = shares };
        var tint = new MaterialisedTint(configuration, AuxiliaryWeights.Random(configuration.Auxiliary, 1));
        var names = tint.Tensors().Select(static tensor => tensor.Name).ToArray();
        var modules = tint.Modules.ToDictionary(static module => module.Name);
        Check(tint.Layers, [], string.Empty);
        Assert.Contains(tint.Layers, layer => layer.Output == tint.Logits);

        void Check(IReadOnlyList<TransformerLayer> layers, IEnumerable<string> given, string at)
        {
            var known = given.ToHashSet();
            foreach (var layer in layers)
            {
                Assert.Subset(known, layer.Inputs.ToHashSet());
                Assert.True(known.Add(layer.Output), layer.Output);
                Assert.All(layer.Weights, weight => Assert.Contains(names, name => name == at + weight || name.StartsWith($"{at}{weight}", StringComparison.Ordinal)));
                if (layer.Kind == "module")
                {
                    var module = modules[(string)layer.Settings.Single().Value];
                    Assert.Equal(module.Inputs.Count, layer.Inputs.Count);
                    Check(module.Layers, module.Inputs, layer.Weights[0]);
                }
            }
        }
    }

    [Fact]
    public void The_names_are_the_published_ones()
    {
        var configuration = TintConfiguration.For(Tiny);
        var names = new MaterialisedTint(configuration, AuxiliaryWeights.Random(Tiny, 1)).Tensors().Select(static tensor => tensor.Name).ToArray();
        Assert.Contains("Forwardlayer_1.attention_ln.linear.attnt_module.q_attn_head.weight", names);
        Assert.Contains("Forwardlayer_2.trainable_biases.17", names);
        Assert.Contains("Backwardlayer_2_Iter_1.attention_back_descent.linearback_descent.descent.gates.new_v.bias", names);
        Assert.Contains("Gradientmodule.ln_back.backward.normalization_gates.old_v.weight", names);
    }

    [Fact]
    public void A_published_shape_is_described_without_being_written_out()
    {
        var configuration = PublishedShapes.All["gpt2-small"];
        var tint = new MaterialisedTint(configuration, AuxiliaryWeights.Random(configuration.Auxiliary, 1, streamed: true));
        Assert.Equal(1_476_796_914, tint.Tensors().Sum(static tensor => tensor.Count));
    }

    [Fact]
    public void Steps_that_it_is_not_written_out_with_are_refused_and_not_left_out()
    {
        var weights = AuxiliaryWeights.Random(Tiny, 1);
        var wide = TintConfiguration.For(Tiny);
        Refusal.Of(() => new MaterialisedTint(wide.Faithful(), weights), "as published (V1, V9)", "none", "(Preset published or paper)");
        Refusal.Of(
            () => new MaterialisedTint(wide with { Departures = Departures.Paper with { DescentsMasked = false } }, weights), "as published (V1, V9)", "ScorePathDropped", "ConstructedTint");
    }

    [Fact]
    public void Weights_of_another_shape_are_refused()
    {
        var exception = Assert.Throws<RuleViolationException>(
            () => new MaterialisedTint(TintConfiguration.For(Tiny), AuxiliaryWeights.Random(Tiny with { LayerCount = 1 }, 1)));
        Assert.Contains("must be those of the configuration's auxiliary model", exception.Message, StringComparison.Ordinal);
    }
}
