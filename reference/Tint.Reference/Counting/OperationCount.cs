using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Modules.CrossAttention;
using Tint.Reference.Modules.Gating;
using Tint.Reference.Modules.RmsNorm;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;

namespace Tint.Reference.Counting;

/// <summary>The parameters of the operations that the published code does not have, counted over the tensors that their modules write out.</summary>
/// <remarks>Source: C27, C28, C29, C31, C36.</remarks>
public static class OperationCount
{
    /// <summary>The parameters of each module alone.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="form">What attention is; null for the published one.</param>
    /// <exception cref="RuleViolationException">The shape is not admissible, or has no room for the form.</exception>
    public static IReadOnlyList<ModuleCount> Modules(TintConfiguration configuration, AttentionForm? form = null)
    {
        form ??= AttentionForm.Published;
        form.Check(configuration);
        int norm = MemorySlots.LayerNorm(configuration), product = MemorySlots.Product(configuration), attention = MemorySlots.Attention(configuration);
        return
        [
            Module("RmsNormForward", new RmsNormForward(configuration, norm).Tensors()),
            Module("RmsNormBackward", new RmsNormBackward(configuration, norm).Tensors()),
            Module("RmsNormDescent", new RmsNormDescent(configuration, norm).Tensors()),
            Module("ProductForward", new ProductForward(configuration, product).Tensors()),
            Module("ProductBackward", new ProductBackward(configuration, product).Tensors()),
            Module("AttentionForward", new AttentionForward(configuration, attention, form).Tensors()),
            Module("AttentionBackward", new AttentionBackward(configuration, attention, form).Tensors()),
            Module("CrossAttentionForward", new CrossAttentionForward(configuration, attention, form).Tensors()),
            Module("CrossAttentionBackward", new CrossAttentionBackward(configuration, attention, form).Tensors()),
        ];
    }

    /// <summary>Of one attention module, the parameters of layers that TinT lacks: tables of rotary positions and of a relative bias.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="form">What attention is.</param>
    public static IReadOnlyList<ModuleCount> Lacking(TintConfiguration configuration, AttentionForm form)
    {
        ArgumentNullException.ThrowIfNull(form);
        form.Check(configuration);
        return
        [
            .. new FormTables(configuration, form).Tensors("attention")
                .GroupBy(tensor => tensor.Name.Split('.')[1])
                .Select(tensors => Module(tensors.Key, tensors)),
        ];
    }

    private static ModuleCount Module(string name, IEnumerable<WeightTensor> tensors) => new(name, tensors.Sum(tensor => tensor.Count), 0);
}
