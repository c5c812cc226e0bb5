using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>The closed form of a block's backward pass with its descents: signals are gradients [T × D_aux], and a chunked MLP runs at its whole width.</summary>
internal sealed class SimulatedBackward(
    TintConfiguration configuration, AuxiliaryLayer before, BlockMemory memory, TokenSequence sequence, TrainedTokens tokens) : IBackwardReading<Matrix<double>>
{
    private readonly AuxiliaryLayer _before = before;

    /// <summary>The block's weights after the step; what has not descended are the same objects.</summary>
    public AuxiliaryLayer Updated { get; private set; } = before;

    /// <summary>The summed gradients that the descents subtracted, zero where there was none.</summary>
    public AuxiliaryLayer Gradient { get; private set; } = SimulatedGradient.UntrainedLayer(configuration.Auxiliary);

    /// <inheritdoc/>
    public int Parts(Chunks chunks) => 1;

    /// <inheritdoc/>
    public Matrix<double> Backward(Leaf leaf, int chunk, Matrix<double> gradient) => leaf switch
    {
        Norm => OfNorm(leaf.Place, gradient),
        Linear linear => OfLinear(linear, gradient),
        Activation => SimulatedActivation.Backward(configuration, gradient, memory.Input(leaf.Place)),
        Attention attention => OfAttention(attention, gradient),
        _ => throw leaf.Unread("the simulation"),
    };

    /// <inheritdoc/>
    public Matrix<double> Add(Node node, Matrix<double> newer, Matrix<double> older)
    {
        ColumnMajor.AddTo(newer, older);
        return newer;
    }

    private Matrix<double> OfNorm(Place place, Matrix<double> gradient)
    {
        var (parameters, kept) = (_before.Norm(place), memory.Norm(place));
        var (updated, step) = SimulatedLayerNorm.Descent(configuration, parameters, gradient, kept, tokens);
        Learn(place, updated, step);
        return SimulatedLayerNorm.Backward(configuration, parameters, gradient, kept);
    }

    private Matrix<double> OfLinear(Linear linear, Matrix<double> gradient)
    {
        // Chunks that share a bias each learn it in full (V2).
        var (parameters, copies) = (_before.Linear(linear.Place), configuration.Departures.MlpBiasLearntPerChunk ? linear.InputParts : 1);
        var (updated, step) = SimulatedLinear.Descent(configuration, parameters, gradient, memory.Input(linear.Place), tokens, copies);
        Learn(linear.Place, updated, step);
        return SimulatedLinear.Backward(configuration, parameters.Weight, gradient);
    }

    private Matrix<double> OfAttention(Attention attention, Matrix<double> gradient)
    {
        var place = attention.Value.Place;
        var (result, updated, step) = SimulatedAttention.BackwardDescent(
            configuration, _before.Linear(place), gradient, memory.Attention(attention.Place), sequence.TrainMask, sequence.IclMask);
        Learn(place, updated, step);
        return result;
    }

    private void Learn(Place place, ParameterGroup updated, ParameterGroup step) =>
        (Updated, Gradient) = (Updated.With(place, updated), Gradient.With(place, step));
}
