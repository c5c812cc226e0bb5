using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Primitives;

/// <summary>
/// The linear operations that the construction is computed with. With a unit roundoff u each also carries a running error bound: |computed −
/// exact| ≤ Error, elementwise, for any implementation that does the same operations in floating point of that u, in any order of summation.
/// </summary>
/// <remarks>
/// The bounds are the textbook ones: γ_k = k·u/(1 − k·u) bounds the relative error of k roundings, and a sum of k products is off by at most
/// γ_k Σ|a||b|, whatever the order and with or without fused multiply-add. Inherited errors enter with the absolute values of the factors.
/// </remarks>
public sealed partial class Arithmetic
{
    private Arithmetic(double unitRoundoff)
    {
        UnitRoundoff = unitRoundoff;
    }

    /// <summary>Arithmetic that follows no rounding.</summary>
    public static Arithmetic Plain { get; } = new(0);

    /// <summary>u = 2⁻⁵³, the unit roundoff of a double.</summary>
    public const double DoubleRoundoff = 1.1102230246251565e-16;

    /// <summary>u = 2⁻²⁴, the unit roundoff of a float.</summary>
    public const double SingleRoundoff = 5.9604644775390625e-8;

    /// <summary>u, or 0 where rounding is not followed.</summary>
    public double UnitRoundoff { get; }

    /// <summary>True where rounding is followed.</summary>
    public bool Tracks => UnitRoundoff > 0;

    /// <summary>Arithmetic that follows rounding at unit roundoff <paramref name="unitRoundoff"/>.</summary>
    /// <remarks>
    /// To bound the difference between two implementations with roundoffs u₁ and u₂ pass u₁ + u₂: every bound here grows at least linearly in u.
    /// </remarks>
    public static Arithmetic Tracking(double unitRoundoff) => new(Configuration.Require.Positive(unitRoundoff, "unit roundoff"));

    /// <summary>A·B, [m × k]·[k × n].</summary>
    public Tracked Multiply(Tracked a, Tracked b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (b.IsIdentity)
        {
            return a;
        }

        if (a.IsIdentity)
        {
            return b;
        }

        if (a.NonzeroColumns is { } inner)
        {
            (a, b) = (Columns(a, inner), Rows(b, inner));
        }

        return b.NonzeroColumns is { } outer
            ? Spread(Product(a, Columns(b, outer), static (x, y) => x.Multiply(y), a.ColumnCount), outer, b.ColumnCount)
            : Product(a, b, static (x, y) => x.Multiply(y), a.ColumnCount);
    }

    /// <summary>A·Bᵀ, [m × k]·[n × k]ᵀ.</summary>
    public Tracked TransposeAndMultiply(Tracked a, Tracked b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (b.IsIdentity)
        {
            return a;
        }

        if ((a.NonzeroColumns ?? b.NonzeroColumns) is { } inner)
        {
            (a, b) = (Columns(a, inner), Columns(b, inner));
        }

        return Product(a, b, static (x, y) => x.TransposeAndMultiply(y), a.ColumnCount);
    }

    /// <summary>Aᵀ·B, [k × m]ᵀ·[k × n].</summary>
    public Tracked TransposeThisAndMultiply(Tracked a, Tracked b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.IsIdentity)
        {
            return b;
        }

        if (a.NonzeroColumns is not { } kept)
        {
            return Product(a, b, static (x, y) => x.TransposeThisAndMultiply(y), a.RowCount);
        }

