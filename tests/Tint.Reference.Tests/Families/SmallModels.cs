using System.Text.Json;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Families;

namespace Tint.Reference.Tests.Families;

/// <summary>Small models of every family and of every switch of it, with random parameters.</summary>
internal static class SmallModels
{
    public static readonly Dictionary<string, string> Configurations = new()
    {
        ["gpt2"] = """{"model_type":"gpt2","vocab_size":11,"n_positions":9,"n_embd":8,"n_layer":2,"n_head":2,"n_inner":12}""",
        ["gpt2 of a narrow MLP"] = """{"model_type":"gpt2","vocab_size":11,"n_positions":9,"n_embd":8,"n_layer":2,"n_head":2,"n_inner":5}""",
        ["gpt2 by layer, own head"] = """
            {"model_type":"gpt2","vocab_size":11,"n_positions":9,"n_embd":8,"n_layer":2,"n_head":4,"activation_function":"gelu",
             "scale_attn_by_inverse_layer_idx":true,"scale_attn_weights":false,"tie_word_embeddings":false}
            """,
        ["opt"] = Opt(""),
        ["opt post-norm"] = Opt(""","do_layer_norm_before":false"""),
        ["opt projected"] = Opt(""","word_embed_proj_dim":4,"tie_word_embeddings":false"""),
        ["opt post-norm projected"] = Opt(""","do_layer_norm_before":false,"word_embed_proj_dim":4"""),
        ["opt bare"] = Opt(""","enable_bias":false,"layer_norm_elementwise_affine":false,"_remove_final_layer_norm":true"""),
        ["llama"] = Llama("llama", ""),
        ["llama grouped, biases, scaled"] = Llama(
            "llama", ""","num_key_value_heads":1,"attention_bias":true,"mlp_bias":true,"rope_scaling":{"type":"linear","factor":2.0}"""),
        ["llama tied, gelu"] = Llama("llama", ""","tie_word_embeddings":true,"hidden_act":"gelu_pytorch_tanh","num_key_value_heads":2"""),
        ["mistral"] = Llama("mistral", ""","num_key_value_heads":2,"sliding_window":null"""),
        ["qwen2"] = Llama("qwen2", ""","num_key_value_heads":2"""),
        ["gpt_neox"] = NeoX(""","rotary_pct":0.5"""),
        ["gpt_neox sequential"] = NeoX(""","rotary_pct":1.0,"use_parallel_residual":false,"attention_bias":false,"tie_word_embeddings":true"""),
        ["gptj"] = GptJ(""),
        ["gptj tied"] = GptJ(""","tie_word_embeddings":true,"activation_function":"quick_gelu" """),
        ["bloom"] = """{"model_type":"bloom","vocab_size":11,"hidden_size":8,"n_layer":2,"n_head":2}""",
        ["bloom three heads, behind norms"] = """
            {"model_type":"bloom","vocab_size":11,"hidden_size":12,"n_layer":2,"n_head":3,"apply_residual_connection_post_layernorm":true,
             "tie_word_embeddings":false}
            """,
        ["gpt_bigcode"] = BigCode(""),
        ["gpt_bigcode all heads, own head"] = BigCode(""","multi_query":false,"scale_attn_weights":false,"tie_word_embeddings":false"""),
        ["t5"] = T5(""","feed_forward_proj":"relu" """),
        ["t5 gated"] = T5(""","feed_forward_proj":"gated-gelu","tie_word_embeddings":false"""),
        ["t5 silu"] = T5(""","feed_forward_proj":"gated-silu","num_decoder_layers":1"""),
        ["t5 of full heads"] = T5(""","feed_forward_proj":"relu" """, headSize: 4),
        ["t5 of full heads, gated"] = T5(""","feed_forward_proj":"gated-gelu","tie_word_embeddings":false,"num_layers":1,"num_decoder_layers":2""", headSize: 4),
    };

    public static FamilyConfiguration Read(string name)
    {
        using var document = JsonDocument.Parse(Configurations[name]);
        return FamilyCatalogue.Read(document.RootElement);
    }

    public static ParameterSet Parameters(FamilyConfiguration model, int seed)
    {
        var (random, parameters) = (new Random(seed), new ParameterSet());
        foreach (var tensor in model.Tensors())
        {
            var isNorm = tensor.Shape.Count == 1 && tensor.Name.EndsWith("weight", StringComparison.Ordinal);
            foreach (var (place, rows, columns) in tensor.Parts)
            {
                parameters.Set(place, Matrix<double>.Build.Dense(
                    rows, columns, (_, _) => (isNorm ? 1 : 0) + (0.6 * (random.NextDouble() - 0.5))));
            }
        }

        return parameters;
    }

    public static FamilyInput Input(FamilyConfiguration model, int seed)
    {
        var random = new Random(seed);
        int[] Ids(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(2, model.VocabularySize))];
        return new FamilyInput(Ids(7), model.ModelType == "t5" ? Ids(6) : null);
    }

    private static string Opt(string rest) => $$"""
        {"model_type":"opt","vocab_size":11,"hidden_size":8,"num_hidden_layers":2,"ffn_dim":12,"num_attention_heads":2,
         "max_position_embeddings":9,"activation_function":"gelu"{{rest}}}
        """;

    private static string Llama(string type, string rest) => $$"""
        {"model_type":"{{type}}","vocab_size":11,"hidden_size":8,"intermediate_size":10,"num_hidden_layers":2,"num_attention_heads":2,
         "max_position_embeddings":9{{rest}}}
        """;

    private static string NeoX(string rest) => $$"""
        {"model_type":"gpt_neox","vocab_size":11,"hidden_size":8,"num_hidden_layers":2,"num_attention_heads":2,"intermediate_size":12,
         "max_position_embeddings":9{{rest}}}
        """;

    private static string GptJ(string rest) => $$"""
        {"model_type":"gptj","vocab_size":11,"n_positions":9,"n_embd":8,"n_layer":2,"n_head":2,"rotary_dim":2{{rest}}}
        """;

    private static string BigCode(string rest) => $$"""
        {"model_type":"gpt_bigcode","vocab_size":11,"n_positions":9,"n_embd":8,"n_layer":2,"n_head":2,"n_inner":12{{rest}}}
        """;

    private static string T5(string rest, int headSize = 3) => $$"""
        {"model_type":"t5","vocab_size":11,"d_model":8,"d_kv":{{headSize}},"d_ff":10,{{(rest.Contains("num_layers", StringComparison.Ordinal) ? "" : "\"num_layers\":2,")}}"num_heads":2,
         "relative_attention_num_buckets":8,"relative_attention_max_distance":6{{rest}}}
        """;
}
