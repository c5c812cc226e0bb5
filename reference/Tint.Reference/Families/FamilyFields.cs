using System.Text.Json.Nodes;

namespace Tint.Reference.Families;

/// <summary>How a family's <c>config.json</c> says sizes, and which of its fields give another wiring: all that a small model of any family is made from. Fields are JSON objects.</summary>
internal sealed record FamilyFields
{
    /// <summary>The class of the modeling code for the family's own name, then for whatever else <c>model_type</c> may say.</summary>
    public required IReadOnlyList<(string ModelType, string Class)> Architectures { get; init; }

    /// <summary>The sizes.</summary>
    public required Func<FamilySizes, string> Sizes { get; init; }

    /// <summary>The sizes nearest to given ones that the family takes: those of the small models that laws and fresh cases draw, where its modeling code fails with others.</summary>
    public Func<FamilySizes, FamilySizes> Nearest { get; init; } = static sizes => sizes;

    /// <summary>What a model of random weights says beyond them.</summary>
    public Func<FamilySizes, string> Small { get; init; } = static _ => "{}";

    /// <summary>What a model that is trained to be used says beyond them, as the numbers of its special tokens.</summary>
    public Func<FamilySizes, string> Trained { get; init; } = static _ => "{}";

    /// <summary>The field that names the activation; null where the family has but one, or says it with its MLP's kind.</summary>
    public string? Activation { get; init; }

    /// <summary>The fields beside <c>tie_word_embeddings</c> that are true or false and give another wiring or another formula.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>Those that have other values, and these.</summary>
    public Func<FamilySizes, IReadOnlyList<(string Field, IReadOnlyList<string> Values)>> Choices { get; init; } = static _ => [];

    /// <summary>The wirings that fresh cases show beside the usual one.</summary>
    public IReadOnlyList<(string Name, string Notes, string Fields)> Variants { get; init; } = [];

    /// <summary>How many stacks of layers there are: 2 of an encoder–decoder.</summary>
    public int Stacks { get; init; } = 1;

    /// <summary>A <c>config.json</c>.</summary>
    /// <param name="sizes">The sizes.</param>
    /// <param name="more">Further fields; of one that comes twice the last counts.</param>
    public JsonObject Config(FamilySizes sizes, params ReadOnlySpan<string> more)
    {
        var config = new JsonObject { ["model_type"] = sizes.ModelType, ["vocab_size"] = sizes.Vocabulary };
        foreach (var fields in (ReadOnlySpan<string>)[Sizes(sizes), .. more])
        {
            foreach (var (name, value) in JsonNode.Parse(fields)!.AsObject())
            {
                config[name] = value?.DeepClone();
            }
        }

        return config;
    }

    /// <summary>Every switch, with its values.</summary>
    public IEnumerable<(string Field, IReadOnlyList<string> Values)> Switches(FamilySizes sizes) =>
    [
        .. Activation is null ? Array.Empty<(string, IReadOnlyList<string>)>() : [(Activation, ["\"relu\"", "\"gelu\"", "\"gelu_new\"", "\"silu\"", "\"quick_gelu\""])],
        .. Choices(sizes),
        .. Flags.Append("tie_word_embeddings").Select(static flag => (flag, (IReadOnlyList<string>)["true", "false"])),
    ];
}
