using System.Globalization;
using System.Text.Json;
using Tint.Reference.Configuration;

namespace Tint.Reference.Families;

/// <summary>
/// The fields of a Hugging Face <c>config.json</c>, each read by name and type. <see cref="Done"/> refuses every field that nobody asked for
/// and that is not known to leave the result alone: what would change the model and is not understood is never passed over.
/// </summary>
/// <remarks>
/// A field that is <c>null</c> is read where null means something, by <see cref="WholeOrNull"/>, <see cref="IsNull"/> and <see cref="Nested"/>; elsewhere it is refused: the
/// published code would take it for the value and fail, or as false, and not use its default.
/// </remarks>
public sealed class ConfigFields
{
    /// <summary>The most layers: every tensor has its name before one is looked for in a file, and a hostile number must not fill the memory with names.</summary>
    internal const int MostLayers = 10_000;

    private readonly string _source;
    private readonly Dictionary<string, JsonElement> _rest = new(StringComparer.Ordinal);

    /// <summary>Takes the fields of a JSON object.</summary>
    /// <exception cref="RuleViolationException">The element is no object, or holds a field twice.</exception>
    public ConfigFields(JsonElement element)
        : this(element, "config.json", "pass the file that lies beside the weights")
    {
    }

    private ConfigFields(JsonElement element, string source, string mend)
    {
        _source = source;
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new RuleViolationException($"{_source} must be a JSON object", Raw(element), mend);
        }

