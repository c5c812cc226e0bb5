using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>
/// One head of the auxiliary model's attention at its forward values: o_i = Σ_j a_ij v_j, a_i = softmax_j(c ⟨q_i, k_j⟩) over the j that i sees: itself
/// and earlier tokens, or all S that there are, which may be another sequence's. What else adds to a score is in a, and changes no derivative.
/// </summary>
public sealed record AttentionHead
{
    /// <summary>Collects the pieces of a head.</summary>
    /// <param name="weights">a, [T × S], row i the distribution of query i; 0 where i does not see j.</param>
    /// <param name="query">q, [T × d].</param>
    /// <param name="key">k, [S × d].</param>
    /// <param name="value">v, [S × d].</param>
    /// <param name="scoreScale">c, for the auxiliary models 1/√d.</param>
    /// <param name="isCausal">Whether i sees j ≤ i alone; then S is T.</param>
    /// <exception cref="RuleViolationException">A shape does not fit, an entry is not finite, or a weight is negative or non-causal.</exception>
    public AttentionHead(
        Matrix<double> weights, Matrix<double> query, Matrix<double> key, Matrix<double> value, double scoreScale, bool isCausal = true)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        var tokens = query.RowCount;
        KeyCount = isCausal ? tokens : key.RowCount;
        IsCausal = isCausal;
        Require.Shape(weights, tokens, KeyCount, "attention weights");
        Require.Shape(key, KeyCount, query.ColumnCount, "keys");
        Require.Shape(value, KeyCount, query.ColumnCount, "values");
        Require.Finite(weights, "attention weights");
        Require.Finite(query, "queries");
        Require.Finite(key, "keys");
        Require.Finite(value, "values");
        CheckWeights(weights, isCausal);
        Weights = weights;
        Query = query;
        Key = key;
        Value = value;
        ScoreScale = Require.Positive(scoreScale, "the scale of attention scores");
    }

    /// <summary>a, [T × S].</summary>
    public Matrix<double> Weights { get; }

    /// <summary>q, [T × d].</summary>
    public Matrix<double> Query { get; }

    /// <summary>k, [S × d].</summary>
    public Matrix<double> Key { get; }

    /// <summary>v, [S × d].</summary>
    public Matrix<double> Value { get; }

    /// <summary>c.</summary>
    public double ScoreScale { get; }

    /// <summary>T.</summary>
    public int TokenCount => Query.RowCount;

    /// <summary>S, the tokens that have a key and a value.</summary>
    public int KeyCount { get; }

    /// <summary>Whether a token sees itself and earlier ones alone.</summary>
    public bool IsCausal { get; }

    /// <summary>How many keys a query can see, from the first.</summary>
    internal int Seen(int query) => IsCausal ? query + 1 : KeyCount;

    private static void CheckWeights(Matrix<double> weights, bool isCausal)
    {
        for (var row = 0; row < weights.RowCount; row++)
        {
            for (var column = 0; column < weights.ColumnCount; column++)
            {
                var weight = weights.At(row, column);
                if (weight < 0 || (isCausal && column > row && weight != 0))
                {
                    throw new RuleViolationException(
                        isCausal ? "attention weights must be non-negative and 0 above the diagonal" : "attention weights must be non-negative",
                        $"{weight} at row {row}, column {column}",
                        isCausal ? "pass the weights of a causal softmax, one query a row" : "pass the weights of a softmax, one query a row");
                }
            }
        }
    }
}
