using Tint.Reference.Auxiliary;

namespace Tint.Reference.Primitives;

/// <summary>
/// A linear map inside each head, y_h = W_h x_h. As a transformer holds it, it is D_sim²/H parameters: a matrix [d × d] for each head.
/// </summary>
/// <remarks>Source: C15.</remarks>
public sealed class PerHeadLinear
{
    private readonly Dictionary<(int Head, int Output, int Input), double> _weights = [];

    /// <summary>A map for <paramref name="headCount"/> heads of <paramref name="headSize"/> coordinates with all weights zero.</summary>
    public PerHeadLinear(int headCount, int headSize)
    {
        HeadCount = headCount;
        HeadSize = headSize;
    }

    /// <summary>H, the number of heads.</summary>
    public int HeadCount { get; }

    /// <summary>d, the coordinates of one head.</summary>
    public int HeadSize { get; }

    /// <summary>W_h[output, input].</summary>
    public double this[int head, int output, int input]
    {
        get => _weights.GetValueOrDefault((head, output, input));
        set => _weights[(head, output, input)] = value;
    }

    /// <summary>The map that changes nothing.</summary>
    public static PerHeadLinear Identity(int headCount, int headSize)
    {
        var linear = new PerHeadLinear(headCount, headSize);
        linear.Pass(0, headCount);
        return linear;
    }

    /// <summary>Makes heads first, first + 1, … identities.</summary>
    public void Pass(int first, int count)
    {
        for (var head = first; head < first + count; head++)
        {
            Copy(head, 0, 0, HeadSize);
        }
    }

    /// <summary>Within a head, sends coordinates input, input + 1, … to output, output + 1, ….</summary>
    public void Copy(int head, int output, int input, int count)
    {
        for (var coordinate = 0; coordinate < count; coordinate++)
        {
            this[head, output + coordinate, input + coordinate] = 1;
        }
    }

    /// <summary>The map on all coordinates.</summary>
    public CoordinateMap ToMap() =>
        CoordinateMap.Of(
            HeadCount * HeadSize,
            _weights.Select(weight => (
                (weight.Key.Head * HeadSize) + weight.Key.Output, (weight.Key.Head * HeadSize) + weight.Key.Input, weight.Value)));

    /// <summary>The weights as a transformer holds them, [H × d × d] with axes (head, input, output), and a bias of zeros.</summary>
    public IEnumerable<WeightTensor> Tensors(string name) =>
    [
        new WeightTensor($"{name}.weight", [HeadCount, HeadSize, HeadSize], Materialise),
        WeightTensor.Zeros($"{name}.bias", HeadCount, HeadSize),
    ];

    private Tensor Materialise()
    {
        var values = new double[HeadCount * HeadSize * HeadSize];
        foreach (var ((head, output, input), weight) in _weights)
        {
            values[(((head * HeadSize) + input) * HeadSize) + output] = weight;
        }

        return new Tensor([HeadCount, HeadSize, HeadSize], values);
    }
}
