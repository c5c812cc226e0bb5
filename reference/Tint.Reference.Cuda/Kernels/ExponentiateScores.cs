using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>scores ← exp(scale·score − largest of the row) where a query sees a key and 0 elsewhere, and the sums of parts.</summary>
internal readonly struct ExponentiateScores(ScoreLayout layout, ArrayView<double> scores, double scale, ArrayView<double> largest, ArrayView<double> sums) : IDeviceLoop
{
    /// <inheritdoc/>
    public void Run(int i)
    {
        var (query, start, last, sum) = (layout.Query(i), layout.Start(i), layout.LastKey(i), 0.0);
        var shift = largest[layout.Row(i)];
        for (var key = layout.FirstKey(i); key < last; key++)
        {
            var place = start + (key * layout.Tokens);

            // A score of −∞ becomes NaN, lest it pass for one that is merely small.
            var weight = layout.Sees(query, key) ? DeviceMath.Exp((scale * scores[place]) - shift) + (scores[place] * 0) : 0;
            scores[place] = weight;
            sum += weight;
        }

        sums[i] = sum;
    }
}
