using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Primitives;

namespace Tint.Verification.Engines.Exact;

/// <summary>One head of softmax attention, forward and backward, with rounding.</summary>
internal sealed class TrackedHead
{
    private readonly double _scale;
    private readonly Tracked _query;
    private readonly Tracked _key;
    private readonly Tracked _value;
    private readonly Tracked _weights;

    /// <summary>Runs forward.</summary>
    /// <param name="arithmetic">The arithmetic.</param>
    /// <param name="query">q, [T × d], as scores see it.</param>
    /// <param name="key">k, [S × d], as scores see it.</param>
    /// <param name="value">v, [S × d].</param>
    /// <param name="scale">What multiplies ⟨q, k⟩.</param>
    /// <param name="bias">What is added to it, [T × S]; null for nothing.</param>
    /// <param name="isCausal">Whether a token sees itself and earlier ones alone.</param>
    /// <param name="iclMask">The pairs that may attend; null for all.</param>
    public TrackedHead(
        Arithmetic arithmetic, Tracked query, Tracked key, Tracked value, double scale, Tracked? bias, bool isCausal, Matrix<double>? iclMask)
    {
        (_query, _key, _value, _scale) = (query, key, value, scale);
        var scores = arithmetic.TransposeAndMultiply(query, key);
        int? firstQuery = isCausal ? 0 : null;
        _weights = bias is null
            ? arithmetic.Softmax(scores, scale, firstQuery, iclMask)
            : arithmetic.Softmax(arithmetic.Add(arithmetic.Scale(scores, TrackedScalar.Exact(scale)), bias)!, 1, firstQuery, iclMask);
        Output = arithmetic.Multiply(_weights, value);
    }

    /// <summary>o_i = Σ_j a_ij v_j, [T × d].</summary>
    public Tracked Output { get; }

    /// <summary>∂q, [T × d], ∂k and ∂v, [S × d] each, and ∂s, [T × S], for the gradient at the head's output, [T × d].</summary>
    public (Tracked Query, Tracked Key, Tracked Value, Tracked Scores) Backward(Arithmetic arithmetic, TrackedOperations operations, Tracked g)
    {
        // forward: o = a v
        var value = arithmetic.TransposeThisAndMultiply(_weights, g);
        var weights = arithmetic.TransposeAndMultiply(g, _value);

        // forward: a_i = softmax_j(s_i), s_ij = scale·⟨q_i, k_j⟩ + b_ij
        var mean = operations.RowSums(operations.Hadamard(_weights, weights));
        var scores = operations.Hadamard(_weights, operations.Subtract(weights, mean));
        var scale = TrackedScalar.Exact(_scale);
        return (
            arithmetic.Scale(arithmetic.Multiply(scores, _key), scale)!,
            arithmetic.Scale(arithmetic.TransposeThisAndMultiply(scores, _query), scale)!,
            value,
            scores);
    }
}
