using System.Text.Json;
using Tint.Reference.Families.Bloom;
using Tint.Reference.Families.Gpt2;
using Tint.Reference.Families.GptBigCode;
using Tint.Reference.Families.GptJ;
using Tint.Reference.Families.GptNeoX;
using Tint.Reference.Families.Llama;
using Tint.Reference.Families.Opt;
using Tint.Reference.Families.T5;

namespace Tint.Reference.Families;

/// <summary>The families, by the <c>model_type</c> of their <c>config.json</c>: a line each.</summary>
public static class FamilyCatalogue
{
    private static readonly Family[] All =
    [
        new(Gpt2Configuration.Read, Gpt2Sizes.All, Gpt2Sizes.Fields),
        new(OptConfiguration.Read, OptSizes.All, OptSizes.Fields),
        new(LlamaConfiguration.Read, LlamaSizes.All, LlamaSizes.Fields),
        new(GptNeoXConfiguration.Read, GptNeoXSizes.All, GptNeoXSizes.Fields),
        new(GptJConfiguration.Read, GptJSizes.All, GptJSizes.Fields),
        new(BloomConfiguration.Read, BloomSizes.All, BloomSizes.Fields),
        new(T5Configuration.Read, T5Sizes.All, T5Sizes.Fields),
        new(GptBigCodeConfiguration.Read, GptBigCodeSizes.All, GptBigCodeSizes.Fields),
    ];

    private static readonly Dictionary<string, Family> ByType = new(
        All.SelectMany(family => family.ModelTypes.Select(type => KeyValuePair.Create(type, family))), StringComparer.Ordinal);

    /// <summary>The names of the families.</summary>
    public static IReadOnlyCollection<string> Families { get; } = [.. All.Select(family => family.ModelTypes[0])];

    /// <summary>Every <c>model_type</c> that is known.</summary>
    public static IReadOnlyCollection<string> ModelTypes => ByType.Keys;

    /// <summary>The family of a <c>model_type</c>, as "llama" of "mistral".</summary>
    /// <exception cref="RuleViolationException">There is none.</exception>
    public static string NameOf(string modelType) => Of(modelType).ModelTypes[0];

    /// <summary>How a <c>config.json</c> of a <c>model_type</c> says sizes, and its switches.</summary>
    /// <exception cref="RuleViolationException">There is none.</exception>
    internal static FamilyFields Fields(string modelType) => Of(modelType).Fields;

    /// <summary>A model of given sizes.</summary>
    /// <param name="sizes">The sizes, and the <c>model_type</c>.</param>
    /// <param name="more">Further fields, JSON objects; of one that comes twice the last counts.</param>
    /// <exception cref="RuleViolationException">There is no such family, or the sizes do not fit it.</exception>
    internal static FamilyConfiguration Read(FamilySizes sizes, params ReadOnlySpan<string> more) =>
        Read(JsonSerializer.SerializeToElement(Fields(sizes.ModelType).Config(sizes, more)));

    /// <summary>The names of the published sizes of a family, or of a <c>model_type</c> that is a variant of one.</summary>
    /// <exception cref="RuleViolationException">There is no such family.</exception>
    public static IReadOnlyCollection<string> Sizes(string family) => [.. Published(family).Keys];

    /// <summary>A published model.</summary>
    /// <param name="family">As in "llama".</param>
    /// <param name="size">As in "7b".</param>
    /// <exception cref="RuleViolationException">There is none of that name.</exception>
    public static FamilyConfiguration Size(string family, string size)
    {
        var sizes = Published(family);
        if (!sizes.TryGetValue(size, out var config))
        {
            throw new RuleViolationException($"a size of {family} must be known", $"'{size}'", $"use one of {string.Join(", ", sizes.Keys)}");
        }

        using var document = JsonDocument.Parse(config);
        return Read(document.RootElement);
    }

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <exception cref="RuleViolationException">The family is unknown, or a field is missing, wrong, or asks for what cannot be simulated.</exception>
    public static FamilyConfiguration Read(JsonElement config)
    {
        var fields = new ConfigFields(config);
        var type = fields.Text("model_type");
        if (ByType.TryGetValue(type, out var family))
        {
            return family.Read(new ConfigFields(config));
        }

        var reason = fields.WhyUnsupported() is { } why ? $", of which it is known that {why}" : string.Empty;
        throw new RuleViolationException(
            "config.json: 'model_type' must be a family that is known", $"'{type}'{reason}", $"use one of {string.Join(", ", ByType.Keys)}");
    }

    private static Family Of(string name) => ByType.TryGetValue(name, out var family)
        ? family
        : throw new RuleViolationException("a family must be known", $"'{name}'", $"use one of {string.Join(", ", ByType.Keys)}");

    private static Dictionary<string, string> Published(string name)
    {
        var family = Of(name);
        return family.Sizes.Where(size => name == family.ModelTypes[0] || size.Value.Contains($"\"model_type\":\"{name}\"", StringComparison.Ordinal))
            .ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>A family.</summary>
    /// <param name="Read">Reads its <c>config.json</c>.</param>
    /// <param name="Sizes">What the <c>config.json</c> of each published size says.</param>
    /// <param name="Fields">How a <c>config.json</c> says sizes, and what it may call the family.</param>
    private sealed record Family(Func<ConfigFields, FamilyConfiguration> Read, IReadOnlyDictionary<string, string> Sizes, FamilyFields Fields)
    {
        public string[] ModelTypes { get; } = [.. Fields.Architectures.Select(static item => item.ModelType)];
    }
}
