namespace Tint.Reference.Architecture;

/// <summary>
/// The one walk through a block. Forward, nodes run in order. Backward is forward reversed: nodes, branches and chunks from the last to the first, and
/// the gradient of a residual connection is added where the connection was.
/// </summary>
/// <remarks>
/// A signal is released behind its last reader. What the walk is given is released by its giver.
/// Source: C22.
/// </remarks>
public static class Walk
{
    /// <summary>The block's output.</summary>
    /// <exception cref="RuleViolationException">The reading does not know a leaf, or the plan has an unknown or an empty node.</exception>
    public static TSignal Forward<TSignal>(BlockPlan plan, IForwardReading<TSignal> reading, TSignal input)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(reading);
        return Forward(plan.Nodes, reading, input, 0);
    }

    /// <summary>The gradient at the block's input.</summary>
    /// <exception cref="RuleViolationException">The reading does not know a leaf, or the plan has an unknown or an empty node.</exception>
    public static TSignal Backward<TSignal>(BlockPlan plan, IBackwardReading<TSignal> reading, TSignal gradient)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(reading);
        return Backward(plan.Nodes, reading, gradient, 0);
    }

    /// <summary>The complaint about a node that the walk does not know.</summary>
    internal static RuleViolationException Unknown(Node node) => new(
        "a plan must consist of leaves, residual connections, sums, products and chunks", node.GetType().Name, "build it of these");

    /// <summary>The complaint of a reading without products.</summary>
    internal static RuleViolationException WithoutProducts(Product product) => new(
        "a reading must know every node of the plan", $"the product at {product.Place}", "use an architecture without gates");

    private static TSignal Forward<TSignal>(IReadOnlyList<Node> nodes, IForwardReading<TSignal> reading, TSignal input, int chunk) =>
        InTurn(nodes, reading, input, (node, x) => node switch
        {
            Leaf leaf => reading.Forward(leaf, chunk, x),
            Residual residual => reading.Add(residual, Forward(residual.Body, reading, x, chunk), x),
            Sum sum => Total(sum, reading, sum.Branches.Select(branch => Forward(branch.Nodes, reading, x, chunk))),
            Chunks chunks => Total(
                chunks, reading, Enumerable.Range(0, reading.Parts(chunks)).Select(part => Forward(chunks.Body, reading, x, part))),
            Product product => reading.Multiply(
                product, chunk, Forward(product.Left.Nodes, reading, x, chunk), Forward(product.Right.Nodes, reading, x, chunk)),
            _ => throw Unknown(node),
        });

    private static TSignal Backward<TSignal>(IReadOnlyList<Node> nodes, IBackwardReading<TSignal> reading, TSignal gradient, int chunk) =>
        InTurn(nodes.Reverse(), reading, gradient, (node, g) => node switch
        {
            Leaf leaf => reading.Backward(leaf, chunk, g),
            Residual residual => reading.Add(residual, Backward(residual.Body, reading, g, chunk), g),
            Sum sum => Total(sum, reading, sum.Branches.Reverse().Select(branch => Backward(branch.Nodes, reading, g, chunk))),
            Chunks chunks => Total(
                chunks, reading, Enumerable.Range(0, reading.Parts(chunks)).Reverse().Select(part => Backward(chunks.Body, reading, g, part))),
            Product product => Branches(product, reading, reading.MultiplyBackward(product, chunk, g), chunk),
            _ => throw Unknown(node),
        });

    private static TSignal Branches<TSignal>(
        Product product, IBackwardReading<TSignal> reading, (TSignal Left, TSignal Right) gradients, int chunk)
    {
        var right = Backward(product.Right.Nodes, reading, gradients.Right, chunk);
        reading.Release(gradients.Right);
        var sum = reading.Add(product, Backward(product.Left.Nodes, reading, gradients.Left, chunk), right);
        reading.Release(gradients.Left);
        reading.Release(right);
        return sum;
    }

    private static TSignal InTurn<TSignal>(
        IEnumerable<Node> nodes, IReading<TSignal> reading, TSignal given, Func<Node, TSignal, TSignal> run)
    {
        var (signal, isGiven) = (given, true);
        foreach (var node in nodes)
        {
            var output = run(node, signal);
            if (!isGiven)
            {
                reading.Release(signal);
            }

            (signal, isGiven) = (output, false);
        }

        return !isGiven ? signal : throw new RuleViolationException("a plan must have a node wherever a signal passes", "none", "leave the connection out");
    }

    private static TSignal Total<TSignal>(Node node, IReading<TSignal> reading, IEnumerable<TSignal> parts)
    {
        var (sum, isEmpty) = (default(TSignal)!, true);
        foreach (var part in parts)
        {
            if (isEmpty)
            {
                (sum, isEmpty) = (part, false);
                continue;
            }

            var older = sum;
            sum = reading.Add(node, part, older);
            reading.Release(older);
        }

        return !isEmpty ? sum : throw new RuleViolationException("a sum must have a branch", $"none in {node.GetType().Name}", "leave the sum out");
    }
}
