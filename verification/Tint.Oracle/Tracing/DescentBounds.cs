using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Laws;
using Tint.Reference.Configuration;

namespace Tint.Oracle.Tracing;

/// <summary>What the bounds of descents need beside those of the literal construction.</summary>
internal static class DescentBounds
{
    /// <summary>
    /// What a descent's weights owe to the memory, which is no intermediate: η Σ m |g| Δxᵀ. Storing x takes two roundings; putting it back as the published code
    /// does, h + (x − h) among what other modules have left in the stream, two more of the size of x and one of h, which is at most the sum of all signals.
    /// </summary>
    /// <param name="configuration">Gives η.</param>
    /// <param name="gradient">G.</param>
    /// <param name="memory">X.</param>
    /// <param name="trainMask">m.</param>
    /// <param name="unit">The unit roundoff.</param>
    /// <param name="stream">The sum of the largest entries of all signals so far.</param>
    /// <param name="made">What making x has cost, where it is no intermediate; null where it is.</param>
    public static Matrix<double> Carried(
        TintConfiguration configuration, Matrix<double> gradient, Matrix<double> memory, IReadOnlyList<double> trainMask, double unit, double stream, Matrix<double>? made)
    {
        var moved = memory.Map(x => unit * ((4 * Math.Abs(x)) + stream), Zeros.Include);
        var weighted = gradient.MapIndexed((t, _, g) => Math.Abs(configuration.InnerLearningRate * trainMask[t] * g));
        return weighted.TransposeThisAndMultiply(made is null ? moved : moved + made);
    }

    /// <summary>A bound and more.</summary>
    public static Bounded Widened(Bounded result, Matrix<double> by) => new(result.Value, result.Bound + by);

    /// <summary>A column as a row.</summary>
    public static Bounded Transposed(Bounded column) => new(column.Value.Transpose(), column.Bound.Transpose());
}
