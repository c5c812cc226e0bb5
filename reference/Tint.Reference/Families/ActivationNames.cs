using Tint.Reference.Configuration;

namespace Tint.Reference.Families;

/// <summary>The names that Hugging Face gives to activations.</summary>
public static class ActivationNames
{
    private static readonly Dictionary<string, ActivationKind> Known = new(StringComparer.Ordinal)
    {
        ["relu"] = ActivationKind.Relu,
        ["gelu"] = ActivationKind.Gelu,
        ["gelu_new"] = ActivationKind.GeluNew,
        ["gelu_pytorch_tanh"] = ActivationKind.GeluNew,

        // With 0.7978845608 for √(2/π), which is off by 4e-12 of it: what any value differs by is of that size.
        ["gelu_fast"] = ActivationKind.GeluNew,
        ["gelu_python"] = ActivationKind.Gelu,
        ["silu"] = ActivationKind.Silu,
        ["swish"] = ActivationKind.Silu,
        ["quick_gelu"] = ActivationKind.QuickGelu,
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
