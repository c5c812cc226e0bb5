using MathNet.Numerics.LinearAlgebra;

namespace Tint.Oracle.Tracing;

/// <summary>
/// Softmax attention with every choice that an implementation makes in it open: how heads are cut out and put back, who sees whom, what hides a score, and over what
/// the softmax runs. Left alone, it is the right one. <see cref="AttentionVariants"/> takes the choices otherwise, one at a time.
/// </summary>
/// <param name="Name">The mistake's name.</param>
/// <param name="Sentence">What is computed.</param>
internal sealed record AttentionVariant(string Name, string Sentence)
{
    /// <summary>Where coordinate d of head h at token t stands in a signal, read row by row.</summary>
    public delegate int Arrangement(int token, int head, int coordinate, AttentionShape shape);

    /// <summary>Heads side by side.</summary>
    public static Arrangement SideBySide { get; } = (t, h, d, shape) => (((t * shape.Heads) + h) * shape.Size) + d;

    /// <summary>How queries, keys and values are cut into heads.</summary>
    public Arrangement Split { get; init; } = SideBySide;

    /// <summary>How the heads' results are put side by side.</summary>
    public Arrangement Merge { get; init; } = SideBySide;

    /// <summary>Whether query i sees key j, given whether the mask of pairs has them.</summary>
    public Func<int, int, Matrix<double>?, bool> Sees { get; init; } = (i, j, mask) => j <= i && mask?.At(i, j) is not 0;

    /// <summary>What becomes of a score, given whether it is seen.</summary>
    public Func<double, bool, double> Hidden { get; init; } = (score, sees) => sees ? score : double.NegativeInfinity;

    /// <summary>What becomes of a probability, given whether it is seen.</summary>
    public Func<double, bool, double> After { get; init; } = (probability, _) => probability;

    /// <summary>Of which head the keys are that a head meets, of so many.</summary>
    public Func<int, int, int> KeysOf { get; init; } = (head, _) => head;

    /// <summary>Of which head the values are that a head's weights mix, of so many.</summary>
    public Func<int, int, int> ValuesOf { get; init; } = (head, _) => head;

    /// <summary>How many scores of 0 the softmax runs over beside those of keys.</summary>
    public int Further { get; init; }

    /// <summary>How many heads there are, of a number that is right.</summary>
    public Func<int, int> Heads { get; init; } = right => right;

    /// <summary>What queries and keys go through before they meet, [T × D/H] of a head.</summary>
    public Func<Matrix<double>, Matrix<double>> Turned { get; init; } = signal => signal;

    /// <summary>What is added to a score of a head.</summary>
    public Func<int, int, int, AttentionShape, double> Biased { get; init; } = (_, _, _, _) => 0;

    /// <summary>Whether the heads' weights are averaged, and every head takes the average.</summary>
    public bool IsAveraged { get; init; }

    /// <summary>Whether the heads' results are averaged, and every head's is the average.</summary>
    public bool IsMixedEvenly { get; init; }

    /// <summary>How many of a query's weights are kept, the largest; null for all.</summary>
    public int? Kept { get; init; }

    /// <summary>Over what the softmax runs.</summary>
    public SoftmaxAxis Axis { get; init; } = SoftmaxAxis.Keys;

