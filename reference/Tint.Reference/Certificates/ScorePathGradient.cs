using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>
/// The part of attention's exact gradient that flows through the scores, and that TinT drops (departure V1): with g the gradient at the
/// head's output, dS_ij = a_ij(⟨g_i, v_j⟩ − Σ_k a_ik⟨g_i, v_k⟩), dQ = c·dS·K, dK = c·dSᵀ·Q. TinT's error at the input of attention is
/// minus dQ·W_Q + dK·W_K summed over heads, exactly.
/// </summary>
/// <param name="Score">dS, [T × S], the gradient with respect to c⟨q_i, k_j⟩.</param>
/// <param name="Query">dQ, [T × d].</param>
/// <param name="Key">dK, [S × d].</param>
public sealed record ScorePathGradient(Matrix<double> Score, Matrix<double> Query, Matrix<double> Key)
{
    /// <summary>Computes dS, dQ and dK of one head.</summary>
    /// <param name="head">The head's forward values.</param>
    /// <param name="g">The gradient at the head's output, [T × d].</param>
    /// <exception cref="RuleViolationException">g has another shape than the head's values, or an entry that is not finite.</exception>
    public static ScorePathGradient Of(AttentionHead head, Matrix<double> g)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(g);
        Require.Shape(g, head.TokenCount, head.Value.ColumnCount, "the gradient at the head's output");
        Require.Finite(g, "the gradient at the head's output");
        var weightGradient = g.TransposeAndMultiply(head.Value);
        var score = Matrix<double>.Build.Dense(head.TokenCount, head.KeyCount);
        for (var i = 0; i < head.TokenCount; i++)
        {
            var mean = 0.0;
            for (var j = 0; j < head.Seen(i); j++)
            {
                mean += head.Weights.At(i, j) * weightGradient.At(i, j);
            }

            for (var j = 0; j < head.Seen(i); j++)
            {
                score.At(i, j, head.Weights.At(i, j) * (weightGradient.At(i, j) - mean));
            }
        }

        return new(score, head.ScoreScale * score.Multiply(head.Key), head.ScoreScale * score.TransposeThisAndMultiply(head.Query));
    }

    /// <summary>dQ·W_Q + dK·W_K, what this head's score path adds to the gradient at attention's input, [T × D].</summary>
    /// <param name="queryWeight">This head's rows of W_Q, [d × D].</param>
    /// <param name="keyWeight">This head's rows of W_K, [d × D].</param>
    public Matrix<double> AtInput(Matrix<double> queryWeight, Matrix<double> keyWeight)
    {
        ArgumentNullException.ThrowIfNull(queryWeight);
        ArgumentNullException.ThrowIfNull(keyWeight);
        return Query.Multiply(queryWeight) + Key.Multiply(keyWeight);
    }
}
