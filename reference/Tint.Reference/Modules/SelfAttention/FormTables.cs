using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.SelfAttention;

/// <summary>The parameters of what TinT's softmax attention lacks: tables of rotary positions and of a relative bias.</summary>
/// <remarks>Source: C32, C34.</remarks>
internal sealed class FormTables(TintConfiguration configuration, AttentionForm form)
{
    /// <summary>The tables as a transformer holds them.</summary>
    public IEnumerable<WeightTensor> Tensors(string name)
    {
        if (form.Rotation is { } rotation)
        {
            foreach (var tensor in new RotaryPositions(rotation, configuration.Auxiliary.MaximumPositions).Tensors($"{name}.rotary"))
            {
                yield return tensor;
            }
        }

        if (form.Relative is { } relative)
        {
            yield return new WeightTensor(
                $"{name}.relative_bias.weight", [relative.Table.RowCount, relative.Table.ColumnCount], () => Tensor.From(relative.Table));
        }
    }
}
