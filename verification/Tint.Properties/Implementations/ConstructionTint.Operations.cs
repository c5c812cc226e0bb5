using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;

namespace Tint.Properties.Implementations;

/// <content>The operations of other architectures.</content>
public sealed partial class ConstructionTint
{
    /// <inheritdoc/>
    public (Matrix<double> Output, LayerNormMemory Memory) RmsNormForward(TintConfiguration configuration, LayerNormParameters layer, Matrix<double> x)
    {
        var (output, normalized, input) = Operations(configuration).RmsNormForward(layer, x);
        return (output.Value, new LayerNormMemory(normalized.Value, input.Value));
    }

    /// <inheritdoc/>
    public Matrix<double> RmsNormBackward(TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory) =>
        Operations(configuration).RmsNormBackward(layer, gradient, memory).Value;

    /// <inheritdoc/>
    public LayerNormParameters RmsNormDescent(
        TintConfiguration configuration,
        LayerNormParameters layer,
        Matrix<double> gradient,
        LayerNormMemory memory,
        IReadOnlyList<double> trainMask) =>
        PrefixStack.UnstackNorm(configuration, Operations(configuration).RmsNormDescent(layer, gradient, memory, trainMask));

    /// <inheritdoc/>
    public (Matrix<double> Output, ProductMemory Memory) ProductForward(TintConfiguration configuration, Matrix<double> left, Matrix<double> right)
    {
        var (output, first, second) = Operations(configuration).ProductForward(left, right);
        return (output.Value, new ProductMemory(first.Value, second.Value));
    }

    /// <inheritdoc/>
    public (Matrix<double> Left, Matrix<double> Right) ProductBackward(TintConfiguration configuration, Matrix<double> gradient, ProductMemory memory)
    {
        var (left, right) = Operations(configuration).ProductBackward(gradient, memory);
        return (left.Value, right.Value);
    }

    /// <inheritdoc/>
    public (Matrix<double> Output, AttentionMemory Memory) FormedAttentionForward(
        TintConfiguration configuration,
        AttentionForm form,
        LinearParameters query,
        LinearParameters key,
        LinearParameters value,
        Matrix<double> x,
        Matrix<double>? iclMask)
    {
        ArgumentNullException.ThrowIfNull(key);
        var (output, queries, keys, input) = Operations(configuration).AttentionForward(form, query, key, value, x, iclMask);
        return (output.Value, new AttentionMemory(queries.Value, keys.Value.SubMatrix(0, x.RowCount, 0, key.Weight.RowCount), input.Value));
    }

    /// <inheritdoc/>
    public (Matrix<double> InputGradient, LinearParameters Updated) FormedAttentionBackwardDescent(
        TintConfiguration configuration,
        AttentionForm form,
        LinearParameters value,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask)
    {
        ArgumentNullException.ThrowIfNull(value);
        var (input, prefixes) = Operations(configuration).AttentionBackwardDescent(form, value, gradient, memory, trainMask, iclMask);
        return (input.Value, InnerChunks.JoinInner([PrefixStack.Unstack(configuration, prefixes)], value.Weight.RowCount));
    }

    /// <inheritdoc/>
    public (Matrix<double> Output, CrossAttentionMemory Memory) CrossAttentionForward(
        TintConfiguration configuration,
        LinearParameters query,
        LinearParameters key,
        LinearParameters value,
        Matrix<double> x,
        Matrix<double> other)
    {
        var (output, queries, keys, others) = Operations(configuration).CrossAttentionForward(query, key, value, x, other);
        return (output.Value, new CrossAttentionMemory(queries.Value, keys.Value, others.Value));
    }

    /// <inheritdoc/>
    public (Matrix<double> OtherGradient, LinearParameters Updated) CrossAttentionBackwardDescent(
        TintConfiguration configuration, LinearParameters value, Matrix<double> gradient, CrossAttentionMemory memory)
    {
        var (other, prefixes) = Operations(configuration).CrossAttentionBackwardDescent(value, gradient, memory);
        return (other.Value, PrefixStack.Unstack(configuration, prefixes));
    }

    /// <inheritdoc/>
    public (Matrix<double> Query, Matrix<double> Key) CrossAttentionScoreBackward(
        TintConfiguration configuration, LinearParameters value, Matrix<double> gradient, CrossAttentionMemory memory)
    {
        var (query, key) = Operations(configuration).CrossAttentionScoreBackward(value, gradient, memory);
        return (query.Value, key.Value);
    }

    private ConstructedOperations Operations(TintConfiguration configuration) => new(configuration, _arithmetic);
}
