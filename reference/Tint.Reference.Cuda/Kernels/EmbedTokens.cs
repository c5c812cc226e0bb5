using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>Row t: row id_t of E plus row t of the position table, [T × D].</summary>
internal readonly struct EmbedTokens(ArrayView<double> embedding, int vocabulary, ArrayView<double> positions, int positionCount, ArrayView<int> ids, int tokens, ArrayView<double> result) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var column = i / tokens;
        var t = i - (column * tokens);
        result[i] = embedding[ids[t] + (column * vocabulary)] + positions[t + (column * positionCount)];
    }
}
