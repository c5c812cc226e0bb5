namespace Tint.Reference.Families.T5;

/// <summary>The fields that say sizes, and the published sizes of T5.</summary>
internal static class T5Sizes
{
    /// <summary>By name; each is what the model's <c>config.json</c> says beyond the family's defaults.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["small"] = """{"model_type":"t5","d_model":512,"d_kv":64,"d_ff":2048,"num_layers":6,"num_heads":8}""",
        ["base"] = """{"model_type":"t5","d_model":768,"d_kv":64,"d_ff":3072,"num_layers":12,"num_heads":12}""",
        ["large"] = """{"model_type":"t5","d_model":1024,"d_kv":64,"d_ff":4096,"num_layers":24,"num_heads":16}""",
        ["v1.1-small"] = """{"model_type":"t5","d_model":512,"d_kv":64,"d_ff":1024,"num_layers":8,"num_heads":6,"feed_forward_proj":"gated-gelu","tie_word_embeddings":false}""",
        ["v1.1-base"] = """{"model_type":"t5","d_model":768,"d_kv":64,"d_ff":2048,"num_layers":12,"num_heads":12,"feed_forward_proj":"gated-gelu","tie_word_embeddings":false}""",
        ["v1.1-large"] = """{"model_type":"t5","d_model":1024,"d_kv":64,"d_ff":2816,"num_layers":24,"num_heads":16,"feed_forward_proj":"gated-gelu","tie_word_embeddings":false}""",
        ["v1.1-xl"] = """{"model_type":"t5","d_model":2048,"d_kv":64,"d_ff":5120,"num_layers":24,"num_heads":32,"feed_forward_proj":"gated-gelu","tie_word_embeddings":false}""",
        ["v1.1-xxl"] = """{"model_type":"t5","d_model":4096,"d_kv":64,"d_ff":10240,"num_layers":24,"num_heads":64,"feed_forward_proj":"gated-gelu","tie_word_embeddings":false}""",
        ["3b"] = """{"model_type":"t5","d_model":1024,"d_kv":128,"d_ff":16384,"num_layers":24,"num_heads":32}""",
        ["11b"] = """{"model_type":"t5","d_model":1024,"d_kv":128,"d_ff":65536,"num_layers":24,"num_heads":128}""",
    };

    /// <summary>How a <c>config.json</c> of the family says sizes, and its switches.</summary>
    public static FamilyFields Fields { get; } = new()
    {
        Architectures = [("t5", "T5ForConditionalGeneration")],
        Stacks = 2,
        Sizes = static size => $$"""{"d_model":{{size.Width}},"d_kv":{{size.HeadSize}},"d_ff":{{size.Inner}},"num_layers":{{size.Layers}},"num_decoder_layers":{{size.Layers}},"num_heads":{{size.Heads}}}""",
        Small = static size => $$"""{"n_positions":{{size.Positions}},"relative_attention_num_buckets":8,"relative_attention_max_distance":20,"feed_forward_proj":"relu"}""",
        Trained = static size => $$"""{"decoder_start_token_id":{{size.Vocabulary - 1}},"pad_token_id":{{size.Vocabulary - 1}}}""",
        Choices = static _ => [("feed_forward_proj", ["\"relu\"", "\"gated-gelu\"", "\"gated-silu\""]), ("relative_attention_max_distance", ["6", "20"])],
        Variants = [("gated", "a gated MLP and a head of its own", """{"feed_forward_proj":"gated-gelu","tie_word_embeddings":false}""")],
    };
}