    /// <summary>The weights of every head, [T × T], of queries and keys, [T × D].</summary>
    public Matrix<double>[] Weights(AttentionShape shape, Matrix<double> queries, Matrix<double> keys, Matrix<double>? mask)
    {
        shape = Own(shape);
        Matrix<double>[] q = Cut(shape, queries), k = Of(KeysOf, Cut(shape, keys));
        var scores = q.Zip(k, (a, b) => Turned(a).TransposeAndMultiply(Turned(b)) / Math.Sqrt(shape.Size))
            .Select((a, h) => a.MapIndexed((i, j, score) => score + Biased(h, i, j, shape), Zeros.Include)).ToArray();
        var tokens = queries.RowCount;
        double Score(int h, int i, int j) => Hidden(scores[h].At(i, j), Sees(i, j, mask));
        if (Axis == SoftmaxAxis.None)
        {
            return [.. scores.Select((_, h) => Matrix<double>.Build.Dense(tokens, tokens, (i, j) => Score(h, i, j)))];
        }

        var weights = scores.Select(_ => Matrix<double>.Build.Dense(tokens, tokens)).ToArray();
        var (outer, lines) = Axis == SoftmaxAxis.Heads ? (tokens, tokens) : (shape.Heads, tokens);
        var count = Axis == SoftmaxAxis.Heads ? shape.Heads : tokens;
        for (var a = 0; a < outer; a++)
        {
            for (var b = 0; b < lines; b++)
            {
                (int H, int I, int J) At(int c) => Axis switch
                {
                    SoftmaxAxis.Keys => (a, b, c),
                    SoftmaxAxis.Queries => (a, c, b),
                    _ => (c, a, b),
                };
                double[] line = [.. Enumerable.Range(0, count).Select(c => Score(At(c).H, At(c).I, At(c).J))];

                // A number that stands for −∞ hides nothing where it stands everywhere.
                var largest = line.Max();
                line = double.IsNegativeInfinity(largest) ? Array.ConvertAll(line, _ => 1.0) : Array.ConvertAll(line, score => Math.Exp(score - largest));
                var sum = line.Sum() + (Further == 0 ? 0 : Further * Math.Exp(-largest));
                for (var c = 0; c < count; c++)
                {
                    var (h, i, j) = At(c);
                    weights[h].At(i, j, After(line[c] / sum, Sees(i, j, mask)));
                }
            }
        }

        if (Kept is { } kept)
        {
            foreach (var own in weights)
            {
                for (var i = 0; i < tokens; i++)
                {
                    var least = own.Row(i).OrderDescending().ElementAt(Math.Min(kept, tokens) - 1);
                    own.SetRow(i, own.Row(i).Map(value => value >= least ? value : 0, Zeros.Include));
                }
            }
        }

        if (IsAveraged)
        {
            var average = weights.Aggregate((sum, own) => sum + own) / shape.Heads;
            return Array.ConvertAll(weights, _ => average);
        }

        return weights;
    }

    /// <summary>Σ_j a_ij v_j of every head, put together, [T × D].</summary>
    public Matrix<double> Mix(AttentionShape shape, Matrix<double>[] weights, Matrix<double> values)
    {
        shape = Own(shape);
        var heads = Of(ValuesOf, Cut(shape, values)).Zip(weights, (v, a) => a * v).ToArray();
        if (IsMixedEvenly)
        {
            var average = heads.Aggregate((sum, own) => sum + own) / shape.Heads;
            heads = Array.ConvertAll(heads, _ => average);
        }

        var tokens = values.RowCount;
        var flat = new double[tokens * values.ColumnCount];
        for (var h = 0; h < shape.Heads; h++)
        {
            for (var t = 0; t < tokens; t++)
            {
                for (var d = 0; d < shape.Size; d++)
                {
                    flat[Merge(t, h, d, shape)] = heads[h].At(t, d);
                }
            }
        }

        return Matrix<double>.Build.Dense(tokens, values.ColumnCount, (t, c) => flat[(t * values.ColumnCount) + c]);
    }

    private AttentionShape Own(AttentionShape shape)
    {
        var (width, heads) = (shape.Heads * shape.Size, Heads(shape.Heads));
        return width % heads == 0 ? shape with { Heads = heads, Size = width / heads } : shape;
    }

    private static Matrix<double>[] Of(Func<int, int, int> other, Matrix<double>[] heads) => [.. heads.Select((_, h) => heads[other(h, heads.Length)])];

    private Matrix<double>[] Cut(AttentionShape shape, Matrix<double> signal)
    {
        double At(int flat) => signal.At(flat / signal.ColumnCount, flat % signal.ColumnCount);
        return [.. Enumerable.Range(0, shape.Heads).Select(h => Matrix<double>.Build.Dense(signal.RowCount, shape.Size, (t, d) => At(Split(t, h, d, shape))))];
    }
}
