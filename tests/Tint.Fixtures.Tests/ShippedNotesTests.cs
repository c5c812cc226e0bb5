using System.Text.Json.Nodes;
using Tint.Fixtures.Tests.Helpers;

namespace Tint.Fixtures.Tests;

/// <summary>The shipped notes say what the shipped cases hold: each flag stands at exactly the cases that have its property.</summary>
public sealed class ShippedNotesTests(OpenCases open) : IClassFixture<OpenCases>
{
    private static readonly string Shipped = FixtureLocator.FindShipped();
    private static readonly FixtureManifest Manifest = FixtureManifest.Load(Shipped);
    private static readonly FixtureNotes Notes = FixtureNotes.Load(Shipped);

    /// <summary>The modules whose gates G sets; only activation's backward step has none.</summary>
    private static readonly string[] Gated = [.. FixtureModules.All.Where(module => module is not ("ActivationBackward" or FixtureModules.Auxiliary))];

    /// <summary>The modules that take a finite difference, for which N matters.</summary>
    private static readonly string[] Differencing = ["LayerNormBackward", "LayerNormDescentBackward", "ActivationBackward", "TinT"];

    /// <summary>The modules that apply σ.</summary>
    private static readonly string[] Activating = ["ActivationForward", "ActivationBackward", "TinT"];

    /// <summary>The modules with a linear layer's forward or backward step, in which tokens may be restricted to prefixes.</summary>
    private static readonly string[] Restrictable =
    [
        "LinearForward", "LinearBackward", "LinearDescentBackward", "LayerNormForward", "LayerNormBackward", "LayerNormDescentBackward",
        "AttentionForward", "AttentionBackwardDescent", "TinT",
    ];

    /// <summary>The modules that train LayerNorm.</summary>
    private static readonly string[] TrainingLayerNorm = ["LayerNormDescent", "LayerNormDescentBackward", "TinT"];

    /// <summary>The property behind each flag that is not a module's name.</summary>
    private static readonly Dictionary<string, Func<FixtureCase, FixtureTensors, bool>> Properties = new()
    {
        ["fewest_rows"] = (c, _) => Rows(c) == 3,
        ["spare_slot"] = (c, _) => Rows(c) > 3,
        ["one_head_each"] = (c, _) => HasHeads(c) && c.Config.AuxNumHeads * HeadSize(c) == c.Config.AuxHiddenSize,
        ["packed_heads"] = (c, _) => HasHeads(c) && c.Config.AuxNumHeads * HeadSize(c) > c.Config.AuxHiddenSize,
        ["head_widths_differ"] = (c, _) => c.Config.NumPrefixes != HeadSize(c),
        ["distinct_sizes"] = (c, _) =>
            new HashSet<int> { c.Config.NumPrefixes, Rows(c), c.Config.AuxNumHeads, c.Config.NumHeads, HeadSize(c) }.Count == 5,
        ["batch"] = (c, t) => Sequences(c, t) > 1,
        ["single_sequence"] = (c, t) => Sequences(c, t) == 1,
        ["uneven_masks"] = (_, t) => t.HasInput("train_mask") && TrainedTokens(t).Distinct().Count() > 1,
        ["constructed_weights"] = (c, _) => c.Constructed.Count > 0,
        ["gate_leak"] = (c, _) => Gated.Contains(c.Module) && Math.Tanh(c.Config.GateScale) < 1,
        ["exact_gates"] = (c, _) => Gated.Contains(c.Module) && Math.Tanh(c.Config.GateScale) == 1,
        ["retain_output_gradient"] = (c, _) => c.Options.RetainOutputGradient == true,
        ["bias_only"] = (c, _) => c.Options.BiasOnly == true,
        ["icl_mask"] = (_, t) => t.HasInput("icl_mask"),
        ["relu"] = (c, _) => Activating.Contains(c.Module) && c.Config.Activation == "relu",
        ["gelu"] = (c, _) => Activating.Contains(c.Module) && c.Config.Activation == "gelu",
        ["gelu_new"] = (c, _) => Activating.Contains(c.Module) && c.Config.Activation == "gelu_new",
        ["small_step"] = (c, _) => Differencing.Contains(c.Module) && c.Config.FiniteDifferenceScale > 1000,
        ["unrestricted"] = (c, _) => Restrictable.Contains(c.Module) && !c.Config.RestrictPrefixes,
        ["layer_norm_weights"] = (c, _) => TrainingLayerNorm.Contains(c.Module) && !c.Config.LayerNormBiasOnly,
        ["ignored_option"] = (c, _) =>
            (!Activating.Contains(c.Module) && c.Config.Activation != "gelu_new")
            || (!Differencing.Contains(c.Module) && c.Config.FiniteDifferenceScale > 1000)
            || (!Restrictable.Contains(c.Module) && !c.Config.RestrictPrefixes)
            || (!TrainingLayerNorm.Contains(c.Module) && !c.Config.LayerNormBiasOnly)
            || (!Gated.Contains(c.Module) && Math.Tanh(c.Config.GateScale) == 1),
        ["gpt2"] = (c, _) => c.Config.Family == "gpt2",
        ["opt"] = (c, _) => c.Config.Family == "opt",
        ["mlp_bias_per_chunk"] = (c, t) => Whole(c) && TrainedTokens(t).Any(count => count > 0),
        ["several_steps"] = (c, _) => Whole(c) && c.Config.NumSgdSteps > 1,
        ["top_layers_only"] = (c, _) => Whole(c) && c.Config.NumTrainedLayers < c.Config.AuxNumLayers,
        ["quad_loss"] = (c, _) => Whole(c) && c.Config.Loss == "quad",
        ["mean_embedding_loss"] = (c, _) => Whole(c) && c.Config.Loss == "mean_embedding",
        ["gradient_mask"] = (_, t) => t.HasInput("gradient_mask"),
        ["train_on_all"] = (c, t) => Whole(c) && t.Input("train_mask").Values.All(value => value == 1),
        ["no_training"] = (c, t) => Whole(c) && t.Input("train_mask").Values.All(value => value == 0),
        ["first_position_only"] = (c, t) => Whole(c) && TrainedTokens(t).Any(count => count > 0)
            && t.Input("train_mask") is var mask && mask.Values.Chunk(mask.Shape[1]).All(row => row.Skip(2).All(value => value == 0)),
        ["no_attention_backward"] = (c, _) => Whole(c) && !c.Config.BackpropThroughAttention,
        ["separate_blocks"] = (c, _) => c.Id.EndsWith(".separate_blocks", StringComparison.Ordinal),
        ["many_layers"] = (c, _) => Whole(c) && c.Config.AuxNumLayers >= 4,
        ["float32"] = (c, _) => c.DataType == "float32",
        ["long_sequence"] = (c, t) => Whole(c) && t.Input("input_ids").Shape[1] > 256,
        ["icl_mask_above_diagonal"] = (_, t) => t.HasInput("icl_mask") && t.Input("icl_mask") is var mask
            && Enumerable.Range(0, mask.Values.Length).Any(i => i % mask.Shape[2] > i / mask.Shape[2] % mask.Shape[1] && mask.Values[i] != 0),
        ["several_options"] = (c, t) => Whole(c) && new[]
        {
            c.Config.Loss != "cross_entropy", t.HasInput("gradient_mask"), t.HasInput("icl_mask"), !c.Config.LayerNormBiasOnly, c.Config.NumSgdSteps > 1,
        }.Count(isSet => isSet) > 1,
        ["trace"] = (c, _) => c.Expected.Any(name => name.StartsWith("trace.", StringComparison.Ordinal)),
        ["autograd"] = (_, t) => t.HasExpected("true.loss"),
    };

