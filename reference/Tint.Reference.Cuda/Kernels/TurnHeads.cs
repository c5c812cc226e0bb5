using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>
/// result ← every head's first <paramref name="dimensions"/> coordinates turned in pairs by the angles of the row, whose cosines and sines are
/// [rows × dimensions/2]; [rows × heads·size].
/// </summary>
internal readonly struct TurnHeads(
    ArrayView<double> source,
    ArrayView<double> cosines,
    ArrayView<double> sines,
    int rows,
    int size,
    int dimensions,
    int isInterleaved,
    ArrayView<double> result) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var column = i / rows;
        var (row, coordinate) = (i - (column * rows), column % size);
        if (coordinate >= dimensions)
        {
            result[i] = source[i];
            return;
        }

        var half = dimensions / 2;
        var isFirst = isInterleaved != 0 ? coordinate % 2 == 0 : coordinate < half;
        var pair = isInterleaved != 0 ? coordinate / 2 : isFirst ? coordinate : coordinate - half;
        var distance = isInterleaved != 0 ? rows : half * rows;
        var partner = source[isFirst ? i + distance : i - distance];
        var (kept, crossed) = (source[i] * cosines[(pair * rows) + row], partner * sines[(pair * rows) + row]);
        result[i] = isFirst ? kept - crossed : kept + crossed;
    }
}
