namespace Tint.Reference.Families.Bloom;

/// <summary>The fields that say sizes, and the published sizes of BLOOM.</summary>
internal static class BloomSizes
{
    /// <summary>By name; each is what the model's <c>config.json</c> says beyond the family's defaults.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["560m"] = """{"model_type":"bloom","n_embed":1024,"n_layer":24,"num_attention_heads":16}""",
        ["1.1b"] = """{"model_type":"bloom","n_embed":1536,"n_layer":24,"num_attention_heads":16}""",
        ["1.7b"] = """{"model_type":"bloom","n_embed":2048,"n_layer":24,"num_attention_heads":16}""",
        ["3b"] = """{"model_type":"bloom","n_embed":2560,"n_layer":30,"num_attention_heads":32}""",
        ["7.1b"] = """{"model_type":"bloom","n_embed":4096,"n_layer":30,"num_attention_heads":32}""",
        ["176b"] = """{"model_type":"bloom","n_embed":14336,"n_layer":70,"num_attention_heads":112}""",
    };

    /// <summary>How a <c>config.json</c> of the family says sizes, and its switches.</summary>
    public static FamilyFields Fields { get; } = new()
    {
        Architectures = [("bloom", "BloomForCausalLM")],
        Sizes = static size => $$"""{"hidden_size":{{size.Width}},"n_layer":{{size.Layers}},"n_head":{{size.Heads}}}""",
        Small = static size => $$"""{"seq_length":{{size.Positions}}}""",
        Flags = ["apply_residual_connection_post_layernorm"],
        Variants = [("behind_norms", "residual connections that start behind the norms", """{"apply_residual_connection_post_layernorm":true}""")],
    };
}
