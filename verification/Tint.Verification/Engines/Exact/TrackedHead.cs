using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Primitives;

namespace Tint.Verification.Engines.Exact;

/// <summary>One head of causal softmax attention, forward and backward, with rounding.</summary>
internal sealed class TrackedHead
{
    private readonly int[] _columns;
    private readonly double _scale;
    private readonly Tracked _query;
    private readonly Tracked _key;
    private readonly Tracked _value;
    private readonly Tracked _weights;

    public TrackedHead(
        Arithmetic arithmetic, int[] columns, Tracked query, Tracked key, Tracked value, Matrix<double>? iclMask)
    {
        _columns = columns;
        _scale = 1 / Math.Sqrt(columns.Length);
        (_query, _key, _value) = (Arithmetic.Columns(query, columns), Arithmetic.Columns(key, columns), Arithmetic.Columns(value, columns));
        _weights = arithmetic.Softmax(arithmetic.TransposeAndMultiply(_query, _key), _scale, causal: true, iclMask);
        Output = arithmetic.Multiply(_weights, _value);
    }

    /// <summary>o_i = Σ_j a_ij v_j, [T × d].</summary>
    public Tracked Output { get; }

    /// <summary>∂q, ∂k and ∂v, [T × d] each, for the gradient at all heads' outputs, [T × D].</summary>
    public (Tracked Query, Tracked Key, Tracked Value) Backward(Arithmetic arithmetic, TrackedOperations operations, Tracked gradient)
    {
        // forward: o = a v
        var g = Arithmetic.Columns(gradient, _columns);
        var value = arithmetic.TransposeThisAndMultiply(_weights, g);
        var weights = arithmetic.TransposeAndMultiply(g, _value);

        // forward: a_i = softmax_j(s_i), s_ij = ⟨q_i, k_j⟩/√d
        var mean = operations.RowSums(operations.Hadamard(_weights, weights));
        var scores = operations.Hadamard(_weights, operations.Subtract(weights, mean));
        var scale = TrackedScalar.Exact(_scale);
        return (
            arithmetic.Scale(arithmetic.Multiply(scores, _key), scale)!,
            arithmetic.Scale(arithmetic.TransposeThisAndMultiply(scores, _query), scale)!,
            value);
    }
}
