namespace Tint.Reference.Families.Gpt2;

/// <summary>The published sizes of GPT-2.</summary>
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
}
