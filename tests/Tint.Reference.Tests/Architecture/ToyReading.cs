using Tint.Reference.Architecture;

namespace Tint.Reference.Tests.Architecture;

/// <summary>
/// Reads plans over numbers: a leaf is the polynomial a·x + b·x², its coefficients up to the place and the chunk; attention over an encoder multiplies that by
/// what the encoder gives. It writes down what it was asked, in order.
/// </summary>
internal sealed class ToyReading : IForwardReading<Dual>, IBackwardReading<Dual>
{
    private readonly Dictionary<(Place, int), Dual> _memory = [];
    private readonly Dictionary<(Place, int), (Dual Left, Dual Right)> _products = [];

    public List<string> Log { get; } = [];

    public Dual Encoder { get; init; } = 0.7;

    public double EncoderGradient { get; private set; }

    /// <summary>Fewer parts than there are chunks, as readings that take the whole width at once.</summary>
    public int? PartsAtMost { get; init; }

    public static (double A, double B) Coefficients(Place place, int chunk)
    {
        var seed = place.Name.Aggregate(7 + chunk, static (hash, letter) => ((31 * hash) + letter) % 1009);
        return (0.5 + (seed % 17 / 16.0), (seed % 13 / 26.0) - 0.25);
    }

    public int Parts(Chunks chunks) => Math.Min(PartsAtMost ?? int.MaxValue, chunks.Count);

    public Dual Forward(Leaf leaf, int chunk, Dual input)
    {
        Log.Add($"{leaf.Place} {chunk}");
        _memory.Add((leaf.Place, chunk), input);
        var (a, b) = Coefficients(leaf.Place, chunk);
        var output = (a * input) + (b * input * input);
        return leaf is Attention { ReadsEncoder: true } ? output * Encoder : output;
    }

    public Dual Backward(Leaf leaf, int chunk, Dual gradient)
    {
        Log.Add($"{leaf.Place} {chunk}");
        var input = _memory[(leaf.Place, chunk)].Value;
        var (a, b) = Coefficients(leaf.Place, chunk);
        if (leaf is not Attention { ReadsEncoder: true })
        {
            return gradient.Value * (a + (2 * b * input));
        }

        EncoderGradient += gradient.Value * ((a * input) + (b * input * input));
        return gradient.Value * (a + (2 * b * input)) * Encoder.Value;
    }

    public Dual Multiply(Product product, int chunk, Dual left, Dual right)
    {
        Log.Add($"{product.Place} {chunk}");
        _products.Add((product.Place, chunk), (left, right));
        return left * right;
    }

    public (Dual Left, Dual Right) MultiplyBackward(Product product, int chunk, Dual gradient)
    {
        Log.Add($"{product.Place} {chunk}");
        var (left, right) = _products[(product.Place, chunk)];
        return (gradient.Value * right.Value, gradient.Value * left.Value);
    }

    public Dual Add(Node node, Dual newer, Dual older)
    {
        Log.Add($"+ {node.GetType().Name}");
        return newer + older;
    }
}
