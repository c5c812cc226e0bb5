namespace Tint.Reference.Families.Bloom;

/// <summary>The published sizes of BLOOM.</summary>
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
    };
}
