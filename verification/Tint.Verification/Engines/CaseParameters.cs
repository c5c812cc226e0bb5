using Tint.Fixtures;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Families;

namespace Tint.Verification.Engines;

/// <summary>The parameters among a case's inputs, as a checkpoint.</summary>
/// <param name="tensors">The case's tensors.</param>
internal sealed class CaseParameters(FixtureTensors tensors) : ITensorFile
{
    private const string Prefix = InputNames.Weights;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names { get; } =
    [
        .. tensors.InputNames.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..]),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<long>? ShapeOf(string name) =>
        tensors.HasInput(Prefix + name) ? [.. tensors.Input(Prefix + name).Shape.Select(static size => (long)size)] : null;

    /// <inheritdoc/>
    public Tensor Read(string name)
    {
        var tensor = tensors.Input(Prefix + name);
        return new Tensor(tensor.Shape, tensor.Values);
    }

    /// <inheritdoc/>
    public void Read(string name, long first, Span<double> values) => Read(name).Values.Slice((int)first, values.Length).CopyTo(values);

    /// <summary>The weights of an auxiliary model of the published code.</summary>
    public static AuxiliaryWeights Published(FixtureTensors tensors, AuxiliaryConfiguration configuration)
    {
        var parameters = new CaseParameters(tensors);
        return HuggingFaceWeights.Import(configuration, parameters.Names.ToDictionary(name => name, parameters.Read));
    }
}
