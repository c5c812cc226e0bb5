namespace Tint.Reference.Architecture;

/// <summary>
/// Reads a plan by its widths: signals are their numbers of coordinates, and every leaf must take the width that comes to it. Parameters are counted on the
/// way, once a leaf that runs.
/// </summary>
public sealed class WidthReading : IForwardReading<int>
{
    /// <summary>The parameters of the leaves that have run.</summary>
    public long Parameters { get; private set; }

    /// <summary>The parameters of one block, whose output must be as wide as its input.</summary>
    /// <param name="plan">The block.</param>
    /// <param name="width">D.</param>
    /// <exception cref="RuleViolationException">Some width does not fit.</exception>
    public static long Count(BlockPlan plan, int width)
    {
        var reading = new WidthReading();
        Fit("the block", Walk.Forward(plan, reading, width), width);
        return reading.Parameters;
    }

    /// <inheritdoc/>
    public int Parts(Chunks chunks) => 1;

    /// <inheritdoc/>
    public int Forward(Leaf leaf, int chunk, int input)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        Parameters += leaf.Parameters.Sum(static parameters => parameters.Count);
        return leaf switch
        {
            Norm norm => Fit(leaf.Place.Words, input, norm.Width),
            RmsNorm norm => Fit(leaf.Place.Words, input, norm.Width),
            Linear linear => Through(linear, input),
            Activation => input,
            Attention attention => OfAttention(attention, input),
            _ => throw leaf.Unread("the count of parameters"),
        };
    }

    /// <inheritdoc/>
    public int Add(Node node, int newer, int older) => Fit("a sum", newer, older);

    /// <inheritdoc/>
    public int Multiply(Product product, int chunk, int left, int right)
    {
        ArgumentNullException.ThrowIfNull(product);
        return Fit(product.Place.Words, left, right);
    }

    private static int Through(Linear linear, int input)
    {
        Fit(linear.Place.Words, input, linear.Inputs);
        return linear.Outputs;
    }

    /// <summary>Heads side by side, as many as there are of the queries, each as wide as a head of the values.</summary>
    private static int OfAttention(Attention attention, int input)
    {
        var heads = Through(attention.Query, input);
        var keys = Through(attention.Key, attention.ReadsEncoder ? attention.Key.Inputs : input);
        Fit(attention.Value.Place.Words, Through(attention.Value, attention.ReadsEncoder ? attention.Value.Inputs : input), keys);
        return heads;
    }

    private static int Fit(string name, int actual, int expected) => actual == expected ? actual : throw new RuleViolationException(
        $"{name} must have the width that its place in the plan asks for", $"{actual} for {expected}", "let the widths of neighbours agree");
}
