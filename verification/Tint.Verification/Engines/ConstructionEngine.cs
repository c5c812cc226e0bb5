using Tint.Reference.Primitives;

namespace Tint.Verification.Engines;

/// <summary>Computes cases with the literal construction: the weights written into transformer layers, run over prefixes and tokens.</summary>
public sealed class ConstructionEngine : ReferenceEngine
{
    /// <inheritdoc/>
    public override string Name => "construction";

    /// <inheritdoc/>
    internal override IReadOnlyDictionary<string, ComputedTensor> Compute(LoadedCase loaded) => loaded.Case.IsAuxiliary
        ? new Dictionary<string, ComputedTensor>()
        : CaseRoundoff.WithNoise(
            loaded.Construct(CaseRoundoff.Of(loaded.Case)),
            noise => loaded.Construct(Arithmetic.Perturbed(noise)).Select(item => KeyValuePair.Create(item.Key, item.Value.Value)),
            loaded.Case);
}
