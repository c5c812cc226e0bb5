using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>Part p of query j in head h: the largest scaled score of the keys that it sees; −∞ of none.</summary>
internal readonly struct LargestScoreParts(ScoreLayout layout, ArrayView<double> scores, double scale, ArrayView<double> result) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var (query, start, last, largest) = (layout.Query(i), layout.Start(i), layout.LastKey(i), double.NegativeInfinity);
        for (var key = layout.FirstKey(i); key < last; key++)
        {
            if (layout.Sees(query, key))
            {
                largest = Math.Max(largest, scale * scores[start + (key * layout.Tokens)]);
            }
        }

        result[i] = largest;
    }
}
