using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Verification.Simulating;

/// <summary>The simulation on the host.</summary>
public sealed class HostSimulation : ISimulation
{
    /// <inheritdoc/>
    public string Name => "simulation";

    /// <inheritdoc/>
    public TintBatchResult Run(TintConfiguration configuration, AuxiliaryWeights weights, IReadOnlyList<TokenSequence> batch) =>
        new SimulatedTint(configuration, weights) { RecordTrace = true }.Run(batch);
}
