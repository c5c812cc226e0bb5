using System.Text.Json;
using System.Text.Json.Nodes;
using Tint.Fixtures.Tests.Helpers;

namespace Tint.Fixtures.Tests;

/// <summary>The shipped auxiliary models: files as listed, notes that say what they hold.</summary>
public sealed class AuxiliaryCasesTests
{
    private static readonly string Shipped = Path.Combine(FixtureLocator.FindShipped(), FixtureLocator.AuxiliaryFolder);
    private static readonly FixtureManifest Manifest = FixtureManifest.Load(Shipped);
    private static readonly FixtureNotes Notes = FixtureNotes.Load(Shipped);

    /// <summary>The property behind each flag, read from the model's configuration.</summary>
    private static readonly Dictionary<string, Func<Model, bool>> Properties = new()
    {
        ["autograd_truth"] = _ => true,
        ["rms_norm"] = model => model.Is("llama", "t5"),
        ["gated_mlp"] = model => model.Is("llama") || model.Text("feed_forward_proj").StartsWith("gated", StringComparison.Ordinal),
        ["grouped_queries"] = model => (model.Number("num_key_value_heads") is { } heads && heads != model.Number("num_attention_heads"))
            || (model.Is("gpt_bigcode") && model.Flag("multi_query") != false),
        ["inner_not_a_multiple"] = model => model.Is("llama") && model.Number("intermediate_size") % model.Number("hidden_size") != 0,
        ["tied_head"] = model => model.IsTied,
        ["own_head"] = model => !model.IsTied,
        ["head_bias"] = model => model.Is("gptj"),
        ["rotation_halves"] = model => model.Is("llama", "gpt_neox"),
        ["rotation_interleaved"] = model => model.Is("gptj"),
        ["rotation_of_a_part"] = model => model.Is("gptj") || model.Number("rotary_pct") < 1,
        ["rotation_base"] = model => model.Number("rope_theta") is { } theta && theta != 10000,
        ["tables_in_half"] = model => model.Is("gpt_neox") && model.Text("transformers_version").Length == 0,
        ["parallel_residual"] = model => model.Is("gptj") || model.Flag("use_parallel_residual") == true,
        ["sequential_residual"] = model => model.Flag("use_parallel_residual") == false,
        ["fused_by_head"] = model => model.Is("gpt_neox", "bloom") || model.Flag("multi_query") == false,
        ["fused_of_one_head"] = model => model.Is("gpt_bigcode") && model.Flag("multi_query") != false,
        ["alibi"] = model => model.Is("bloom"),
        ["alibi_six_heads"] = model => model.Is("bloom") && model.Number("n_head") == 6,
        ["gelu_constant"] = model => model.Is("bloom") || model.Text("hidden_act") == "gelu_fast",
        ["embedding_norm"] = model => model.Is("bloom"),
        ["post_norm"] = model => model.Flag("do_layer_norm_before") == false,
        ["projected"] = model => model.Number("word_embed_proj_dim") is { } width && width != model.Number("hidden_size"),
        ["no_biases_no_affine"] = model => model.Flag("enable_bias") == false,
        ["scores_by_layer"] = model => model.Flag("scale_attn_by_inverse_layer_idx") == true,
        ["relative_buckets"] = model => model.Is("t5"),
        ["cross_attention"] = model => model.Is("t5"),
        ["no_score_scale"] = model => model.Is("t5"),
        ["padding"] = model => model.Number("pad_token_id") > 1,
        ["scaled_head"] = model => model.Is("t5") && model.IsTied,
    };

    public static TheoryData<string> Flags => [.. Notes.Flags.Keys];

