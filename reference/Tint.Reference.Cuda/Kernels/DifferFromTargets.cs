using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>Row t_i of the gradient: prediction_i minus the embedding of its target, 0 for a target of −1. Predictions step by row and column as given.</summary>
internal readonly struct DifferFromTargets(ArrayView<double> prediction, int rowStep, int columnStep, ArrayView<double> embedding, int vocabulary, ArrayView<int> rows, ArrayView<int> targets, int count, ArrayView<double> gradient, int tokens) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var column = i / count;
        var row = i - (column * count);
        var target = targets[row] < 0 ? 0 : embedding[targets[row] + (column * vocabulary)];
        gradient[rows[row] + (column * tokens)] = prediction[(row * rowStep) + (column * columnStep)] - target;
    }
}
