using Tint.Reference.Auxiliary;

namespace Tint.Reference.Tests.Families;

/// <summary>Tensors in memory as a checkpoint.</summary>
internal sealed class TensorTable(IReadOnlyDictionary<string, Tensor> tensors) : ITensorFile
{
    public IReadOnlyCollection<string> Names => [.. tensors.Keys];

    public IReadOnlyList<long>? ShapeOf(string name) =>
        tensors.TryGetValue(name, out var tensor) ? [.. tensor.Shape.Select(static size => (long)size)] : null;

    public Tensor Read(string name) => tensors[name];

    public void Read(string name, long first, Span<double> values) => tensors[name].Values.Slice((int)first, values.Length).CopyTo(values);
}
