using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>Attention weights: exponentials over their row's sum. Where only trained queries are kept, those of others become 0 but for the one on themselves.</summary>
internal readonly struct DivideScores(ArrayView<double> weights, ArrayView<double> sums, int tokens, int keys, ArrayView<int> trained, int keepsTrainedOnly) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var head = i / (tokens * keys);
        var place = i - (head * tokens * keys);
        var key = place / tokens;
        var query = place - (key * tokens);
        var dropped = keepsTrainedOnly != 0 && trained[query] == 0 && key != query;
        weights[i] = dropped ? 0 : weights[i] / sums[(head * tokens) + query];
    }
}
