using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>
/// One head of the auxiliary model's attention at its forward values: o_i = Σ_j a_ij v_j, a_i = softmax_j(c ⟨q_i, k_j⟩) over the j that i sees.
/// </summary>
public sealed record AttentionHead
{
    /// <summary>Collects the pieces of a head.</summary>
    /// <param name="weights">a, [T × T], row i the distribution of query i; 0 where i does not see j.</param>
    /// <param name="query">q, [T × d].</param>
    /// <param name="key">k, [T × d].</param>
    /// <param name="value">v, [T × d].</param>
    /// <param name="scoreScale">c, for the auxiliary models 1/√d.</param>
    /// <exception cref="RuleViolationException">A shape does not fit, an entry is not finite, or a weight is negative or non-causal.</exception>
    public AttentionHead(
        Matrix<double> weights, Matrix<double> query, Matrix<double> key, Matrix<double> value, double scoreScale)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        var tokens = query.RowCount;
        Require.Shape(weights, tokens, tokens, "attention weights");
        Require.Shape(key, tokens, query.ColumnCount, "keys");
        Require.Shape(value, tokens, query.ColumnCount, "values");
        Require.Finite(weights, "attention weights");
        Require.Finite(query, "queries");
        Require.Finite(key, "keys");
        Require.Finite(value, "values");
        CheckWeights(weights);
        Weights = weights;
        Query = query;
        Key = key;
        Value = value;
        ScoreScale = Require.Positive(scoreScale, "the scale of attention scores");
    }

    /// <summary>a, [T × T].</summary>
    public Matrix<double> Weights { get; }

    /// <summary>q, [T × d].</summary>
    public Matrix<double> Query { get; }

    /// <summary>k, [T × d].</summary>
    public Matrix<double> Key { get; }

    /// <summary>v, [T × d].</summary>
    public Matrix<double> Value { get; }

    /// <summary>c.</summary>
    public double ScoreScale { get; }

    /// <summary>T.</summary>
    public int TokenCount => Query.RowCount;

    private static void CheckWeights(Matrix<double> weights)
    {
        for (var row = 0; row < weights.RowCount; row++)
        {
            for (var column = 0; column < weights.ColumnCount; column++)
            {
                var weight = weights.At(row, column);
                if (weight < 0 || (column > row && weight != 0))
                {
                    throw new RuleViolationException(
                        "attention weights must be non-negative and 0 above the diagonal",
                        $"{weight} at row {row}, column {column}",
                        "pass the weights of a causal softmax, one query a row");
                }
            }
        }
    }
}
