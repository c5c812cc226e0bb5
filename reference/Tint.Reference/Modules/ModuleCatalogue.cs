using Tint.Reference.Configuration;
using Tint.Reference.Modules.Activation;
using Tint.Reference.Modules.CrossAttention;
using Tint.Reference.Modules.Gating;
using Tint.Reference.Modules.LayerNorm;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Modules.RmsNorm;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules;

/// <summary>The kinds of modules by name, each with the weight tensors that one writes out at a shape.</summary>
/// <remarks>Source: C27.</remarks>
public static class ModuleCatalogue
{
    private static readonly (string Name, Func<TintConfiguration, AttentionForm, IEnumerable<WeightTensor>> Tensors)[] All =
    [
        ("LinearForward", (c, _) => new LinearForward(c, MemorySlots.Linear(c)).Tensors()),
        ("LinearBackward", (c, _) => new LinearBackward(c, MemorySlots.Linear(c)).Tensors()),
        ("LinearDescent", (c, _) => new LinearDescent(c, MemorySlots.Linear(c)).Tensors()),
        ("LayerNormForward", (c, _) => new LayerNormForward(c, MemorySlots.LayerNorm(c)).Tensors()),
        ("LayerNormBackward", (c, _) => new LayerNormBackward(c, MemorySlots.LayerNorm(c)).Tensors()),
        ("LayerNormDescent", (c, _) => new LayerNormDescent(c, MemorySlots.LayerNorm(c)).Tensors()),
        ("AttentionForward", (c, form) => new AttentionForward(c, MemorySlots.Attention(c), form).Tensors()),
        ("AttentionBackward", (c, form) => new AttentionBackward(c, MemorySlots.Attention(c), form).Tensors()),
        ("AttentionDescent", (c, _) => new AttentionDescent(c, MemorySlots.Attention(c)).Tensors()),
        ("ActivationForward", (c, _) => new ActivationForward(c, MemorySlots.Activation(c)).Tensors()),
        ("ActivationBackward", (c, _) => new ActivationBackward(c, MemorySlots.Activation(c)).Tensors()),
        ("RmsNormForward", (c, _) => new RmsNormForward(c, MemorySlots.LayerNorm(c)).Tensors()),
        ("RmsNormBackward", (c, _) => new RmsNormBackward(c, MemorySlots.LayerNorm(c)).Tensors()),
        ("RmsNormDescent", (c, _) => new RmsNormDescent(c, MemorySlots.LayerNorm(c)).Tensors()),
        ("ProductForward", (c, _) => new ProductForward(c, MemorySlots.Product(c)).Tensors()),
        ("ProductBackward", (c, _) => new ProductBackward(c, MemorySlots.Product(c)).Tensors()),
        ("AttentionScoreBackward", (c, form) => new AttentionScoreBackward(c, MemorySlots.Attention(c), form).Tensors()),
        ("CrossAttentionForward", (c, form) => new CrossAttentionForward(c, MemorySlots.Attention(c), form).Tensors()),
        ("CrossAttentionBackward", (c, form) => new CrossAttentionBackward(c, MemorySlots.Attention(c), form).Tensors()),
    ];

    private static readonly Dictionary<string, Func<TintConfiguration, AttentionForm, IEnumerable<WeightTensor>>> ByName =
        All.ToDictionary(module => module.Name, module => module.Tensors, StringComparer.Ordinal);

    /// <summary>The names of all of them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(module => module.Name)];

    /// <summary>The names of the modules that the published code has.</summary>
    public static IReadOnlyList<string> Published { get; } =
        [.. All.Select(module => module.Name).TakeWhile(static name => !name.StartsWith("RmsNorm", StringComparison.Ordinal))];

    /// <summary>The tensors of one module.</summary>
    /// <param name="module">Its name.</param>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="form">What attention is; null for the published one.</param>
    /// <exception cref="RuleViolationException">There is no such module, the shape is not admissible, or it has no room for the form.</exception>
    public static IReadOnlyList<WeightTensor> Tensors(string module, TintConfiguration configuration, AttentionForm? form = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        AdmissibleShapes.Check(configuration);
        return ByName.TryGetValue(module, out var tensors)
            ? [.. tensors(configuration, form ?? AttentionForm.Published)]
            : throw new RuleViolationException("a module must be known", $"'{module}'", $"use one of {string.Join(", ", ByName.Keys)}");
    }
}
