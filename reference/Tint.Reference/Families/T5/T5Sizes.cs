namespace Tint.Reference.Families.T5;

/// <summary>The published sizes of T5.</summary>
internal static class T5Sizes
{
    /// <summary>By name; each is what the model's <c>config.json</c> says beyond the family's defaults.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["small"] = """{"model_type":"t5","d_model":512,"d_kv":64,"d_ff":2048,"num_layers":6,"num_heads":8}""",
        ["base"] = """{"model_type":"t5","d_model":768,"d_kv":64,"d_ff":3072,"num_layers":12,"num_heads":12}""",
        ["large"] = """{"model_type":"t5","d_model":1024,"d_kv":64,"d_ff":4096,"num_layers":24,"num_heads":16}""",
        ["v1.1-base"] = """{"model_type":"t5","d_model":768,"d_kv":64,"d_ff":2048,"num_layers":12,"num_heads":12,"feed_forward_proj":"gated-gelu","tie_word_embeddings":false}""",
        ["v1.1-large"] = """{"model_type":"t5","d_model":1024,"d_kv":64,"d_ff":2816,"num_layers":24,"num_heads":16,"feed_forward_proj":"gated-gelu","tie_word_embeddings":false}""",
        ["3b"] = """{"model_type":"t5","d_model":1024,"d_kv":128,"d_ff":16384,"num_layers":24,"num_heads":32}""",
    };
}
