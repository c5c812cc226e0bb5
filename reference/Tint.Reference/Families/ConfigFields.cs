using System.Globalization;
using System.Text.Json;
using Tint.Reference.Configuration;

namespace Tint.Reference.Families;

/// <summary>
/// The fields of a Hugging Face <c>config.json</c>, each read by name and type. <see cref="Done"/> refuses every field that nobody asked for
/// and that is not known to leave the result alone: what would change the model and is not understood is never passed over.
/// </summary>
/// <remarks>A field that is <c>null</c> counts as absent, as it does in the format, but for those of which <see cref="IsNull"/> is asked.</remarks>
public sealed class ConfigFields
{
    private const string Source = "config.json";

    private readonly Dictionary<string, JsonElement> _rest = new(StringComparer.Ordinal);

    /// <summary>Takes the fields of a JSON object.</summary>
    /// <exception cref="RuleViolationException">The element is no object, or holds a field twice.</exception>
    public ConfigFields(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new RuleViolationException($"{Source} must be a JSON object", $"{element.ValueKind}", "pass the file that lies beside the weights");
        }

        foreach (var property in element.EnumerateObject())
        {
            if (!_rest.TryAdd(property.Name, property.Value))
            {
                throw new RuleViolationException($"{Source} must not repeat a field", $"'{property.Name}' twice", "remove one");
            }
        }
    }

    /// <summary>Whether a field is there, not null, and not yet read.</summary>
    public bool Has(string name) => _rest.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Whether a field is there and says null, where that means something else than leaving it out.</summary>
    public bool IsNull(string name) => _rest.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Null;

    /// <summary>A whole number of at least <paramref name="least"/>; <paramref name="absent"/> where the field is not there.</summary>
    /// <exception cref="RuleViolationException">It is something else, or absent without a default.</exception>
    public int Whole(string name, int? absent = null, int least = 1)
    {
        if (!Take(name, out var value))
        {
            return absent ?? throw Missing(name);
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least
            ? number
            : throw Wrong(name, $"a whole number from {least} to {int.MaxValue}", value);
    }

    /// <summary>A finite number.</summary>
    /// <inheritdoc cref="Whole" path="/exception"/>
    public double Number(string name, double? absent = null)
    {
        if (!Take(name, out var value))
        {
            return absent ?? throw Missing(name);
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw Wrong(name, "a finite number", value);
    }

    /// <summary>A finite number above 0.</summary>
    /// <inheritdoc cref="Whole" path="/exception"/>
    public double Positive(string name, double? absent = null) => Require.Positive(Number(name, absent), $"{Source}: '{name}'");

    /// <summary>A truth value.</summary>
    /// <inheritdoc cref="Whole" path="/exception"/>
    public bool Flag(string name, bool absent)
    {
        if (!Take(name, out var value))
        {
            return absent;
        }

        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(name, "true or false", value);
    }

    /// <summary>A text.</summary>
    /// <inheritdoc cref="Whole" path="/exception"/>
    public string Text(string name, string? absent = null)
    {
        if (!Take(name, out var value))
        {
            return absent ?? throw Missing(name);
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name, "a text", value);
    }

    /// <summary>The activation that a field names.</summary>
    /// <exception cref="RuleViolationException">It is not one that TinT simulates.</exception>
    public ActivationKind Activation(string name, string absent) => ActivationNames.Parse(Text(name, absent), $"{Source}: '{name}'");

    /// <summary>The activation that a field names, or a given one where the field is not there.</summary>
    /// <exception cref="RuleViolationException">It is not one that TinT simulates.</exception>
    public ActivationKind Activation(string name, ActivationKind absent) => Has(name) ? ActivationNames.Parse(Text(name), $"{Source}: '{name}'") : absent;

    /// <summary>The fields of a nested object, or null where it is not there.</summary>
    /// <exception cref="RuleViolationException">It is something else.</exception>
    public ConfigFields? Nested(string name) => Take(name, out var value) ? new ConfigFields(value) : null;

    /// <summary>Requires a field to be absent, false, zero or null: what it would switch on cannot be simulated.</summary>
    /// <param name="name">The field.</param>
    /// <param name="reason">Why not, as in "a sliding window hides tokens that the attention modules would show".</param>
    /// <exception cref="RuleViolationException">It is switched on.</exception>
    public void MustBeOff(string name, string reason)
    {
        var off = !Take(name, out var value)
            || value.ValueKind == JsonValueKind.False
            || (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number == 0);
        if (!off)
        {
            throw new RuleViolationException($"{Source}: '{name}' cannot be simulated: {reason}", Raw(value), "use a model without it");
        }
    }

    /// <summary>Requires a field to be on where it is there.</summary>
    /// <exception cref="RuleViolationException">It is switched off.</exception>
    public void MustBeOn(string name, string reason)
    {
        if (!Flag(name, absent: true))
        {
            throw new RuleViolationException($"{Source}: '{name}' cannot be simulated: {reason}", "false", "use a model with it");
        }
    }

    /// <summary>Requires a field to have one value where it is there.</summary>
    /// <exception cref="RuleViolationException">It has another.</exception>
    public void MustEqual(string name, int expected, string reason)
    {
        var value = Whole(name, expected, int.MinValue);
        if (value != expected)
        {
            throw new RuleViolationException(
                $"{Source}: '{name}' must be {expected.ToString(CultureInfo.InvariantCulture)}: {reason}",
                value.ToString(CultureInfo.InvariantCulture),
                $"use {expected.ToString(CultureInfo.InvariantCulture)}");
        }
    }

    /// <summary>Passes over fields that leave the result alone.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            _rest.Remove(name);
        }
    }

    /// <summary>Refuses fields that have not been read, but for those that no model's result depends on.</summary>
    /// <exception cref="RuleViolationException">There is one.</exception>
    public void Done(string model)
    {
        foreach (var (name, value) in _rest)
        {
            if (!HarmlessFields.Contains(name) && value.ValueKind != JsonValueKind.Null)
            {
                throw new RuleViolationException(
                    $"{Source} of {model} must have no field that is not understood, since it may change the result",
                    $"'{Quoted(name)}' with {Raw(value)}",
                    "remove it if the model does not depend on it");
            }
        }
    }

    private bool Take(string name, out JsonElement value) => _rest.Remove(name, out value) && value.ValueKind != JsonValueKind.Null;

    private static RuleViolationException Missing(string name) => new($"{Source} must have '{name}'", "none", "add it");

    private static RuleViolationException Wrong(string name, string rule, JsonElement value) =>
        new($"{Source}: '{name}' must be {rule}", Raw(value), $"use {rule}");

    private static string Raw(JsonElement value) => Quoted(value.GetRawText());

    private static string Quoted(string text)
    {
        const int longest = 60;
        var line = new string([.. text.Select(character => char.IsControl(character) || char.IsSurrogate(character) ? '?' : character)]);
        return line.Length <= longest ? line : $"{line[..longest]}…";
    }
}