    public static TheoryData<string> Flags => [.. Notes.Flags.Keys];

    [Fact]
    public void Every_case_has_a_flag_and_every_note_a_case()
    {
        Assert.All(Manifest.Cases, fixture => Assert.NotEmpty(Notes.Of(fixture.Id)));
        Assert.Equal(Manifest.Cases.Select(fixture => fixture.Id), Notes.CaseIds);
    }

    [Theory]
    [MemberData(nameof(Flags))]
    public void Stands_at_exactly_the_cases_that_have_its_property(string flag)
    {
        var property = Properties.GetValueOrDefault(flag) ?? ((c, _) => ModuleFlag(c.Module) == flag);
        var expected = open.Cases.Where(pair => property(pair.Case, pair.Tensors)).Select(pair => pair.Case.Id).ToArray();
        Assert.NotEmpty(expected);
        Assert.Equal(expected, Notes.CaseIds.Where(id => Notes.Of(id).Any(note => note.Name == flag)));
    }

    [Fact]
    public void Every_module_and_every_property_has_a_flag()
    {
        var expected = FixtureModules.All.Where(module => module != FixtureModules.Auxiliary).Select(ModuleFlag).Concat(Properties.Keys);
        Assert.Equal(expected.Order(StringComparer.Ordinal), Notes.Flags.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Keeps_to_its_schema()
    {
        var notes = JsonNode.Parse(File.ReadAllText(Path.Combine(Shipped, FixtureNotes.FileName)))!;
        Assert.True(new Schema("notes.schema.json").Accepts(notes));
    }

    [Fact]
    public void The_README_repeats_them()
    {
        var rows = File.ReadLines(Path.Combine(Shipped, "README.md"))
            .SkipWhile(line => line != "## Notes")
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        var expected = Notes.Flags.Values.Select(flag =>
            $"| `{flag.Name}` | {Notes.CaseIds.Count(id => Notes.Of(id).Contains(flag))} | {flag.Bug} |");
        Assert.Equal(expected, rows);
    }

    private static string ModuleFlag(string module) => module == FixtureModules.WholeModel
        ? "whole_model"
        : string.Concat(module.Select((letter, i) => char.IsUpper(letter) ? $"{(i > 0 ? "_" : string.Empty)}{char.ToLowerInvariant(letter)}" : $"{letter}"));

    private static bool Whole(FixtureCase fixture) => fixture.Module == FixtureModules.WholeModel;

    private static bool HasHeads(FixtureCase fixture) => Whole(fixture) || fixture.Module.StartsWith("Attention", StringComparison.Ordinal);

    private static int Rows(FixtureCase fixture) => fixture.Config.AuxHiddenSize / fixture.Config.NumPrefixes;

    private static int HeadSize(FixtureCase fixture) => fixture.Config.HiddenSize / fixture.Config.NumHeads;

    private static int Sequences(FixtureCase fixture, FixtureTensors tensors) =>
        tensors.Input(Whole(fixture) ? "input_ids" : "hidden_states").Shape[0];

    private static IEnumerable<double> TrainedTokens(FixtureTensors tensors)
    {
        var mask = tensors.Input("train_mask");
        return mask.Values.Chunk(mask.Shape[1]).Select(row => row.Sum());
    }
}
