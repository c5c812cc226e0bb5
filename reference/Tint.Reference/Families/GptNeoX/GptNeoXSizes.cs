namespace Tint.Reference.Families.GptNeoX;

/// <summary>The fields that say sizes, and the published sizes of Pythia, and GPT-NeoX itself.</summary>
internal static class GptNeoXSizes
{
    /// <summary>By name; each is what the model's <c>config.json</c> says beyond the family's defaults.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["70m"] = """{"model_type":"gpt_neox","hidden_size":512,"intermediate_size":2048,"num_hidden_layers":6,"num_attention_heads":8,"vocab_size":50304}""",
        ["160m"] = """{"model_type":"gpt_neox","hidden_size":768,"intermediate_size":3072,"num_hidden_layers":12,"num_attention_heads":12,"vocab_size":50304}""",
        ["410m"] = """{"model_type":"gpt_neox","hidden_size":1024,"intermediate_size":4096,"num_hidden_layers":24,"num_attention_heads":16,"vocab_size":50304}""",
        ["1b"] = """{"model_type":"gpt_neox","hidden_size":2048,"intermediate_size":8192,"num_hidden_layers":16,"num_attention_heads":8,"vocab_size":50304}""",
        ["1.4b"] = """{"model_type":"gpt_neox","hidden_size":2048,"intermediate_size":8192,"num_hidden_layers":24,"num_attention_heads":16,"vocab_size":50304}""",
        ["2.8b"] = """{"model_type":"gpt_neox","hidden_size":2560,"intermediate_size":10240,"num_hidden_layers":32,"num_attention_heads":32,"vocab_size":50304}""",
        ["6.9b"] = """{"model_type":"gpt_neox","hidden_size":4096,"intermediate_size":16384,"num_hidden_layers":32,"num_attention_heads":32,"vocab_size":50432}""",
        ["12b"] = """{"model_type":"gpt_neox","hidden_size":5120,"intermediate_size":20480,"num_hidden_layers":36,"num_attention_heads":40,"vocab_size":50688}""",
        ["20b"] = """{"model_type":"gpt_neox","hidden_act":"gelu_fast"}""",
    };

    /// <summary>How a <c>config.json</c> of the family says sizes, and its switches.</summary>
    public static FamilyFields Fields { get; } = new()
    {
        Architectures = [("gpt_neox", "GPTNeoXForCausalLM")],
        Sizes = static size => $$"""{"hidden_size":{{size.Width}},"intermediate_size":{{size.Inner}},"num_hidden_layers":{{size.Layers}},"num_attention_heads":{{size.Heads}},"max_position_embeddings":{{size.Positions}},"rotary_pct":{{(size.HeadSize % 4 == 0 ? "0.5" : "1.0")}}}""",
        Trained = static _ => """{"transformers_version":"4.33.0"}""",
        Activation = "hidden_act",
        Flags = ["use_parallel_residual", "attention_bias"],
        Variants = [("sequential", "attention and MLP in turn, not beside each other", """{"use_parallel_residual":false}""")],
    };
}
