using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.SelfAttention;

/// <summary>
/// What attention over the sequence itself and over another are both made of: the softmax layer, the gate behind it, the form's tables, and where memory is. Forward
/// they read queries, keys and values in slots 0 to 2; backward queries and keys in memory, and gradients in slot 0.
/// </summary>
internal sealed class AttentionLayers
{
    private readonly AttentionWeights _weights;
    private readonly FormTables _tables;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="memorySlot">The first of three slots.</param>
    /// <param name="form">What the attention is; null for the published one.</param>
    /// <param name="back">Whether the scores are transposed after the softmax.</param>
    public AttentionLayers(TintConfiguration configuration, int memorySlot, AttentionForm? form, bool back)
    {
        form ??= AttentionForm.Published;
        form.Check(configuration);
        Memory = MemorySlots.Checked(configuration, memorySlot, needed: 3);
        _weights = back
            ? SoftmaxHeads.Write(configuration, form, querySlot: memorySlot, keySlot: memorySlot + 1, valueSlot: 0, back)
            : SoftmaxHeads.Write(configuration, form, querySlot: 0, keySlot: 1, valueSlot: 2, back);
        _tables = new FormTables(configuration, form);
        Softmax = new SoftmaxAttention(_weights, configuration, form);
        Gate = Gate.ReplaceTokens(configuration);
    }

    /// <summary>TinT's own attention.</summary>
    public SoftmaxAttention Softmax { get; }

    /// <summary>The gate behind it.</summary>
    public Gate Gate { get; }

    /// <summary>The first of the three slots.</summary>
    public int Memory { get; }

    /// <summary>The memory of <paramref name="old"/> carried on into a result.</summary>
    public Slots Carried(Slots result, Slots old, Arithmetic arithmetic) =>
        Enumerable.Range(Memory, 3).Aggregate(result, (slots, slot) => slots.With(slot, arithmetic.Add(slots[slot], old[slot])));

    /// <summary>The weights as a transformer holds them, under the names of the fixtures.</summary>
    public IEnumerable<WeightTensor> Tensors(string gates) =>
        [.. Gate.Tensors(gates), .. _weights.Tensors("attnt_module"), .. _tables.Tensors("attnt_module")];
}
