using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
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
public sealed class SimulatedTint : TintEngine, IStepwise
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
    public AuxiliaryWeights Gradient(AuxiliaryWeights weights, TokenSequence sequence)
    {
        Check(weights, sequence);
        return new SimulatedRun(this, weights, sequence).Gradient();
    }

    /// <inheritdoc/>
    /// <remarks>A layer moves each time that it is read, so that beside the weights and the gradient no more than a layer is held.</remarks>
    public AuxiliaryWeights Descend(AuxiliaryWeights weights, AuxiliaryWeights gradient, double rate)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(gradient);
        var configuration = Configuration with { InnerLearningRate = rate };
        var firstTrained = configuration.Auxiliary.LayerCount - configuration.TrainedLayers;
        var ends = new[] { Plan.Final, firstTrained < Plan.EncoderBlocks ? Plan.EncoderFinal : null }.OfType<BlockPlan>();
        return weights with
        {
            Layers = new StreamedLayers(
                configuration.Auxiliary,
                layer => layer < firstTrained ? weights.Layers[layer] : SimulatedUpdate.Of(configuration.OfLayer(layer), Plan.Blocks[layer], weights.Layers[layer], gradient.Layers[layer])),
            Outside = ends.Aggregate(weights.Outside, (outside, plan) => SimulatedUpdate.Of(configuration, plan, outside, gradient.Outside)),
        };
    }

    /// <inheritdoc/>
    public Matrix<double> Predict(AuxiliaryWeights weights, TokenSequence sequence, int first = 0)
    {
        Check(weights, sequence);
        return new SimulatedRun(this, weights, sequence).Predict(first);
    }

    /// <inheritdoc/>
    internal override TintResult RunChecked(TokenSequence sequence) => new SimulatedRun(this, Weights, sequence).Run();
}
