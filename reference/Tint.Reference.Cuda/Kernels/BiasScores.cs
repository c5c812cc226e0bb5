using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>scores ← scale·scores + bias.</summary>
internal readonly struct BiasScores(ArrayView<double> scores, double scale, ArrayView<double> bias) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i) => scores[i] = (scale * scores[i]) + bias[i];
}