        foreach (var property in element.EnumerateObject())
        {
            if (!_rest.TryAdd(property.Name, property.Value))
            {
                throw new RuleViolationException($"{_source} must not repeat a field", $"'{property.Name}' twice", "remove one");
            }
        }
    }

    /// <summary>Whether a field is there, not null, and not yet read.</summary>
    public bool Has(string name) => _rest.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Whether a field is there and says null, where that means something else than leaving it out.</summary>
    public bool IsNull(string name) => _rest.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Null;

    /// <summary>Whether the file says that another version of the published code wrote it than this one ("4.32"); false where it names none.</summary>
    public bool IsOfOtherVersion(string version) =>
        _rest.TryGetValue("transformers_version", out var value) && value.ValueKind == JsonValueKind.String
        && value.GetString() is { } written && written != version && !written.StartsWith(version + ".", StringComparison.Ordinal);

    /// <summary>A whole number of at least <paramref name="least"/>; <paramref name="absent"/> where the field is not there.</summary>
    /// <exception cref="RuleViolationException">It is something else, or absent without a default.</exception>
    public int Whole(string name, int? absent = null, int least = 1) => Whole(name, absent, least, int.MaxValue);

    /// <summary>The same with a largest number.</summary>
    internal int Whole(string name, int? absent, int least, int most)
    {
        if (!_rest.Remove(name, out var value))
        {
            return absent ?? throw Missing(name);
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most
            ? number
            : throw Wrong(name, $"a whole number from {least} to {most}", value);
    }

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>; null where the field is not there or says null.</summary>
    /// <exception cref="RuleViolationException">It is something else.</exception>
    public int? WholeOrNull(string name, int least = 1, int most = int.MaxValue)
    {
        if (IsNull(name))
        {
            _rest.Remove(name);
        }

        return _rest.ContainsKey(name) ? Whole(name, null, least, most) : null;
    }

    /// <summary>A whole number from 1 to <paramref name="most"/> that goes by two names, as "n_embd" goes by "hidden_size" in newer files; one of them may be null where the other is there.</summary>
    /// <exception cref="RuleViolationException">It is something else, or the two differ.</exception>
    public int WholeOf(string name, string alias, int absent, int most = int.MaxValue)
    {
        if (!Has(alias))
        {
            return Whole(name, absent, 1, most);
        }

        var (second, first) = (Whole(alias, null, 1, most), WholeOrNull(name, most: most));
        return first is null || first == second
            ? second
            : throw new RuleViolationException($"{_source}: '{name}' and '{alias}' are two names of one number", $"{first} and {second}", "remove one");
    }

    /// <summary>The padding token of an embedding of V tokens, whose row gets no gradient where it is read; null where the field says null. A number below 0 counts from behind.</summary>
    /// <exception cref="RuleViolationException">It is no token.</exception>
    internal int? PaddingToken(int vocabularySize, int? absent)
    {
        const string name = "pad_token_id";
        if (!_rest.Remove(name, out var value))
        {
            return absent;
        }

        return value.ValueKind == JsonValueKind.Null ? null
            : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var token) && token >= -vocabularySize && token < vocabularySize
                ? (token + vocabularySize) % vocabularySize
                : throw Wrong(name, $"a token, a whole number from {-vocabularySize} to {vocabularySize - 1}, or null", value);
    }

    /// <summary>A finite number.</summary>
    /// <inheritdoc cref="Whole(string, int?, int)" path="/exception"/>
    public double Number(string name, double? absent = null)
    {
        if (!_rest.Remove(name, out var value))
        {
            return absent ?? throw Missing(name);
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw Wrong(name, "a finite number", value);
    }

    /// <summary>A finite number above 0.</summary>
    /// <inheritdoc cref="Whole(string, int?, int)" path="/exception"/>
    public double Positive(string name, double? absent = null) => Require.Positive(Number(name, absent), $"{_source}: '{name}'");

    /// <summary>A truth value.</summary>
    /// <inheritdoc cref="Whole(string, int?, int)" path="/exception"/>
    public bool Flag(string name, bool absent)
    {
        if (!_rest.Remove(name, out var value))
        {
            return absent;
        }

        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(name, "true or false", value);
    }

    /// <summary>A text.</summary>
    /// <inheritdoc cref="Whole(string, int?, int)" path="/exception"/>
    public string Text(string name, string? absent = null)
    {
        if (!_rest.Remove(name, out var value))
        {
            return absent ?? throw Missing(name);
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name, "a text", value);
    }

    /// <summary>The activation that a field names.</summary>
    /// <exception cref="RuleViolationException">It is not one that TinT simulates.</exception>
    public ActivationKind Activation(string name, string absent) => ActivationNames.Parse(Text(name, absent), $"{_source}: '{name}'");

    /// <summary>The activation that a field names, or a given one where the field is not there.</summary>
    /// <exception cref="RuleViolationException">It is not one that TinT simulates.</exception>
    public ActivationKind Activation(string name, ActivationKind absent) => Has(name) ? ActivationNames.Parse(Text(name), $"{_source}: '{name}'") : absent;

    /// <summary>The fields of a nested object, or null where it is not there.</summary>
    /// <exception cref="RuleViolationException">It is something else.</exception>
    public ConfigFields? Nested(string name) =>
        Take(name, out var value) ? new ConfigFields(value, $"{_source}: '{name}'", "use an object, or null for none") : null;

    /// <summary>Requires a field to be absent, false, zero or null: what it would switch on cannot be simulated.</summary>
    /// <param name="name">The field.</param>
    /// <param name="reason">Why not, as in "a sliding window hides tokens that the attention modules would show".</param>
    /// <exception cref="RuleViolationException">It is switched on.</exception>
    public void MustBeOff(string name, string reason)
    {
        if (Take(name, out var value) && !IsOff(value))
        {
            throw new RuleViolationException($"{_source}: '{name}' cannot be simulated: {reason}", Raw(value), "use a model without it");
        }
    }

    /// <summary>Requires every text of a list to be <paramref name="expected"/> where the list is there.</summary>
    /// <exception cref="RuleViolationException">One is another.</exception>
    public void MustAllBe(string name, string expected, string reason)
    {
        if (Take(name, out var value)
            && !(value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String && item.ValueEquals(expected))))
        {
            throw new RuleViolationException($"{_source}: '{name}' must be '{expected}' in every place: {reason}", Raw(value), "use a model without others");
        }
    }

    /// <summary>Requires a field to be on where it is there.</summary>
    /// <exception cref="RuleViolationException">It is switched off.</exception>
    public void MustBeOn(string name, string reason)
    {
        if (!Flag(name, absent: true))
        {
            throw new RuleViolationException($"{_source}: '{name}' cannot be simulated: {reason}", "false", "use a model with it");
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
                $"{_source}: '{name}' must be {expected.ToString(CultureInfo.InvariantCulture)}: {reason}",
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
        foreach (var (name, value) in _rest.Where(static field => field.Value.ValueKind != JsonValueKind.Null && !HarmlessFields.Contains(field.Key, field.Value)))
        {
            throw UnsupportedFields.Reason(name) is { } reason
                ? new RuleViolationException($"{_source}: '{name}' cannot be simulated: {reason}", Raw(value), "use a model without it")
                : new RuleViolationException(
                    $"{_source} of {model} must have no field that is not understood, since it may change the result",
                    $"'{Quoted(name)}' with {Raw(value)}",
                    "remove it if the model does not depend on it");
        }
    }

    /// <summary>What a field of an unknown model, where it is not off, asks for that no family has, as "a mixture of experts …"; null where nothing is known of it.</summary>
    internal string? WhyUnsupported() =>
        _rest.Where(static field => !IsOff(field.Value)).Select(static field => UnsupportedFields.Reason(field.Key)).FirstOrDefault(static reason => reason is not null);

    private static bool IsOff(JsonElement value) => value.ValueKind is JsonValueKind.False or JsonValueKind.Null
        || (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number == 0);

    private bool Take(string name, out JsonElement value) => _rest.Remove(name, out value) && value.ValueKind != JsonValueKind.Null;

    private RuleViolationException Missing(string name) => new($"{_source} must have '{name}'", "none", "add it");

    private RuleViolationException Wrong(string name, string rule, JsonElement value) =>
        new($"{_source}: '{name}' must be {rule}", Raw(value), $"use {rule}");

    private static string Raw(JsonElement value) => Quoted(value.GetRawText());

    private static string Quoted(string text)
    {
        const int longest = 60;
        var line = new string([.. text.Select(character => char.IsControl(character) || char.IsSurrogate(character) ? '?' : character)]);
        return line.Length <= longest ? line : $"{line[..longest]}…";
    }
}
