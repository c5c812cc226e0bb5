using MathNet.Numerics.LinearAlgebra;

namespace Tint.Explaining.Layers;

/// <summary>An attention layer at work: what its heads asked, offered and gave.</summary>
/// <param name="Maps">What its weights say.</param>
/// <param name="Query">Queries, [rows × H·d].</param>
/// <param name="Key">Keys, [rows × H·d].</param>
/// <param name="Value">Values, [rows × H·d].</param>
/// <param name="Weights">For each head what a row gives a receiving row, behind mask and softmax, [receiving × giving].</param>
/// <param name="Receiving">What the receiving rows are called.</param>
/// <param name="Giving">What the giving rows are called.</param>
/// <param name="Asking">Whether the receiving rows ask; else the giving ones did, and scores go back.</param>
/// <param name="IsSoftmax">Whether weights are softmax's, else scores as they are.</param>
internal sealed record AttentionRun(
    AttentionMaps Maps,
    Matrix<double> Query,
    Matrix<double> Key,
    Matrix<double> Value,
    IReadOnlyList<Matrix<double>> Weights,
    IReadOnlyList<string> Receiving,
    IReadOnlyList<string> Giving,
    bool Asking,
    bool IsSoftmax)
{
    /// <summary>Which of the layer's inputs, and whether their prefixes, query, key and value are read from, and the output is written to.</summary>
    public required IReadOnlyList<(int Input, bool OfPrefixes)> Places { get; init; }

    /// <summary>Where softmax over positions and twins stands for linear attention: its scores, [receiving × giving] without the twins, which give in the second half; else null.</summary>
    public IReadOnlyList<Matrix<double>>? Scores { get; init; }

    /// <summary>Of softmax attention: the score of a head, an asking row and an answering one.</summary>
    public Func<int, int, int, SoftmaxScore>? Scored { get; init; }

    /// <summary>With twins P, the pairs that a softmax runs over.</summary>
    public int Pairs { get; init; }

    /// <summary>What one number of the output is the sum of.</summary>
    /// <param name="row">Its row.</param>
    /// <param name="coordinate">Its coordinate.</param>
    public IReadOnlyList<Contribution> Trace(int row, int coordinate)
    {
        var size = Maps.HeadSize;
        return
        [
            .. from term in Maps.Output[coordinate]
               let head = term.Source / size
               from giver in Enumerable.Range(0, Scores is null ? Giving.Count : Giving.Count / 2)
               let twins = Scores is null ? null : new TwinShares(Scores[head][row, giver], Weights[head][row, giver], Weights[head][row, giver + (Giving.Count / 2)])
               let weight = twins is null ? Weights[head][row, giver] : term.Coefficient * (twins.Share - twins.OfTwin)
               let value = (twins is null ? term.Coefficient : 1) * Value[giver, term.Source]
               where weight * value != 0
               let asker = Asking ? row : giver
               let answering = Asking ? giver : row
               select new Contribution(
                   head,
                   Giving[giver],
                   Row(Query, asker, head, size),
                   Row(Key, answering, head, size),
                   weight,
                   value,
                   weight * value)
               { Twins = twins, Softmax = Scored?.Invoke(head, asker, answering) },
        ];
    }

    private static double[] Row(Matrix<double> rows, int row, int head, int size) => rows.SubMatrix(row, 1, head * size, size).ToRowMajorArray();
}
