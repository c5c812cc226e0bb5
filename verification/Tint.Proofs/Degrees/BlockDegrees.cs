using Tint.Reference.Architecture;

namespace Tint.Proofs.Degrees;

/// <summary>The degrees of a block's weights and memory by place, and the readings of its plan that compose them.</summary>
/// <param name="count">The rules.</param>
/// <param name="keepsScorePath">Whether queries and keys learn.</param>
internal sealed class BlockDegrees(DegreeCount count, bool keepsScorePath)
{
    private readonly Dictionary<Place, Degree> _weights = [];
    private readonly Dictionary<Place, (Degree First, Degree Second, Degree Third)> _memory = [];
    private readonly Dictionary<Place, Degree> _asking = [];

    /// <summary>The degree of an encoder's output, which cross-attention reads.</summary>
    public Degree Encoded { get; set; }

    /// <summary>The degree of what cross-attention has sent back to the encoder's output.</summary>
    public Degree EncodedGradient { get; private set; }

    /// <summary>Reads the plan forward.</summary>
    public Degree Forward(BlockPlan plan, Degree x) => Walk.Forward(plan, new ForwardReading(this, count), x);

    /// <summary>Reads the plan backward; weights descend.</summary>
    public Degree Backward(BlockPlan plan, Degree gradient)
    {
        var reading = new BackwardReading(this, count, keepsScorePath);
        var passed = Walk.Backward(plan, reading, gradient);
        foreach (var (place, degree) in reading.Updated)
        {
            _weights[place] = count.Compared(degree);
        }

        return passed;
    }

    private Degree Weight(Place place) => _weights.GetValueOrDefault(place, Degree.Unknown);

    private sealed class ForwardReading(BlockDegrees block, DegreeCount count) : IForwardReading<Degree>
    {
        public int Parts(Chunks chunks) => 1;

        public Degree Forward(Leaf leaf, int chunk, Degree input)
        {
            switch (leaf)
            {
                case Norm or RmsNorm:
                    var normalised = count.Normalised(input);
                    block._memory[leaf.Place] = (normalised, input, default);
                    return count.Linear(block.Weight(leaf.Place), normalised);
                case Linear:
                    block._memory[leaf.Place] = (input, default, default);
                    return count.Linear(block.Weight(leaf.Place), input);
                case Activation:
                    block._memory[leaf.Place] = (input, default, default);
                    return count.Activated(input);
                case Attention attention:
                    Degree Projected(Linear layer, Degree x) => count.Linear(block.Weight(layer.Place), x);
                    var answering = attention.ReadsEncoder ? block.Encoded : input;
                    var (query, key) = (Projected(attention.Query, input), Projected(attention.Key, answering));
                    block._asking[leaf.Place] = input;
                    block._memory[leaf.Place] = (query, key, answering);
                    return count.Softmax(DegreeCount.Scores(query, key, attention.Form)) * Projected(attention.Value, answering);
                default:
                    throw leaf.Unread("the count of degrees");
            }
        }

        public Degree Multiply(Product product, int chunk, Degree left, Degree right)
        {
            block._memory[product.Place] = (left, right, default);
            return count.Multiplied(left, right);
        }

        public Degree Add(Node node, Degree newer, Degree older) => newer + older;
    }

    private sealed class BackwardReading(BlockDegrees block, DegreeCount count, bool keepsScorePath) : IBackwardReading<Degree>
    {
        public Dictionary<Place, Degree> Updated { get; } = [];

        public int Parts(Chunks chunks) => 1;

        public Degree Backward(Leaf leaf, int chunk, Degree gradient)
        {
            var (first, second, third) = block._memory[leaf.Place];
            switch (leaf)
            {
                case Norm or RmsNorm:
                    Updated[leaf.Place] = count.Descended(block.Weight(leaf.Place), gradient, first);
                    return count.NormBackward(block.Weight(leaf.Place), gradient, second, first);
                case Linear:
                    Updated[leaf.Place] = count.Descended(block.Weight(leaf.Place), gradient, first);
                    return count.Multiplied(gradient, block.Weight(leaf.Place));
                case Activation:
                    return count.ActivationBackward(gradient, first);
                case Attention attention:
                    var (value, atValues) = (
                        attention.Value.Place,
                        count.Softmax(DegreeCount.Scores(first, second, attention.Form)) * gradient);
                    Updated[value] = count.Descended(block.Weight(value), atValues, third);
                    var passed = count.Multiplied(atValues, block.Weight(value));
                    var (asking, answering) = keepsScorePath ? Scores(attention, gradient) : (Degree.Constant, Degree.Constant);
                    block.EncodedGradient += attention.ReadsEncoder ? passed + answering : Degree.Constant;
                    return attention.ReadsEncoder ? asking : passed + asking + answering;
                default:
                    throw leaf.Unread("the count of degrees");
            }
        }

        private (Degree Asking, Degree Answering) Scores(Attention attention, Degree gradient)
        {
            var (query, key, answering) = block._memory[attention.Place];
            var (atQuery, atKey) = count.ScoreBackward(block.Weight(attention.Value.Place), gradient, query, key, answering, attention.Form);
            return (OfScores(attention.Query, atQuery, block._asking[attention.Place]), OfScores(attention.Key, atKey, answering));

            Degree OfScores(Linear layer, Degree at, Degree x)
            {
                Updated[layer.Place] = count.Descended(block.Weight(layer.Place), at, x);
                return count.Multiplied(at, block.Weight(layer.Place));
            }
        }

        public (Degree Left, Degree Right) MultiplyBackward(Product product, int chunk, Degree gradient)
        {
            var (left, right, _) = block._memory[product.Place];
            return (count.Multiplied(gradient, right), count.Multiplied(gradient, left));
        }

        public Degree Add(Node node, Degree newer, Degree older) => newer + older;
    }
}
