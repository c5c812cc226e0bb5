using Tint.Reference.Auxiliary;

namespace Tint.Reference.Tests.Families;

/// <summary>Tensors in memory that note which of them are read.</summary>
internal sealed class CountedTensors(IReadOnlyDictionary<string, Tensor> tensors) : ITensorFile
{
    public List<string> Reads { get; } = [];

    public IReadOnlyCollection<string> Names => [.. tensors.Keys];

    public IReadOnlyList<long>? ShapeOf(string name) =>
        tensors.TryGetValue(name, out var tensor) ? [.. tensor.Shape.Select(size => (long)size)] : null;

    public Tensor Read(string name)
    {
        Reads.Add(name);
        return tensors[name];
    }

    public void Read(string name, long first, Span<double> values) => Read(name).Values.Slice((int)first, values.Length).CopyTo(values);
}
