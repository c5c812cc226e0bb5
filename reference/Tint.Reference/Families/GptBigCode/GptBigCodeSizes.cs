namespace Tint.Reference.Families.GptBigCode;

/// <summary>The fields that say sizes, and the published sizes of GPT-BigCode: SantaCoder, and StarCoder as StarCoderBase has them.</summary>
internal static class GptBigCodeSizes
{
    /// <summary>By name; each is what the model's <c>config.json</c> says beyond the family's defaults.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["santacoder"] = """{"model_type":"gpt_bigcode","n_embd":2048,"n_layer":24,"n_head":16,"n_inner":8192,"n_positions":2048,"vocab_size":49280}""",
        ["starcoder-1b"] = """{"model_type":"gpt_bigcode","n_embd":2048,"n_layer":24,"n_head":16,"n_inner":8192,"n_positions":8192,"vocab_size":49152}""",
        ["starcoder-3b"] = """{"model_type":"gpt_bigcode","n_embd":2816,"n_layer":36,"n_head":22,"n_inner":11264,"n_positions":8192,"vocab_size":49152}""",
        ["starcoder-7b"] = """{"model_type":"gpt_bigcode","n_embd":4096,"n_layer":42,"n_head":32,"n_inner":16384,"n_positions":8192,"vocab_size":49152}""",
        ["starcoder-15b"] = """{"model_type":"gpt_bigcode","n_embd":6144,"n_layer":40,"n_head":48,"n_inner":24576,"n_positions":8192,"vocab_size":49152}""",
    };

    /// <summary>How a <c>config.json</c> of the family says sizes, and its switches.</summary>
    public static FamilyFields Fields { get; } = new()
    {
        Architectures = [("gpt_bigcode", "GPTBigCodeForCausalLM")],
        Sizes = static size => $$"""{"n_embd":{{size.Width}},"n_layer":{{size.Layers}},"n_head":{{size.Heads}},"n_positions":{{size.Positions}},"n_inner":{{size.Inner}}}""",
        Activation = "activation_function",
        Flags = ["multi_query", "scale_attn_weights"],
        Variants = [("all_heads", "as many heads of keys as of queries", """{"multi_query":false}""")],
    };
}
