using Tint.Reference.Auxiliary;

namespace Tint.Reference.Primitives;

/// <summary>
/// A per-coordinate mixing of heads: coordinate c of head o becomes Σ_i M[o, i]·(coordinate c of head i), with one M for all c. As a
/// transformer holds it, it is H·D_sim parameters: a matrix [H × H] for each of the D_sim/H coordinates of a head.
/// </summary>
/// <remarks>Source: C15.</remarks>
public sealed class HeadMixing
{
    private readonly Dictionary<(int Output, int Input), double> _weights = [];

    /// <summary>A mixing of <paramref name="headCount"/> heads of <paramref name="headSize"/> coordinates with all weights zero.</summary>
    public HeadMixing(int headCount, int headSize)
    {
        HeadCount = headCount;
        HeadSize = headSize;
    }

    /// <summary>H, the number of heads.</summary>
    public int HeadCount { get; }

    /// <summary>The coordinates of one head.</summary>
    public int HeadSize { get; }

    /// <summary>M[output, input].</summary>
    public double this[int output, int input]
    {
        get => _weights.GetValueOrDefault((output, input));
        set => _weights[(output, input)] = value;
    }

    /// <summary>The mixing that changes nothing.</summary>
    public static HeadMixing Identity(int headCount, int headSize)
    {
        var mixing = new HeadMixing(headCount, headSize);
        mixing.CopyHeads(0, 0, headCount);
        return mixing;
    }

    /// <summary>Sends heads input, input + 1, … to heads output, output + 1, …, times <paramref name="weight"/>.</summary>
    public void CopyHeads(int output, int input, int count, double weight = 1)
    {
        for (var head = 0; head < count; head++)
        {
            this[output + head, input + head] = weight;
        }
    }

    /// <summary>The mixing with every weight multiplied by a factor.</summary>
    public HeadMixing Times(double factor)
    {
        var product = new HeadMixing(HeadCount, HeadSize);
        foreach (var ((output, input), weight) in _weights)
        {
            product[output, input] = factor * weight;
        }

        return product;
    }

    /// <summary>The mixing as a map on coordinates.</summary>
    public CoordinateMap ToMap() =>
        CoordinateMap.Of(
            HeadCount * HeadSize,
            from weight in _weights
            from coordinate in Enumerable.Range(0, HeadSize)
            select ((weight.Key.Output * HeadSize) + coordinate, (weight.Key.Input * HeadSize) + coordinate, weight.Value));

    /// <summary>
    /// The weights as a transformer holds them, [head size × H × H] with axes (coordinate, input head, output head), and a bias of zeros.
    /// </summary>
    public IEnumerable<WeightTensor> Tensors(string name) =>
    [
        new WeightTensor($"{name}.weight", [HeadSize, HeadCount, HeadCount], Materialise),
        WeightTensor.Zeros($"{name}.bias", HeadSize, HeadCount),
    ];

    private Tensor Materialise()
    {
        var values = new double[HeadSize * HeadCount * HeadCount];
        foreach (var ((output, input), weight) in _weights)
        {
            for (var coordinate = 0; coordinate < HeadSize; coordinate++)
            {
                values[(((coordinate * HeadCount) + input) * HeadCount) + output] = weight;
            }
        }

        return new Tensor([HeadSize, HeadCount, HeadCount], values);
    }
}
