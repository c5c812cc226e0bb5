using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Engines;

/// <summary>
/// The one walk through a run: forward through all blocks and the final norm; then for every step the loss gradient, backward and descent from the final
/// norm to the lowest trained block, and forward again from that block's input, which no step changes.
/// </summary>
/// <remarks>
/// An encoder's blocks come before the decoder's. Where the lowest trained block is the encoder's, every pass runs through both, and the backward pass goes
/// on from what all of the decoder's blocks send back to the encoder's output.
/// Source: C24, C36.
/// </remarks>
internal static class Pass
{
    /// <summary>Takes a reading through all passes.</summary>
    public static void Run<TSignal>(TintConfiguration configuration, IPassReading<TSignal> reading) =>
        Run(configuration, reading, configuration.SgdSteps, isLastForward: true);

    /// <summary>Takes a reading through some steps, with or without the forward pass behind the last of them.</summary>
    public static void Run<TSignal>(TintConfiguration configuration, IPassReading<TSignal> reading, int steps, bool isLastForward)
    {
        int layers = configuration.Auxiliary.LayerCount, firstTrained = layers - configuration.TrainedLayers;
        var encoder = configuration.Auxiliary.Architecture is ModelPlan plan ? plan.EncoderBlocks : 0;
        var (trainsEncoder, firstOfDecoder) = (firstTrained < encoder, Math.Max(firstTrained, encoder));
        var encoderInput = encoder > 0 ? Forward(reading.EmbedEncoder(), 0, Math.Min(firstTrained, encoder), keepMemory: false) : default;
        if (encoder > 0 && !trainsEncoder)
        {
            reading.Encoded(encoderInput!, keepMemory: false);
        }

        var trainedInput = Forward(reading.Embed(), encoder, firstOfDecoder, keepMemory: false);
        var output = Trained(0);
        for (var step = 1; step <= steps; step++)
        {
            var gradient = Backward(reading.FinalNormBackward(reading.LossGradient(output)), layers, firstOfDecoder);
            if (trainsEncoder)
            {
                gradient = Backward(reading.EncodedBackward(), encoder, firstTrained);
            }

            reading.Descended(gradient);
            if (step < steps || isLastForward)
            {
                output = Trained(step);
            }
        }

        TSignal Trained(int step)
        {
            var keepMemory = step < steps;
            if (trainsEncoder)
            {
                reading.Encoded(Forward(reading.Again(encoderInput!), firstTrained, encoder, keepMemory), keepMemory);
            }

            var normed = reading.FinalNorm(Forward(reading.Again(trainedInput), firstOfDecoder, layers, keepMemory));
            reading.Head(normed, step);
            return normed;
        }

        TSignal Forward(TSignal signal, int first, int end, bool keepMemory)
        {
            for (var layer = first; layer < end; layer++)
            {
                signal = reading.Forward(layer, signal, keepMemory);
            }

            return signal;
        }

        TSignal Backward(TSignal gradient, int end, int first)
        {
            for (var layer = end - 1; layer >= first; layer--)
            {
                gradient = reading.Backward(layer, gradient);
            }

            return gradient;
        }
    }
}