        var part = Product(Columns(a, kept), b, static (x, y) => x.TransposeThisAndMultiply(y), a.RowCount);
        return Map(part, matrix =>
        {
            var spread = Matrix<double>.Build.Dense(a.ColumnCount, b.ColumnCount);
            for (var i = 0; i < kept.Count; i++)
            {
                spread.SetRow(kept[i], matrix.Row(i));
            }

            return spread;
        });
    }

    /// <summary>Puts m in the place of x as a residual connection does it, x + (m − x): m, and the two roundings on the way.</summary>
    public Tracked? Replace(Tracked? x, Tracked? m)
    {
        if (!Tracks || x is null)
        {
            return m;
        }

        var value = m?.Value ?? Matrix<double>.Build.Dense(x.RowCount, x.ColumnCount);
        var error = (value - x.Value).PointwiseAbs().Add(value.PointwiseAbs()).Multiply(UnitRoundoff * (1 + (2 * UnitRoundoff)));
        Accumulate(error, m?.Error);
        return new Tracked(value, error);
    }

    /// <summary>A + B; a null operand is exactly zero.</summary>
    public Tracked? Add(Tracked? a, Tracked? b)
    {
        if (a is null || b is null)
        {
            return a ?? b;
        }

        var sum = a.Value.Add(b.Value);
        if (!Tracks)
        {
            return new Tracked(sum);
        }

        var error = sum.PointwiseAbs().Multiply(UnitRoundoff / (1 - UnitRoundoff));
        Accumulate(error, a.Error);
        Accumulate(error, b.Error);
        return new Tracked(sum, error);
    }

    /// <summary>c·A; null, that is zero, for c = 0, and A itself for c = 1 without error.</summary>
    public Tracked? Scale(Tracked? a, TrackedScalar c)
    {
        if (a is null || c == TrackedScalar.Exact(0))
        {
            return null;
        }

        if (c == TrackedScalar.Exact(1))
        {
            return a;
        }

        return new Tracked(a.Value.Multiply(c.Value), Tracks ? ScaledError(a, c) : null) { NonzeroColumns = a.NonzeroColumns };
    }

    /// <summary>Rows <paramref name="kept"/> of a matrix.</summary>
    public static Tracked Rows(Tracked a, IReadOnlyList<int> kept)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(kept);
        return Map(a with { IsIdentity = false }, matrix =>
        {
            var part = Matrix<double>.Build.Dense(kept.Count, matrix.ColumnCount);
            var (source, target) = (Dense.Of(matrix), Dense.Of(part));
            for (var column = 0; column < matrix.ColumnCount; column++)
            {
                for (var row = 0; row < kept.Count; row++)
                {
                    target[(column * kept.Count) + row] = source[(column * matrix.RowCount) + kept[row]];
                }
            }

            return part;
        });
    }

    /// <summary>Columns <paramref name="kept"/> of a matrix.</summary>
    public static Tracked Columns(Tracked a, IReadOnlyList<int> kept)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(kept);
        return Map(a with { IsIdentity = false, NonzeroColumns = null }, matrix =>
        {
            var part = Matrix<double>.Build.Dense(matrix.RowCount, kept.Count);
            for (var column = 0; column < kept.Count; column++)
            {
                Dense.Column(matrix, kept[column]).CopyTo(Dense.Column(part, column));
            }

            return part;
        });
    }

    /// <summary>γ_k = k·u/(1 − k·u).</summary>
    internal double Gamma(double roundings) => roundings * UnitRoundoff / (1 - (roundings * UnitRoundoff));

    private static Tracked Map(Tracked a, Func<Matrix<double>, Matrix<double>> map) =>
        a with { Value = map(a.Value), Error = a.Error is null ? null : map(a.Error) };

    private static Tracked Spread(Tracked a, IReadOnlyList<int> columns, int count) =>
        Map(a with { NonzeroColumns = columns }, matrix =>
        {
            var spread = Matrix<double>.Build.Dense(matrix.RowCount, count);
            for (var column = 0; column < columns.Count; column++)
            {
                Dense.Column(matrix, column).CopyTo(Dense.Column(spread, columns[column]));
            }

            return spread;
        });

    private Tracked Product(Tracked a, Tracked b, Func<Matrix<double>, Matrix<double>, Matrix<double>> multiply, int terms)
    {
        var product = multiply(a.Value, b.Value);
        if (!Tracks)
        {
            return new Tracked(product);
        }

        // |A| E_B + E_A (|B| + E_B), inherited, and γ_k (|A| + E_A)(|B| + E_B) for the sums of k products.
        var (absA, absB) = (a.Value.PointwiseAbs(), b.Value.PointwiseAbs());
        var (largeA, largeB) = (a.Error is null ? absA : absA + a.Error, b.Error is null ? absB : absB + b.Error);
        var error = multiply(largeA, largeB).Multiply(Gamma(terms));
        Accumulate(error, b.Error is null ? null : multiply(absA, b.Error));
        Accumulate(error, a.Error is null ? null : multiply(a.Error, largeB));
        return new Tracked(product, error);
    }

    private Matrix<double> ScaledError(Tracked a, TrackedScalar c)
    {
        var magnitude = Math.Abs(c.Value);
        var error = a.Value.PointwiseAbs().Multiply((UnitRoundoff * magnitude) + c.Error);
        Accumulate(error, a.Error?.Multiply((magnitude + c.Error) * (1 + UnitRoundoff)));
        return error;
    }

    private static void Accumulate(Matrix<double> error, Matrix<double>? part)
    {
        if (part is not null)
        {
            error.Add(part, error);
        }
    }
}
