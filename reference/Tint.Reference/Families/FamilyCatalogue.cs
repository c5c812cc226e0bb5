using System.Text.Json;
using Tint.Reference.Families.Bloom;
using Tint.Reference.Families.Gpt2;
using Tint.Reference.Families.GptJ;
using Tint.Reference.Families.GptNeoX;
using Tint.Reference.Families.Llama;
using Tint.Reference.Families.Opt;
using Tint.Reference.Families.T5;

namespace Tint.Reference.Families;

/// <summary>The families, by the <c>model_type</c> of their <c>config.json</c>.</summary>
public static class FamilyCatalogue
{
    private static readonly Dictionary<string, Func<ConfigFields, FamilyConfiguration>> Readers = new(StringComparer.Ordinal)
    {
        ["gpt2"] = Gpt2Configuration.Read,
        ["opt"] = OptConfiguration.Read,
        ["llama"] = LlamaConfiguration.Read,
        ["mistral"] = LlamaConfiguration.Read,
        ["qwen2"] = LlamaConfiguration.Read,
        ["gpt_neox"] = GptNeoXConfiguration.Read,
        ["gptj"] = GptJConfiguration.Read,
        ["bloom"] = BloomConfiguration.Read,
        ["t5"] = T5Configuration.Read,
    };

    private static readonly Dictionary<string, IReadOnlyDictionary<string, string>> Published = new(StringComparer.Ordinal)
    {
        ["gpt2"] = Gpt2Sizes.All,
        ["opt"] = OptSizes.All,
        ["llama"] = LlamaSizes.All,
        ["gpt_neox"] = GptNeoXSizes.All,
        ["gptj"] = GptJSizes.All,
        ["bloom"] = BloomSizes.All,
        ["t5"] = T5Sizes.All,
    };

    /// <summary>The names of the families.</summary>
    public static IReadOnlyCollection<string> Families => Published.Keys;

    /// <summary>The names of a family's published sizes.</summary>
    /// <exception cref="RuleViolationException">No family of that name has any.</exception>
    public static IReadOnlyCollection<string> Sizes(string family) => [.. Of(family).Keys];

    /// <summary>A published model.</summary>
    /// <param name="family">As in "llama".</param>
    /// <param name="size">As in "7b".</param>
    /// <exception cref="RuleViolationException">There is none of that name.</exception>
    public static FamilyConfiguration Size(string family, string size)
    {
        var sizes = Of(family);
        if (!sizes.TryGetValue(size, out var config))
        {
            throw new RuleViolationException($"a size of {family} must be known", $"'{size}'", $"use one of {string.Join(", ", sizes.Keys)}");
        }

        using var document = JsonDocument.Parse(config);
        return Read(document.RootElement);
    }

    /// <summary>Every <c>model_type</c> that is known.</summary>
    public static IReadOnlyCollection<string> ModelTypes => Readers.Keys;

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <exception cref="RuleViolationException">The family is unknown, or a field is missing, wrong, or asks for what cannot be simulated.</exception>
    public static FamilyConfiguration Read(JsonElement config)
    {
        var type = new ConfigFields(config).Text("model_type");
        return Readers.TryGetValue(type, out var read)
            ? read(new ConfigFields(config))
            : throw new RuleViolationException(
                "config.json: 'model_type' must be a family that is known", $"'{type}'", $"use one of {string.Join(", ", Readers.Keys)}");
    }

    private static IReadOnlyDictionary<string, string> Of(string family) => Published.TryGetValue(family, out var sizes)
        ? sizes
        : throw new RuleViolationException("a family must be known", $"'{family}'", $"use one of {string.Join(", ", Published.Keys)}");
}
