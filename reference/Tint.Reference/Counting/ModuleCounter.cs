using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Primitives;

namespace Tint.Reference.Counting;

/// <summary>Parameters of modules at one shape; each is built once, however often it is asked for.</summary>
internal sealed class ModuleCounter(TintConfiguration configuration)
{
    private readonly Dictionary<ModuleUse, long> _counts = [];

    /// <summary>The numbers of a prefix load: K·D_sim, and as many for the twins where there are any.</summary>
    public long Load => Sizes.Count(configuration.PrefixCount * (configuration.UseSoftmax ? 2L : 1), configuration.HiddenSize);

    /// <summary>The parameters of some modules together.</summary>
    public long Of(IEnumerable<ModuleUse> uses) => Sizes.Sum(uses.Select(Of));

    /// <summary>The parameters of one module.</summary>
    public ModuleCount Module(string name, AttentionForm? form = null) => new(name, Of(new ModuleUse(name, form ?? AttentionForm.Published)), 0);

    /// <summary>All numbers of some tensors.</summary>
    public static long Entries(IEnumerable<WeightTensor> tensors) => Sizes.Sum(tensors.Select(tensor => tensor.Count));

    private long Of(ModuleUse use) => _counts.TryGetValue(use, out var count)
        ? count
        : _counts[use] = Entries(ModuleCatalogue.Tensors(use.Module, configuration, use.Form));
}
