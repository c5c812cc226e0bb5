using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;

namespace Tint.Properties.Laws;

/// <summary>A value of the literal construction, and how far rounding can take another computation of it, entry by entry.</summary>
/// <param name="Value">The numbers, [rows × columns].</param>
/// <param name="Bound">The bounds, of the same shape.</param>
internal sealed record Bounded(Matrix<double> Value, Matrix<double> Bound)
{
    public static Bounded Of(Tracked tracked, RoundingModel rounding) => new(
        tracked.Value,
        tracked.Error is { } error ? rounding.Bound(error) : Matrix<double>.Build.Dense(tracked.RowCount, tracked.ColumnCount));

    /// <summary>A value without error.</summary>
    public static Bounded Exact(Matrix<double> value) => new(value, Matrix<double>.Build.Dense(value.RowCount, value.ColumnCount));

    /// <summary>The bound on a difference or sum of this and another, and on the rounding of forming it.</summary>
    public Bounded Plus(Bounded other) => Rounded(Value + other.Value, Bound + other.Bound);

    /// <inheritdoc cref="Plus"/>
    public Bounded Minus(Bounded other) => Rounded(Value - other.Value, Bound + other.Bound);

    /// <summary>c·this.</summary>
    public Bounded Times(double factor) => Rounded(factor * Value, Math.Abs(factor) * Bound);

    /// <summary>The same value with as much room again as another computation of it needs.</summary>
    public Bounded With(Bounded other) => this with { Bound = Bound + other.Bound };

    /// <summary>The same value with a wider bound.</summary>
    public Bounded With(Matrix<double> bound) => this with { Bound = Bound + bound };

    private static Bounded Rounded(Matrix<double> value, Matrix<double> bound) => new(value, bound + (Tolerance.Unit * value.PointwiseAbs()));
}
