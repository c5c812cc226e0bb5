namespace Tint.Reference.Auxiliary;

/// <summary>Tensors that are in memory.</summary>
internal sealed class TensorDictionary(IReadOnlyDictionary<string, Tensor> tensors) : ITensorFile
{
    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names { get; } = [.. tensors.Keys];

    /// <inheritdoc/>
    public IReadOnlyList<long>? ShapeOf(string name) =>
        tensors.TryGetValue(name, out var tensor) ? [.. tensor.Shape.Select(static size => (long)size)] : null;

    /// <inheritdoc/>
    public Tensor Read(string name) => tensors[name];

    /// <inheritdoc/>
    public void Read(string name, long first, Span<double> values) =>
        tensors[name].Values.Slice((int)first, values.Length).CopyTo(values);
}
