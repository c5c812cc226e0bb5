using Tint.Fixtures;
using Tint.Reference.Auxiliary;

namespace Tint.Verification.Engines;

/// <summary>The parameters among a case's inputs, as a checkpoint.</summary>
/// <param name="tensors">The case's tensors.</param>
/// <param name="prefix">What the names of parameters begin with.</param>
internal sealed class CaseParameters(FixtureTensors tensors, string prefix) : ITensorFile
{
    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names { get; } =
    [
        .. tensors.InputNames.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..]),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<long>? ShapeOf(string name) =>
        tensors.HasInput(prefix + name) ? [.. tensors.Input(prefix + name).Shape.Select(static size => (long)size)] : null;

    /// <inheritdoc/>
    public Tensor Read(string name)
    {
        var tensor = tensors.Input(prefix + name);
        return new Tensor(tensor.Shape, tensor.Values);
    }

    /// <inheritdoc/>
    public void Read(string name, long first, Span<double> values) => Read(name).Values.Slice((int)first, values.Length).CopyTo(values);
}
