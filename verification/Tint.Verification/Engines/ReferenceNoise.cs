namespace Tint.Verification.Engines;

/// <summary>
/// The noise of a case's tensors for engines that have not measured it: what rounding typically does to a tensor is the case's property, not the
/// engine's, so that of the reference engines serves. They run when it is first asked for.
/// </summary>
internal sealed class ReferenceNoise(LoadedCase loaded)
{
    private readonly Lazy<Dictionary<string, Func<double, double>>> _noises = new(() => ReferenceEngines.All
        .SelectMany(engine => engine.Compute(loaded))
        .Where(item => item.Value.Noise is not null)
        .ToDictionary(item => item.Key, item => item.Value.Noise!, StringComparer.Ordinal));

    /// <summary>A tensor as an engine computed it, with noise; infinite, so that it bounds nothing, where the reference does not compute the tensor.</summary>
    public ComputedTensor For(string name, ComputedTensor computed) => computed.Noise is not null || computed.Bound is null
        ? computed
        : computed with
        {
            Noise = enough => _noises.Value.TryGetValue(name, out var noise) ? noise(enough) : double.PositiveInfinity,
        };
}
