using System.Text.Json;
using System.Text.Json.Nodes;
using Tint.Reference;
using Tint.Reference.Families;

namespace Tint.Experiments.Training;

/// <summary>The <c>config.json</c> of a small model of any family.</summary>
/// <param name="Family">Its <c>model_type</c>.</param>
/// <param name="VocabularySize">V.</param>
/// <param name="Width">D.</param>
/// <param name="Heads">H.</param>
/// <param name="Layers">L; of an encoder–decoder in each of the two.</param>
/// <param name="Positions">The longest sequence.</param>
public sealed record TrainableConfiguration(string Family, int VocabularySize, int Width, int Heads, int Layers, int Positions)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The families that can be trained.</summary>
    public static IReadOnlyCollection<string> Families => FamilyCatalogue.ModelTypes;

    /// <summary>The file's text.</summary>
    /// <exception cref="RuleViolationException">The family is unknown.</exception>
    public string Text() => Fields().ToJsonString(Indented);

    /// <summary>The model that the text describes.</summary>
    /// <exception cref="RuleViolationException">The family is unknown, or the sizes do not fit it.</exception>
    public FamilyConfiguration Model()
    {
        using var document = JsonDocument.Parse(Text());
        return FamilyCatalogue.Read(document.RootElement);
    }

    private JsonObject Fields()
    {
        var end = VocabularySize - 1;
        var fields = new JsonObject
        {
            ["model_type"] = Family,
            ["architectures"] = new JsonArray(Architecture),
            ["torch_dtype"] = "float32",
            ["vocab_size"] = VocabularySize,
            ["bos_token_id"] = end,
            ["eos_token_id"] = end,
        };
        (string Name, JsonNode Value)[] sizes = Family switch
        {
            "gpt2" => [("n_embd", Width), ("n_head", Heads), ("n_layer", Layers), ("n_positions", Positions), ("activation_function", "gelu_new")],
            "gpt_bigcode" => [("n_embd", Width), ("n_head", Heads), ("n_layer", Layers), ("n_positions", Positions)],
            "gptj" => [("n_embd", Width), ("n_head", Heads), ("n_layer", Layers), ("n_positions", Positions), ("rotary_dim", Even(Width / Heads / 2))],
            "opt" =>
            [
                .. Common("num_hidden_layers", "num_attention_heads"),
                ("ffn_dim", 4 * Width), ("max_position_embeddings", Positions), ("word_embed_proj_dim", Width), ("pad_token_id", end),
            ],
            "gpt_neox" =>
            [
                .. Common("num_hidden_layers", "num_attention_heads"),
                ("intermediate_size", 4 * Width), ("max_position_embeddings", Positions), ("rotary_pct", 0.5),
                ("transformers_version", "4.33.0"),
            ],
            "llama" or "mistral" or "qwen2" =>
            [
                .. Common("num_hidden_layers", "num_attention_heads"),
                ("intermediate_size", 4 * Width), ("max_position_embeddings", Positions), ("num_key_value_heads", Heads),
                .. Family == "mistral" ? [("sliding_window", (JsonNode)null!)] : Array.Empty<(string, JsonNode)>(),
            ],
            "bloom" => Common("n_layer", "n_head"),
            "t5" =>
            [
                ("d_model", Width), ("d_kv", Width / Heads), ("d_ff", 4 * Width), ("num_layers", Layers), ("num_heads", Heads),
                ("decoder_start_token_id", end), ("pad_token_id", end),
            ],
            _ => throw new RuleViolationException(
                "--family must be a family with exact gradients", $"'{Family}'", $"use one of {string.Join(", ", Families)}"),
        };
        foreach (var (name, value) in sizes)
        {
            fields[name] = value;
        }

        return fields;
    }

    private string Architecture => Family switch
    {
        "gpt2" => "GPT2LMHeadModel",
        "gpt_bigcode" => "GPTBigCodeForCausalLM",
        "gptj" => "GPTJForCausalLM",
        "gpt_neox" => "GPTNeoXForCausalLM",
        "opt" => "OPTForCausalLM",
        "bloom" => "BloomForCausalLM",
        "t5" => "T5ForConditionalGeneration",
        "mistral" => "MistralForCausalLM",
        "qwen2" => "Qwen2ForCausalLM",
        _ => "LlamaForCausalLM",
    };

    private (string Name, JsonNode Value)[] Common(string layers, string heads) => [("hidden_size", Width), (layers, Layers), (heads, Heads)];

    private static int Even(int number) => Math.Max(2, number / 2 * 2);
}
