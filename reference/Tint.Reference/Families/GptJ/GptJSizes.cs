namespace Tint.Reference.Families.GptJ;

/// <summary>The published size of GPT-J.</summary>
internal static class GptJSizes
{
    /// <summary>By name; each is what the model's <c>config.json</c> says beyond the family's defaults.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["6b"] = """{"model_type":"gptj"}""",
    };
}
