using System.Globalization;
using System.Text.Json;
using Tint.Fixtures;
using Tint.Fixtures.Safetensors;
using Tint.Reference.Configuration;
using Tint.Reference.Families;

namespace Tint.Oracle.Cases;

/// <summary>Fresh cases of whole models of the families whose models the published code does not have: one step, options once each, and each switch of the family once.</summary>
internal static class FamilySuite
{
    private const int Vocabulary = 50;
    private const int Layers = 2;

    private static readonly (string Name, string Notes, Func<TintConfiguration, TintConfiguration> Change, bool GradientMask)[] Options =
    [
        ("one_step", "one step on all layers", plain => plain, false),
        ("two_steps", "two steps", plain => plain with { SgdSteps = 2 }, false),
        ("top_layer", "only the top layer is trained", plain => plain with { TrainedLayers = 1 }, false),
        ("gradient_mask", "a mask on the targets whose loss counts", plain => plain, true),
        ("quad_loss", "the quadratic loss", plain => plain with { Loss = LossKind.Quad }, false),
        ("layer_norm_full", "the normalisations' weights are trained, not only biases", plain => plain with { LayerNormBiasOnly = false }, false),
        ("exact_gates", "gates of 1", plain => plain with { GateScale = 50 }, false),
    ];

    /// <summary>The switches of each family, as its <c>config.json</c> has them.</summary>
    private static readonly Dictionary<string, (string Name, string Notes, string Fields)[]> Switches = new()
    {
        ["llama"] =
        [
            ("one_key_head", "one head of keys and values for all", ""","num_key_value_heads":1"""),
            ("tied_scaled", "a tied head, biases, positions divided by 2", ""","tie_word_embeddings":true,"attention_bias":true,"mlp_bias":true,"rope_scaling":{"type":"linear","factor":2.0}"""),
        ],
        ["gpt_neox"] = [("sequential", "attention and MLP in turn, not beside each other", ""","use_parallel_residual":false""")],
        ["gptj"] = [("tied", "a tied head", ""","tie_word_embeddings":true""")],
        ["bloom"] = [("behind_norms", "residual connections that start behind the norms", ""","apply_residual_connection_post_layernorm":true""")],
        ["gpt_bigcode"] = [("all_heads", "as many heads of keys as of queries", ""","multi_query":false""")],
        ["t5"] = [("gated", "a gated MLP and a head of its own", ""","feed_forward_proj":"gated-gelu","tie_word_embeddings":false""")],
    };

