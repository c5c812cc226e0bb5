using Tint.Reference.Configuration;
using Tint.Reference.Modules.SelfAttention;

namespace Tint.Reference.Counting;

/// <summary>The parameters of the operations that the published code does not have, counted over the tensors that their modules write out.</summary>
/// <remarks>Source: C27, C28, C29, C31, C36.</remarks>
public static class OperationCount
{
    private static readonly string[] Names =
    [
        "RmsNormForward", "RmsNormBackward", "RmsNormDescent", "ProductForward", "ProductBackward", "AttentionForward", "AttentionBackward",
        "CrossAttentionForward", "CrossAttentionBackward",
    ];

    /// <summary>The parameters of each module alone.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="form">What attention is; null for the published one.</param>
    /// <exception cref="RuleViolationException">The shape is not admissible, or has no room for the form.</exception>
    public static IReadOnlyList<ModuleCount> Modules(TintConfiguration configuration, AttentionForm? form = null)
    {
        form ??= AttentionForm.Published;
        form.Check(configuration);
        var counter = new ModuleCounter(configuration);
        return [.. Names.Select(name => counter.Module(name, form))];
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
                .Select(tensors => new ModuleCount(tensors.Key, ModuleCounter.Entries(tensors), 0)),
        ];
    }
}
