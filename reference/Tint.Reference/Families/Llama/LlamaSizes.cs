namespace Tint.Reference.Families.Llama;

/// <summary>The fields that say sizes, and the published sizes of LLaMA, and of what differs from it by numbers.</summary>
internal static class LlamaSizes
{
    /// <summary>By name; each is what the model's <c>config.json</c> says beyond the family's defaults.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["1-7b"] = """{"model_type":"llama","hidden_size":4096,"intermediate_size":11008,"num_hidden_layers":32,"num_attention_heads":32,"vocab_size":32000,"max_position_embeddings":2048}""",
        ["1-13b"] = """{"model_type":"llama","hidden_size":5120,"intermediate_size":13824,"num_hidden_layers":40,"num_attention_heads":40,"vocab_size":32000,"max_position_embeddings":2048}""",
        ["1-30b"] = """{"model_type":"llama","hidden_size":6656,"intermediate_size":17920,"num_hidden_layers":60,"num_attention_heads":52,"vocab_size":32000,"max_position_embeddings":2048}""",
        ["1-65b"] = """{"model_type":"llama","hidden_size":8192,"intermediate_size":22016,"num_hidden_layers":80,"num_attention_heads":64,"vocab_size":32000,"max_position_embeddings":2048,"rms_norm_eps":1e-5}""",
        ["7b"] = """{"model_type":"llama","hidden_size":4096,"intermediate_size":11008,"num_hidden_layers":32,"num_attention_heads":32,"vocab_size":32000,"max_position_embeddings":4096,"rms_norm_eps":1e-5}""",
        ["13b"] = """{"model_type":"llama","hidden_size":5120,"intermediate_size":13824,"num_hidden_layers":40,"num_attention_heads":40,"vocab_size":32000,"max_position_embeddings":4096,"rms_norm_eps":1e-5}""",
        ["70b"] = """{"model_type":"llama","hidden_size":8192,"intermediate_size":28672,"num_hidden_layers":80,"num_attention_heads":64,"vocab_size":32000,"max_position_embeddings":4096,"num_key_value_heads":8,"rms_norm_eps":1e-5}""",
        ["3-8b"] = """{"model_type":"llama","hidden_size":4096,"intermediate_size":14336,"num_hidden_layers":32,"num_attention_heads":32,"vocab_size":128256,"max_position_embeddings":8192,"num_key_value_heads":8,"rope_theta":500000.0,"rms_norm_eps":1e-5}""",
        ["3-70b"] = """{"model_type":"llama","hidden_size":8192,"intermediate_size":28672,"num_hidden_layers":80,"num_attention_heads":64,"vocab_size":128256,"max_position_embeddings":8192,"num_key_value_heads":8,"rope_theta":500000.0,"rms_norm_eps":1e-5}""",
        ["mistral-7b"] = """{"model_type":"mistral","hidden_size":4096,"intermediate_size":14336,"num_hidden_layers":32,"num_attention_heads":32,"vocab_size":32000,"max_position_embeddings":32768,"num_key_value_heads":8,"rope_theta":1000000.0,"rms_norm_eps":1e-5,"sliding_window":null}""",
        ["qwen2-0.5b"] = """{"model_type":"qwen2","hidden_size":896,"intermediate_size":4864,"num_hidden_layers":24,"num_attention_heads":14,"vocab_size":151936,"max_position_embeddings":32768,"num_key_value_heads":2,"rope_theta":1000000.0,"tie_word_embeddings":true}""",
        ["qwen2-1.5b"] = """{"model_type":"qwen2","hidden_size":1536,"intermediate_size":8960,"num_hidden_layers":28,"num_attention_heads":12,"vocab_size":151936,"max_position_embeddings":32768,"num_key_value_heads":2,"rope_theta":1000000.0,"tie_word_embeddings":true}""",
        ["qwen2-7b"] = """{"model_type":"qwen2","hidden_size":3584,"intermediate_size":18944,"num_hidden_layers":28,"num_attention_heads":28,"vocab_size":152064,"max_position_embeddings":32768,"num_key_value_heads":4,"rope_theta":1000000.0}""",
        ["qwen2-72b"] = """{"model_type":"qwen2","hidden_size":8192,"intermediate_size":29568,"num_hidden_layers":80,"num_attention_heads":64,"vocab_size":152064,"max_position_embeddings":32768,"num_key_value_heads":8,"rope_theta":1000000.0,"rms_norm_eps":1e-5}""",
    };

    /// <summary>How a <c>config.json</c> of the family says sizes, and its switches.</summary>
    public static FamilyFields Fields { get; } = new()
    {
        Architectures = [("llama", "LlamaForCausalLM"), ("mistral", "MistralForCausalLM"), ("qwen2", "Qwen2ForCausalLM")],
        Sizes = static size => $$"""{"hidden_size":{{size.Width}},"intermediate_size":{{size.Inner}},"num_hidden_layers":{{size.Layers}},"num_attention_heads":{{size.Heads}},"max_position_embeddings":{{size.Positions}}}""",
        Small = static _ => """{"rms_norm_eps":1e-5}""",
        Trained = static size => $$"""{"num_key_value_heads":{{size.Heads}}{{(size.ModelType == "mistral" ? ",\"sliding_window\":null" : string.Empty)}}}""",
        Activation = "hidden_act",
        Flags = ["attention_bias", "mlp_bias"],
        Choices = static size => [("num_key_value_heads", ["1", $"{size.Heads}"]), ("rope_theta", ["10000.0", "100.0"])],
        Variants =
        [
            ("one_key_head", "one head of keys and values for all", """{"num_key_value_heads":1}"""),
            ("tied_scaled", "a tied head, biases, positions divided by 2", """{"tie_word_embeddings":true,"attention_bias":true,"mlp_bias":true,"rope_scaling":{"type":"linear","factor":2.0}}"""),
        ],
    };
}
