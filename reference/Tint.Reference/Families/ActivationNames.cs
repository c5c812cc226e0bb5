using Tint.Reference.Configuration;

namespace Tint.Reference.Families;

/// <summary>The names that Hugging Face gives to activations.</summary>
public static class ActivationNames
{
    /// <summary>BLOOM's activation has no name in its files; "gelu_bloom" is this project's.</summary>
    private static readonly Dictionary<string, ActivationKind> Known = new(
        ActivationForm.All.Where(static form => form.Kind != ActivationKind.GeluBloom).Select(static form => KeyValuePair.Create(form.Name, form.Kind)),
        StringComparer.Ordinal)
    {
        ["gelu_pytorch_tanh"] = ActivationKind.GeluNew,
        ["gelu_accurate"] = ActivationKind.GeluNew,
        ["gelu_python"] = ActivationKind.Gelu,
        ["swish"] = ActivationKind.Silu,
    };

    /// <summary>The activation of a name.</summary>
    /// <param name="name">As in "gelu_new".</param>
    /// <param name="where">Where the name stands, for the message.</param>
    /// <exception cref="RuleViolationException">No activation of that name is simulated.</exception>
    public static ActivationKind Parse(string name, string where) => Known.TryGetValue(name, out var kind)
        ? kind
        : throw new RuleViolationException(
            $"{where} must name an activation that is simulated", $"'{name}'", $"use one of {string.Join(", ", Known.Keys)}");
}
