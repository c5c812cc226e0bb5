using Tint.Reference.Configuration;

namespace Tint.Reference.Engines;

/// <summary>
/// The one walk through a run: forward through all blocks and the final norm; then for every step the loss gradient, backward and descent from the final
/// norm to the lowest trained block, and forward again from that block's input, which no step changes.
/// </summary>
/// <remarks>Source: C24.</remarks>
internal static class Pass
{
    /// <summary>Takes a reading through all passes.</summary>
    public static void Run<TSignal>(TintConfiguration configuration, IPassReading<TSignal> reading)
    {
        int layers = configuration.Auxiliary.LayerCount, firstTrained = layers - configuration.TrainedLayers;
        var trainedInput = Forward(reading.Embed(), 0, firstTrained, keepMemory: false);
        var output = Trained(0);
        for (var step = 1; step <= configuration.SgdSteps; step++)
        {
            var gradient = reading.FinalNormBackward(reading.LossGradient(output));
            for (var layer = layers - 1; layer >= firstTrained; layer--)
            {
                gradient = reading.Backward(layer, gradient);
            }

            reading.Descended(gradient);
            output = Trained(step);
        }

        TSignal Trained(int step)
        {
            var normed = reading.FinalNorm(Forward(reading.Again(trainedInput), firstTrained, layers, step < configuration.SgdSteps));
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
    }
}
