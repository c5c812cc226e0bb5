using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>
/// The tokens with m_t = 1. A descent sums over them alone, so their rows are gathered once and the product Σ_t m_t g_t x_tᵀ runs over no
/// others.
/// </summary>
internal sealed class TrainedTokens
{
    private readonly int[] _rows;
    private readonly int _tokenCount;

    /// <summary>Reads a train mask [T] of 0 and 1.</summary>
    /// <exception cref="RuleViolationException">The mask has another length, or holds something else.</exception>
    public TrainedTokens(IReadOnlyList<double> trainMask, int tokenCount)
    {
        ArgumentNullException.ThrowIfNull(trainMask);
        if (trainMask.Count != tokenCount)
        {
            throw new RuleViolationException(
                "train_mask must have one entry a token", $"{trainMask.Count} for {tokenCount} tokens", "pass one entry a token");
        }

        _rows = [.. Enumerable.Range(0, tokenCount).Where(t => trainMask[t] switch
        {
            0 => false,
            1 => true,
            var value => throw new RuleViolationException(
                "train_mask must hold 0 and 1 only", FormattableString.Invariant($"{value} at position {t}"), "use 0 or 1"),
        })];
        _tokenCount = tokenCount;
    }

    /// <summary>True where no token is trained on.</summary>
    public bool None => _rows.Length == 0;

    /// <summary>The trained tokens, in order.</summary>
    public IReadOnlyList<int> Rows => _rows;

    /// <summary>m_t = 1.</summary>
    public bool Contains(int token) => Array.BinarySearch(_rows, token) >= 0;

    /// <summary>The trained rows of a matrix [T × D], in order; the matrix itself where all are.</summary>
    public Matrix<double> Select(Matrix<double> matrix) => _rows.Length == _tokenCount ? matrix : ColumnMajor.Rows(matrix, _rows);
}