    [Fact]
    public void Every_case_opens_and_every_file_is_listed()
    {
        foreach (var fixture in Manifest.Cases)
        {
            using var tensors = fixture.Open();
            Assert.True(fixture.IsAuxiliary);
            Assert.All(tensors.ExpectedNames, name => Assert.All(tensors.Expected(name).Values, value => Assert.True(double.IsFinite(value))));
        }

        var files = Directory.GetFiles(Path.Combine(Shipped, FixtureCase.CasesFolder)).Select(Path.GetFileName);
        Assert.Equal(Manifest.Cases.Select(fixture => fixture.File).Order(StringComparer.Ordinal), files.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Flags))]
    public void A_note_stands_at_exactly_the_cases_that_have_its_property(string flag)
    {
        var expected = Manifest.Cases.Where(fixture => Properties[flag](new Model(fixture.ModelConfig!))).Select(fixture => fixture.Id).ToArray();

        Assert.NotEmpty(expected);
        Assert.Equal(expected, Notes.CaseIds.Where(id => Notes.Of(id).Any(note => note.Name == flag)));
    }

    [Fact]
    public void Every_property_has_a_note() => Assert.Equal(Properties.Keys, Notes.Flags.Keys);

    [Theory]
    [InlineData(FixtureManifest.FileName, "manifest.schema.json")]
    [InlineData(FixtureNotes.FileName, "notes.schema.json")]
    public void Its_files_keep_to_their_schemas(string file, string schema) =>
        Assert.True(new Schema(schema).Accepts(JsonNode.Parse(File.ReadAllText(Path.Combine(Shipped, file)))!));

    [Fact]
    public void The_README_repeats_the_notes()
    {
        var rows = File.ReadLines(Path.Combine(Shipped, "README.md")).SkipWhile(line => line != "## Notes")
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal));

        Assert.Equal(
            Notes.Flags.Values.Select(flag => $"| `{flag.Name}` | {Notes.CaseIds.Count(id => Notes.Of(id).Contains(flag))} | {flag.Bug} |"), rows);
    }

    [Theory]
    [InlineData("\"hf_config\":", "\"config\":", "must have")]
    [InlineData("\"module\": \"Auxiliary\"", "\"module\": \"TinT\"", "module TinT with 'hf_config'")]
    [InlineData("\"rms_norm_eps\": 1e-06", "\"rms_norm_eps\": 1e-05", "hf_config")]
    [InlineData("\"learning_rate\": 0.005", "\"learning_rate\": 0.006", "options")]
    [InlineData("\"not_updated\": [", "\"not_updated\": [\"x\",", "options")]
    public void A_manifest_that_says_something_else_than_the_file_is_refused(string text, string replacement, string named)
    {
        using var directory = new TemporaryDirectory();
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(Shipped, FixtureManifest.FileName)))!;
        var options = new JsonSerializerOptions { WriteIndented = true };
        var first = manifest["cases"]!.AsArray().First(item => (string)item!["id"]! == "Auxiliary.llama")!.ToJsonString(options);
        File.WriteAllText(
            directory.File(FixtureManifest.FileName),
            $$"""{"format":1,"source":"","cases":[{{first.Replace("0.000001", "1e-06", StringComparison.Ordinal).Replace(text, replacement, StringComparison.Ordinal)}}]}""");
        File.Copy(Path.Combine(Shipped, FixtureCase.CasesFolder, "Auxiliary.llama.safetensors"), directory.File("Auxiliary.llama.safetensors"));

        var refusal = Assert.Throws<FixtureException>(() => FixtureManifest.Load(directory.Path).Cases[0].Open().Dispose());

        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }

    private sealed class Model
    {
        private readonly JsonObject _config;

        public Model(string config) => _config = JsonNode.Parse(config)!.AsObject();

        public bool IsTied => Flag("tie_word_embeddings") ?? Is("gpt2", "opt", "bloom", "t5");

        public bool Is(params string[] families) => families.Contains(Text("model_type"));

        public string Text(string name) => _config[name]?.GetValue<string>() ?? string.Empty;

        public double? Number(string name) => _config[name]?.GetValue<double>();

        public bool? Flag(string name) => _config[name]?.GetValue<bool>();
    }
}
