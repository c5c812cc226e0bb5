using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>The closed form of a block's backward pass with its descents: signals are gradients [T × D_aux], and a chunked MLP runs at its whole width.</summary>
internal sealed class SimulatedBackward(
    TintConfiguration configuration,
    BlockPlan plan,
    AuxiliaryLayer before,
    BlockMemory memory,
    TokenSequence sequence,
    TrainedTokens tokens,
    AuxiliaryLayer? previous = null) : IBackwardReading<Matrix<double>>
{
    private readonly AuxiliaryLayer _before = before;

    /// <summary>The block's weights after the step; what has not descended are the same objects.</summary>
    public AuxiliaryLayer Updated => SimulatedUpdate.Of(configuration, plan, _before, Gradient, previous);

    /// <summary>The gradient at the encoder's output, [S × D_aux]; null where nothing reads it.</summary>
    public Matrix<double>? EncodedGradient { get; private set; }

    /// <summary>The summed gradients that the descents subtracted, zero where there was none.</summary>
    public AuxiliaryLayer Gradient { get; private set; } = SimulatedGradient.UntrainedLayer(plan);

    /// <inheritdoc/>
    public int Parts(Chunks chunks) => 1;

    /// <inheritdoc/>
    public Matrix<double> Backward(Leaf leaf, int chunk, Matrix<double> gradient) => leaf switch
    {
        Norm norm => OfNorm(norm, gradient),
        RmsNorm => OfRmsNorm(leaf.Place, gradient),
        Linear linear => OfLinear(linear, gradient),
        Activation => SimulatedActivation.Backward(configuration, gradient, memory.Input(leaf.Place)),
        Attention { ReadsEncoder: false } attention => OfAttention(attention, gradient),
        Attention attention => OfCrossAttention(attention, gradient),
        _ => throw leaf.Unread("the simulation"),
    };

    /// <inheritdoc/>
    public Matrix<double> Add(Node node, Matrix<double> newer, Matrix<double> older)
    {
        ColumnMajor.AddTo(newer, older);
        return newer;
    }

    /// <inheritdoc/>
    public (Matrix<double> Left, Matrix<double> Right) MultiplyBackward(Product product, int chunk, Matrix<double> gradient)
    {
        ArgumentNullException.ThrowIfNull(product);
        return SimulatedProduct.Backward(configuration, gradient, memory.Product(product.Place));
    }

    private Matrix<double> OfNorm(Norm norm, Matrix<double> gradient)
    {
        var (parameters, kept) = (_before.Norm(norm.Place), memory.Norm(norm.Place));
        if (norm.IsAffine)
        {
            var step = SimulatedLayerNorm.Step(configuration, parameters, gradient, kept, tokens);
            Learn(norm.Place, norm.HasBias ? step : step with { Bias = Vector<double>.Build.Dense(norm.Width) });
        }

        return SimulatedLayerNorm.Backward(configuration, parameters, gradient, kept);
    }

    private Matrix<double> OfRmsNorm(Place place, Matrix<double> gradient)
    {
        var (parameters, kept) = (_before.Norm(place), memory.Norm(place));
        Learn(place, SimulatedRmsNorm.Step(configuration, parameters, gradient, kept, tokens));
        return SimulatedRmsNorm.Backward(configuration, parameters, gradient, kept);
    }

    private Matrix<double> OfLinear(Linear linear, Matrix<double> gradient)
    {
        // Chunks that share a bias each learn it in full (V2).
        var (parameters, copies) = (_before.Linear(linear.Place), configuration.Departures.MlpBiasLearntPerChunk ? linear.InputParts : 1);
        LearnLinear(linear, SimulatedLinear.Step(configuration, parameters, gradient, memory.Input(linear.Place), tokens, copies));
        return SimulatedLinear.Backward(configuration, parameters.Weight, gradient);
    }

    private Matrix<double> OfAttention(Attention attention, Matrix<double> gradient)
    {
        var place = attention.Value.Place;
        var (result, step) = SimulatedAttention.BackwardStep(
            configuration,
            _before.Linear(place),
            gradient,
            memory.Attention(attention.Place),
            sequence.TrainMask,
            sequence.IclMask,
            attention.Form);
        LearnLinear(attention.Value, step);
        if (configuration.KeepsScorePath)
        {
            var kept = memory.Attention(attention.Place);
            var (atQueries, atKeys) = SimulatedAttention.ScoreBackward(
                configuration, _before.Linear(place), gradient, kept, sequence.IclMask, attention.Form);
            ColumnMajor.AddTo(result, OfScores(attention.Query, atQueries, kept.Input, tokens));
            ColumnMajor.AddTo(result, OfScores(attention.Key, atKeys, kept.Input, tokens));
        }

        return result;
    }

    /// <summary>Backward and descent of a query or key layer, whose memory the score path's gate has scaled.</summary>
    private Matrix<double> OfScores(Linear linear, Matrix<double> gradient, Matrix<double> kept, TrainedTokens learning)
    {
        var (parameters, input) = (_before.Linear(linear.Place), ColumnMajor.Scaled(kept, SimulatedGate.Factor(configuration)));
        LearnLinear(linear, SimulatedLinear.Step(configuration, parameters, gradient, input, learning, biasCopies: 1));
        return SimulatedLinear.Backward(configuration, parameters.Weight, gradient);
    }

    /// <summary>What comes back to the tokens that ask comes through the scores, and is nothing where these are dropped (deviation V1).</summary>
    private Matrix<double> OfCrossAttention(Attention attention, Matrix<double> gradient)
    {
        var (value, kept) = (_before.Linear(attention.Value.Place), memory.CrossAttention(attention.Place));
        var (encoded, step) = SimulatedCrossAttention.BackwardStep(configuration, value, gradient, kept, attention.Form);
        LearnLinear(attention.Value, step);
        var passed = configuration.KeepsScorePath ? AcrossScores() : Matrix<double>.Build.Dense(gradient.RowCount, attention.Query.Inputs);
        EncodedGradient = EncodedGradient is null ? encoded : EncodedGradient + encoded;
        return passed;

        Matrix<double> AcrossScores()
        {
            var (atQueries, atKeys) = SimulatedCrossAttention.ScoreBackward(configuration, value, gradient, kept, attention.Form);
            ColumnMajor.AddTo(encoded, OfScores(attention.Key, atKeys, kept.Other, new TrainedTokens([.. Enumerable.Repeat(1.0, atKeys.RowCount)], atKeys.RowCount)));
            return OfScores(attention.Query, atQueries, Require.Present(kept.Input, "the memory of the tokens that ask"), tokens);
        }
    }

    /// <summary>A layer without bias gets none.</summary>
    private void LearnLinear(Linear linear, LinearParameters step) =>
        Learn(linear.Place, linear.HasBias ? step : step with { Bias = Vector<double>.Build.Dense(linear.Outputs) });

    private void Learn(Place place, ParameterGroup step) => Gradient = Gradient.With(place, step);
}
