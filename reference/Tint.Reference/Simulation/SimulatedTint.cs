using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Keeping;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.Model;
using Tint.Reference.Primitives;

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
public sealed class SimulatedTint
{
    private readonly TintConfiguration _configuration;
    private readonly AuxiliaryWeights _weights;

    /// <summary>Checks shapes and numbers once; from now on, nobody may write the weights (<see cref="ConstantArrays"/>).</summary>
    /// <exception cref="RuleViolationException">The configuration or the weights break a rule, or do not belong together.</exception>
    public SimulatedTint(TintConfiguration configuration, AuxiliaryWeights weights)
    {
        Check(configuration, weights);
        ConstantArrays.Mark(weights);
        _configuration = configuration;
        _weights = weights;
    }

    /// <summary>Whether results carry <see cref="SimulatedResult.Gradients"/>; each step's take as much room as the trained weights.</summary>
    public bool RecordGradients { get; init; }

    /// <summary>Whether results carry <see cref="SimulatedResult.States"/>.</summary>
    public bool RecordStates { get; init; }

    /// <summary>Where runs keep updated layers and the memory of blocks; a scratch file must stay open as long as results are read.</summary>
    public PassStorage Storage { get; init; } = new();

    /// <summary>Called at the end of every stage of a run; sequences of a batch run side by side and call it at once.</summary>
    public Action<PassStage>? Observer { get; init; }

    /// <summary>Trains on one sequence and predicts it.</summary>
    /// <exception cref="RuleViolationException">The sequence breaks a rule, or the run leaves the finite numbers.</exception>
    public SimulatedResult Run(TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        sequence.Check(_configuration.Auxiliary);
        return new SimulatedRun(_configuration, _weights, sequence, Storage, RecordGradients, RecordStates, Observer).Run();
    }

    /// <summary>Trains on and predicts every sequence on its own, in parallel, and averages the losses over the whole batch.</summary>
    /// <exception cref="RuleViolationException">A sequence breaks a rule, or its run leaves the finite numbers.</exception>
    public SimulatedBatch Run(IReadOnlyList<TokenSequence> sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        foreach (var sequence in sequences)
        {
            ArgumentNullException.ThrowIfNull(sequence);
            sequence.Check(_configuration.Auxiliary);
        }

        return SimulatedBatch.Of(InParallel.Select(sequences, Run));
    }

    /// <summary>Checks that a configuration and weights belong together and break no rule.</summary>
    internal static void Check(TintConfiguration configuration, AuxiliaryWeights weights)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(weights);
        AdmissibleShapes.Check(configuration);
        if (weights.Configuration != configuration.Auxiliary)
        {
            throw new RuleViolationException(
                "weights must have the shape of the TinT's auxiliary model",
                $"{weights.Configuration} for {configuration.Auxiliary}",
                "pass weights that were imported with the same configuration");
        }

        weights.Check();
    }
}
