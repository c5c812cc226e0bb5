using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Device;

/// <summary>A block's backward pass with its descents on a device, as <see cref="Simulation.SimulatedBackward"/> reads it on the host.</summary>
/// <param name="algebra">What computes.</param>
/// <param name="configuration">The TinT.</param>
/// <param name="before">The block's weights before the step.</param>
/// <param name="memory">What the forward pass left.</param>
/// <param name="tokens">The tokens that flow through the block.</param>
/// <param name="encoder">What its cross-attention reads; null for none.</param>
internal sealed class DeviceBackward(
    DeviceAlgebra algebra, TintConfiguration configuration, DeviceBlockWeights before, DeviceBlockMemory memory, DeviceTokens tokens, DeviceEncoder? encoder)
    : IBackwardReading<DeviceMatrix>
{
    private readonly DeviceBlockWeights _before = before;

    /// <summary>The block's weights after the step; what has not descended are the same objects.</summary>
    public DeviceBlockWeights Updated { get; private set; } = before;

    /// <summary>The summed gradients that the descents subtracted.</summary>
    public DeviceBlockWeights Gradient { get; private set; } = new(before.Plan, new());

    /// <summary>What the block sends back to the encoder's output, [S × D_aux]; null for nothing.</summary>
    public DeviceMatrix? EncodedGradient { get; private set; }

    /// <inheritdoc/>
    public int Parts(Chunks chunks) => 1;

    /// <inheritdoc/>
    public DeviceMatrix Backward(Leaf leaf, int chunk, DeviceMatrix gradient)
    {
        var kept = memory.Leaves[leaf.Place, chunk];
        return leaf switch
        {
            Norm norm => OfNorm(norm, gradient, (DeviceNormMemory)kept),
            RmsNorm => OfRmsNorm(leaf.Place, gradient, (DeviceNormMemory)kept),
            Linear linear => OfLinear(linear, gradient, (DeviceMatrix)kept),
            Activation => DeviceActivations.Backward(algebra, configuration, gradient, (DeviceMatrix)kept),
            Attention { ReadsEncoder: false } attention => OfAttention(attention, gradient, (DeviceAttentionMemory)kept),
            Attention attention when encoder is not null => OfCrossAttention(attention, gradient, (DeviceAttentionMemory)kept, encoder),
            _ => throw leaf.Unread("the device"),
        };
    }

    /// <inheritdoc/>
    public DeviceMatrix Add(Node node, DeviceMatrix newer, DeviceMatrix older)
    {
        algebra.AddTo(newer, older);
        return newer;
    }

    /// <inheritdoc/>
    public void Release(DeviceMatrix signal) => signal.Dispose();

    /// <inheritdoc/>
    public (DeviceMatrix Left, DeviceMatrix Right) MultiplyBackward(Product product, int chunk, DeviceMatrix gradient) =>
        DeviceProduct.Backward(algebra, configuration, gradient, (DeviceProductMemory)memory.Leaves[product.Place, chunk]);

    private DeviceMatrix OfNorm(Norm norm, DeviceMatrix gradient, DeviceNormMemory kept)
    {
        var layer = _before.Norm(norm.Place);
        if (norm.IsAffine)
        {
            var (updated, step) = DeviceLayerNorm.Descent(algebra, configuration, layer, gradient, kept, tokens);
            Learn(norm.Place, Biased(updated), Biased(step));
        }

        return DeviceLayerNorm.Backward(algebra, configuration, layer, gradient, kept);

        DeviceNormLayer Biased(DeviceNormLayer changed)
        {
            if (norm.HasBias)
            {
                return changed;
            }

            changed.Bias.Dispose();
            return changed with { Bias = algebra.Arena.Zeros(norm.Width, 1) };
        }
    }

    private DeviceMatrix OfRmsNorm(Place place, DeviceMatrix gradient, DeviceNormMemory kept)
    {
        var layer = _before.Norm(place);
        var (updated, step) = DeviceRmsNorm.Descent(algebra, configuration, layer, gradient, kept, tokens);
        Learn(place, updated, step);
        return DeviceRmsNorm.Backward(algebra, configuration, layer, gradient, kept);
    }

    private DeviceMatrix OfLinear(Linear linear, DeviceMatrix gradient, DeviceMatrix kept)
    {
        var (layer, copies) = (_before.Linear(linear.Place), configuration.Departures.MlpBiasLearntPerChunk ? linear.InputParts : 1);
        var (updated, step) = DeviceLinear.Descent(algebra, configuration, layer, gradient, kept, tokens, copies);
        LearnLinear(linear, updated, step);
        return DeviceLinear.Backward(algebra, configuration, layer.Weight, gradient);
    }

    private DeviceMatrix OfAttention(Attention attention, DeviceMatrix gradient, DeviceAttentionMemory kept)
    {
        var (result, updated, step) = DeviceAttention.BackwardDescent(
            algebra, configuration, _before.Linear(attention.Value.Place), gradient, kept, tokens, attention.Form);
        LearnLinear(attention.Value, updated, step);
        if (configuration.KeepsScorePath)
        {
            var (atQueries, atKeys) = DeviceAttention.ScoreBackward(
                algebra, configuration, _before.Linear(attention.Value.Place), gradient, kept, tokens, tokens.IclMask, attention.Form);
            AddScores(result, attention.Query, atQueries, kept.Input, tokens);
            AddScores(result, attention.Key, atKeys, kept.Input, tokens);
        }

        return result;
    }

    /// <summary>Adds what goes back through a query or key layer, and has it learn, from memory that the score path's gate has scaled. The gradient is its own.</summary>
    private void AddScores(DeviceMatrix sum, Linear linear, DeviceMatrix gradient, DeviceMatrix kept, DeviceTokens learning)
    {
        using (gradient)
        {
            var layer = _before.Linear(linear.Place);
            using var input = algebra.Scaled(kept, SimulatedGate.Factor(configuration));
            var (updated, step) = DeviceLinear.Descent(algebra, configuration, layer, gradient, input, learning, biasCopies: 1);
            LearnLinear(linear, updated, step);
            using var passed = DeviceLinear.Backward(algebra, configuration, layer.Weight, gradient);
            algebra.AddTo(sum, passed);
        }
    }

    /// <summary>What comes back to the tokens that ask comes through the scores, and is nothing where these are dropped (deviation V1).</summary>
    private DeviceMatrix OfCrossAttention(Attention attention, DeviceMatrix gradient, DeviceAttentionMemory kept, DeviceEncoder others)
    {
        var (encoded, updated, step) = DeviceCrossAttention.BackwardDescent(
            algebra, configuration, _before.Linear(attention.Value.Place), gradient, kept, others.Tokens, attention.Form);
        LearnLinear(attention.Value, updated, step);
        var passed = algebra.Arena.Zeros(gradient.Rows, attention.Query.Inputs);
        if (configuration.KeepsScorePath)
        {
            var (atQueries, atKeys) = DeviceAttention.ScoreBackward(
                algebra, configuration, _before.Linear(attention.Value.Place), gradient, kept, tokens, iclMask: null, attention.Form, isCrossing: true);
            AddScores(passed, attention.Query, atQueries, kept.Asking!, tokens);
            AddScores(encoded, attention.Key, atKeys, kept.Input, others.Tokens);
        }

        if (EncodedGradient is null)
        {
            EncodedGradient = encoded;
        }
        else
        {
            algebra.AddTo(EncodedGradient, encoded);
            encoded.Dispose();
        }

        return passed;
    }

    /// <summary>A layer without bias gets none.</summary>
    private void LearnLinear(Linear linear, DeviceLinearLayer updated, DeviceLinearLayer step)
    {
        Learn(linear.Place, Biased(updated), Biased(step));

        DeviceLinearLayer Biased(DeviceLinearLayer layer)
        {
            if (linear.HasBias)
            {
                return layer;
            }

            layer.Bias.Dispose();
            return layer with { Bias = algebra.Arena.Zeros(linear.Outputs, 1) };
        }
    }

    private void Learn(Place place, IDisposable updated, IDisposable step) =>
        (Updated, Gradient) = (Updated.With(place, updated), Gradient.With(place, step));
}
