using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Input;
using Tint.Reference.Keeping;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>
/// The simulated gradient: what a TinT computes, by plain algebra on [T × D_aux] matrices. There are no prefixes and no attention that
/// multiplies weights; what those do is in the closed forms of <see cref="SimulatedLinear"/>, <see cref="SimulatedLayerNorm"/>,
/// <see cref="SimulatedAttention"/>, <see cref="SimulatedActivation"/>, <see cref="SimulatedLoss"/> and <see cref="SimulatedBlock"/>.
/// </summary>
/// <remarks>
/// The passes: forward through all blocks and the final norm; then, k times, the loss gradient, backward and descent through the final norm
/// and the trained blocks from the top, and forward again from the lowest trained block's input. The final norm is trained whenever
/// there is a step, also with no trained block. K, n, D_sim and H_sim, the sharing of blocks and the restriction of prefixes change how a
/// TinT computes, never what; they are checked and otherwise not read.
/// </remarks>
public sealed class SimulatedTint : TintEngine
{
    /// <inheritdoc cref="TintEngine(TintConfiguration, AuxiliaryWeights)"/>
    public SimulatedTint(TintConfiguration configuration, AuxiliaryWeights weights)
        : base(configuration, weights)
    {
        Tables = EndTables.Of(weights);
        ConstantArrays.Mark(Tables.Head);
    }

    /// <inheritdoc/>
    public override string Name => "simulation";

    /// <summary>The tables at both ends, which all runs share.</summary>
    internal EndTables Tables { get; }

    /// <summary>Whether results carry <see cref="TintResult.Gradients"/>; each step's take as much room as the trained weights.</summary>
    public bool RecordGradients { get; init; }

    /// <summary>Where runs keep updated layers and the memory of blocks; a scratch file must stay open as long as results are read.</summary>
    public PassStorage Storage { get; init; } = new();

    /// <inheritdoc/>
    internal override TintResult RunChecked(TokenSequence sequence) => new SimulatedRun(this, sequence).Run();
}
