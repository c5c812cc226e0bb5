namespace Tint.Reference.Families.Opt;

/// <summary>The published sizes of OPT.</summary>
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
    };
}
