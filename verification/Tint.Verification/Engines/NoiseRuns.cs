using Tint.Reference.Auxiliary;
using Tint.Reference.Rounding;

namespace Tint.Verification.Engines;

/// <summary>
/// The noise that rounding makes in what was computed: the largest change of an entry of each tensor among a few runs of perturbed arithmetic. A run is
/// done when what the runs before it showed is not enough for who asks.
/// </summary>
/// <param name="computed">What was computed.</param>
/// <param name="perturbed">Computes the same, tensors by name, with the noise that is given.</param>
/// <param name="unit">The roundoff.</param>
internal sealed class NoiseRuns(
    IReadOnlyDictionary<string, ComputedTensor> computed, Func<RoundingNoise, IEnumerable<KeyValuePair<string, Tensor>>> perturbed, double unit)
{
    /// <summary>That all of so many runs happen to show less than a hundredth of what they show on average has probability 1e-6.</summary>
    private const int Most = 3;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, double> _largest = new(StringComparer.Ordinal);
    private int _done;

    /// <summary>The noise of a tensor, or as much of it as is enough.</summary>
    public double Of(string name, double enough)
    {
        lock (_lock)
        {
            while (_done < Most && !(_largest.GetValueOrDefault(name) >= enough))
            {
                foreach (var (tensor, values) in perturbed(new RoundingNoise(unit, _done++)))
                {
                    _largest[tensor] = Math.Max(_largest.GetValueOrDefault(tensor), Largest(computed[tensor].Value.Values, values.Values));
                }
            }

            return _largest.GetValueOrDefault(name);
        }
    }

    private static double Largest(ReadOnlySpan<double> values, ReadOnlySpan<double> perturbed)
    {
        var largest = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(values[i] - perturbed[i]));
        }

        return largest;
    }
}
