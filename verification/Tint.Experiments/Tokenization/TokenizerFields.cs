using System.Text.Json;
using Tint.Fixtures;
using Tint.Reference;

namespace Tint.Experiments.Tokenization;

/// <summary>Fields of a <c>tokenizer.json</c>: each may be absent or null, and is refused where it is something else than it should be, so that no step is left out in silence.</summary>
internal static class TokenizerFields
{
    /// <summary>A field; null where there is none, or null.</summary>
    /// <exception cref="RuleViolationException">What should hold it is no object.</exception>
    public static JsonElement? Optional(JsonElement? element, string name) => element is not { ValueKind: not JsonValueKind.Null } found ? null
        : found.ValueKind != JsonValueKind.Object ? throw Wrong($"what holds '{name}'", "an object", found)
        : found.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>What kind of step it is; null where it names none, or there is no step.</summary>
    public static string? Type(JsonElement? element) => TextOf(element, "type");

    /// <summary>A text; null where there is none.</summary>
    /// <exception cref="RuleViolationException">It is something else.</exception>
    public static string? TextOf(JsonElement? element, string name) => Optional(element, name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong($"'{name}'", "a text", value);

    /// <summary>A truth value.</summary>
    /// <exception cref="RuleViolationException">It is something else.</exception>
    public static bool Flag(JsonElement? element, string name, bool absent = false) => Optional(element, name) is not { } value ? absent
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong($"'{name}'", "true or false", value);

    /// <summary>An id that must be there.</summary>
    /// <exception cref="RuleViolationException">It is none.</exception>
    public static int Id(JsonElement? element, string name) => Optional(element, name) is { } value ? Id(value) : throw Wrong($"'{name}'", "an id", default);

    /// <summary>An id.</summary>
    /// <exception cref="RuleViolationException">It is none.</exception>
    public static int Id(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var id) && id >= 0 ? id : throw Wrong("the id of a token", "a whole number from 0", value);

    /// <summary>A list; empty where there is none.</summary>
    /// <exception cref="RuleViolationException">It is something else.</exception>
    public static JsonElement[] List(JsonElement? element, string name) => Optional(element, name) is not { } value ? []
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : throw Wrong($"'{name}'", "a list", value);

    private static RuleViolationException Wrong(string what, string expected, JsonElement found) => new(
        $"{TokenizerJson.File}: {what} must be {expected}",
        found.ValueKind switch { JsonValueKind.Undefined => "none", JsonValueKind.Object or JsonValueKind.Array => $"an {found.ValueKind}", _ => Printable.Name(found.GetRawText()) },
        "fetch the file again");
}
