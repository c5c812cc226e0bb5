namespace Tint.Reference.Families.Gpt2;

/// <summary>The fields that say sizes, and the published sizes of GPT-2.</summary>
internal static class Gpt2Sizes
{
    /// <summary>By name; each is what the model's <c>config.json</c> says beyond the family's defaults.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["small"] = """{"model_type":"gpt2","n_embd":768,"n_layer":12,"n_head":12}""",
        ["medium"] = """{"model_type":"gpt2","n_embd":1024,"n_layer":24,"n_head":16}""",
        ["large"] = """{"model_type":"gpt2","n_embd":1280,"n_layer":36,"n_head":20}""",
        ["xl"] = """{"model_type":"gpt2","n_embd":1600,"n_layer":48,"n_head":25}""",
    };

    /// <summary>How a <c>config.json</c> of the family says sizes, and its switches.</summary>
    public static FamilyFields Fields { get; } = new()
    {
        Architectures = [("gpt2", "GPT2LMHeadModel")],
        Sizes = static size => $$"""{"n_embd":{{size.Width}},"n_layer":{{size.Layers}},"n_head":{{size.Heads}},"n_positions":{{size.Positions}},"n_inner":{{size.Inner}},"activation_function":"gelu_new"}""",
        Activation = "activation_function",
        Flags = ["scale_attn_weights", "scale_attn_by_inverse_layer_idx"],
    };
}
