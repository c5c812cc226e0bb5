namespace Tint.Reference.Families.Opt;

/// <summary>The fields that say sizes, and the published sizes of OPT.</summary>
internal static class OptSizes
{
    /// <summary>By name; each is what the model's <c>config.json</c> says beyond the family's defaults.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["125m"] = """{"model_type":"opt","hidden_size":768,"ffn_dim":3072,"num_hidden_layers":12,"num_attention_heads":12}""",
        ["350m"] = """{"model_type":"opt","hidden_size":1024,"ffn_dim":4096,"num_hidden_layers":24,"num_attention_heads":16,"word_embed_proj_dim":512,"do_layer_norm_before":false}""",
        ["1.3b"] = """{"model_type":"opt","hidden_size":2048,"ffn_dim":8192,"num_hidden_layers":24,"num_attention_heads":32}""",
        ["2.7b"] = """{"model_type":"opt","hidden_size":2560,"ffn_dim":10240,"num_hidden_layers":32,"num_attention_heads":32}""",
        ["6.7b"] = """{"model_type":"opt","hidden_size":4096,"ffn_dim":16384,"num_hidden_layers":32,"num_attention_heads":32}""",
        ["13b"] = """{"model_type":"opt","hidden_size":5120,"ffn_dim":20480,"num_hidden_layers":40,"num_attention_heads":40}""",
        ["30b"] = """{"model_type":"opt","hidden_size":7168,"ffn_dim":28672,"num_hidden_layers":48,"num_attention_heads":56}""",
        ["66b"] = """{"model_type":"opt","hidden_size":9216,"ffn_dim":36864,"num_hidden_layers":64,"num_attention_heads":72}""",
    };

    /// <summary>How a <c>config.json</c> of the family says sizes, and its switches.</summary>
    public static FamilyFields Fields { get; } = new()
    {
        Architectures = [("opt", "OPTForCausalLM")],
        Sizes = static size => $$"""{"hidden_size":{{size.Width}},"num_hidden_layers":{{size.Layers}},"num_attention_heads":{{size.Heads}},"ffn_dim":{{size.Inner}},"max_position_embeddings":{{size.Positions}},"word_embed_proj_dim":{{size.Width}},"pad_token_id":null}""",
        Activation = "activation_function",
        Flags = ["do_layer_norm_before", "enable_bias", "layer_norm_elementwise_affine"],
        Choices = static size => [("word_embed_proj_dim", [$"{size.Width}", $"{size.Width - 3}"])],
    };
}
