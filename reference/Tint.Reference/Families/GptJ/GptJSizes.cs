namespace Tint.Reference.Families.GptJ;

/// <summary>The fields that say sizes, and the published size of GPT-J.</summary>
internal static class GptJSizes
{
    /// <summary>By name; each is what the model's <c>config.json</c> says beyond the family's defaults.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["6b"] = """{"model_type":"gptj"}""",
    };

    /// <summary>How a <c>config.json</c> of the family says sizes, and its switches.</summary>
    public static FamilyFields Fields { get; } = new()
    {
        Architectures = [("gptj", "GPTJForCausalLM")],
        Sizes = static size => $$"""{"n_embd":{{size.Width}},"n_layer":{{size.Layers}},"n_head":{{size.Heads}},"n_positions":{{size.Positions}},"n_inner":{{size.Inner}},"rotary_dim":{{Math.Max(2, size.HeadSize / 4 * 2)}}}""",
        Activation = "activation_function",
        Variants = [("tied", "a tied head", """{"tie_word_embeddings":true}""")],
    };
}