    /// <summary>The cases of a family.</summary>
    /// <param name="family">The family.</param>
    /// <param name="shape">D, H, K, H_sim and T.</param>
    /// <param name="isOwnShape">Whether the TinT is the one of the family's rule, as where nobody asked for another.</param>
    /// <param name="letter">What is appended to their names; empty for nothing.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="dataType">float64 or float32.</param>
    /// <param name="departures">Whether they are about the published construction or the paper's intent.</param>
    /// <param name="count">How many of the options.</param>
    public static IEnumerable<Func<CaseDraft>> Drafts(
        string family, CaseShape shape, bool isOwnShape, string letter, int seed, string dataType, Departures departures, int count = int.MaxValue)
    {
        foreach (var (name, notes, change, hasMask) in Options.Take(count))
        {
            yield return Draft(name, notes, string.Empty, change, hasMask);
        }

        foreach (var (name, notes, fields) in count < Options.Length ? [] : Switches.GetValueOrDefault(family, []))
        {
            yield return Draft(name, notes, fields, plain => plain, hasMask: false);
        }

        Func<CaseDraft> Draft(string name, string notes, string fields, Func<TintConfiguration, TintConfiguration> change, bool hasMask)
        {
            var json = Config(family, shape, fields);
            using var document = JsonDocument.Parse(json);
            var model = FamilyCatalogue.Read(document.RootElement);
            var rule = FamilyShape.Of(model);
            var configuration = change((isOwnShape ? rule : rule with
            {
                HiddenSize = AdmissibleShapes.HiddenSize(shape.Width, shape.Prefixes),
                PrefixCount = shape.Prefixes,
                HeadCount = shape.SimulatorHeads,
            }) with
            {
                InnerLearningRate = 0.01,
                GateScale = 10,
                FiniteDifferenceScale = 1000,
                SgdSteps = 1,
                LayerNormBiasOnly = true,
                Departures = departures,
            });
            AdmissibleShapes.Check(configuration);
            (configuration.Auxiliary.Architecture as Reference.Architecture.ModelPlan)?.Check(configuration);
            return () => Of($"TinT.{family}.{name}{letter}", notes, json, model, configuration, hasMask);
        }

        CaseDraft Of(string id, string notes, string json, FamilyConfiguration model, TintConfiguration configuration, bool hasMask)
        {
            var numbers = new PortableNumbers(seed, $"{id} {shape.Text}", dataType == "float32");
            var type = dataType == "float32" ? SafetensorsDataType.F32 : SafetensorsDataType.F64;
            var parameters = new ParameterSet();
            foreach (var (tensor, place, rows, columns) in model.Tensors().SelectMany(tensor => tensor.Parts.Select(part => (tensor, part.Place, part.Rows, part.Columns))))
            {
                parameters.Set(place, tensor.Shape.Count == 1
                    ? numbers.Vector(columns, 0.25, place.EndsWith(".weight", StringComparison.Ordinal) ? 1 : 0).ToRowMatrix()
                    : numbers.Matrix(rows, columns, place.StartsWith("embedding", StringComparison.Ordinal) || place.Contains("buckets", StringComparison.Ordinal) ? 0.5 : 1 / Math.Sqrt(columns)));
            }

            long[] ids = Ids();
            var tensors = new List<SafetensorsTensor> { Integers("input.input_ids", ids), Integers("input.labels", ids), Mask("train_mask") };
            if (hasMask)
            {
                tensors.Add(Mask("gradient_mask"));
            }

            if (model.HasEncoder)
            {
                tensors.Add(Integers("input.encoder_input_ids", Ids()));
            }

            tensors.AddRange(model.Export(parameters).Select(item => new SafetensorsTensor(
                $"input.aux.{item.Key}", type, [.. item.Value.Shape.Select(size => (long)size)], item.Value.Values.ToArray())));
            return new CaseDraft(id, FixtureModules.WholeModel, configuration, [], tensors, dataType, notes) { ModelConfig = json };

            long[] Ids() => [.. Enumerable.Range(0, ModelSuite.Sequences * shape.Tokens).Select(_ => (long)numbers.Below(Vocabulary))];

            SafetensorsTensor Integers(string name, long[] values) => new(name, SafetensorsDataType.I64, [ModelSuite.Sequences, shape.Tokens], values);

            SafetensorsTensor Mask(string name) => new(
                $"input.{name}", type, [ModelSuite.Sequences, shape.Tokens], [.. Enumerable.Range(0, ModelSuite.Sequences).SelectMany(_ => RandomParameters.Mask(numbers, shape.Tokens))]);
        }
    }

    /// <summary>A <c>config.json</c> of a small model, its inner width no multiple of D where the family allows that.</summary>
    private static string Config(string family, CaseShape shape, string fields)
    {
        var (width, heads, inner, positions) = (shape.Width, shape.Heads, (2 * shape.Width) + (shape.Width / 3), Math.Max(16, shape.Tokens));
        var size = width / heads;
        return string.Create(CultureInfo.InvariantCulture, $$"""{"model_type":"{{family}}","vocab_size":{{Vocabulary}},""") + (family switch
        {
            "llama" => Text($"\"hidden_size\":{width},\"intermediate_size\":{inner},\"num_hidden_layers\":{Layers},\"num_attention_heads\":{heads},\"max_position_embeddings\":{positions},\"rms_norm_eps\":1e-5"),
            "gpt_neox" => Text($"\"hidden_size\":{width},\"intermediate_size\":{inner},\"num_hidden_layers\":{Layers},\"num_attention_heads\":{heads},\"max_position_embeddings\":{positions},\"rotary_pct\":{(size % 4 == 0 ? "0.5" : "1.0")}"),
            "gptj" => Text($"\"n_embd\":{width},\"n_layer\":{Layers},\"n_head\":{heads},\"n_positions\":{positions},\"n_inner\":{inner},\"rotary_dim\":{Math.Max(2, size / 4 * 2)}"),
            "bloom" => Text($"\"hidden_size\":{width},\"n_layer\":{Layers},\"n_head\":{heads},\"seq_length\":{positions}"),
            "gpt_bigcode" => Text($"\"n_embd\":{width},\"n_layer\":{Layers},\"n_head\":{heads},\"n_positions\":{positions},\"n_inner\":{inner}"),
            _ => Text($"\"d_model\":{width},\"d_kv\":{size},\"d_ff\":{inner},\"num_layers\":1,\"num_decoder_layers\":1,\"num_heads\":{heads},\"n_positions\":{positions},\"relative_attention_num_buckets\":8,\"relative_attention_max_distance\":20"),
        }) + (family == "t5" && !fields.Contains("feed_forward_proj", StringComparison.Ordinal) ? ",\"feed_forward_proj\":\"relu\"" : string.Empty) + fields + "}";

        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
