using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.Rounding;

namespace Tint.Reference.Primitives;

/// <summary>
/// The operations that the construction is computed with. Given a <see cref="RoundingModel"/>, each result also carries the error that rounding
/// can have left in it, for any implementation that does the same operations, in any order of summation.
/// </summary>
public sealed partial class Arithmetic
{
    private readonly RoundingModel? _rounding;
    private readonly RoundingNoise? _noise;

    private Arithmetic(RoundingModel? rounding, RoundingNoise? noise = null)
    {
        (_rounding, _noise) = (rounding, noise);
    }

    /// <summary>Arithmetic that follows no rounding.</summary>
    public static Arithmetic Plain { get; } = new(null);

    /// <summary>True where rounding is followed.</summary>
    public bool Tracks => _rounding is not null;

    /// <summary>u, or 0 where rounding is not followed.</summary>
    public double UnitRoundoff => _rounding?.UnitRoundoff ?? 0;

    /// <summary>The model of rounding; null where rounding is not followed.</summary>
    public RoundingModel? Rounding => _rounding;

    /// <summary>What operands and results are moved by; null where they are not.</summary>
    internal RoundingNoise? Noise => _noise;

    /// <summary>Arithmetic that follows rounding.</summary>
    public static Arithmetic Tracking(RoundingModel rounding)
    {
        ArgumentNullException.ThrowIfNull(rounding);
        return new Arithmetic(rounding);
    }

    /// <summary>
    /// Arithmetic that moves operands and results at random, as rounding might: what a run of it is off by is the size of rounding's effect on
    /// that run, measured without a model of how errors travel.
    /// </summary>
    /// <param name="noise">The noise.</param>
    /// <param name="rounding">What follows rounding as well; null for nothing.</param>
    public static Arithmetic Perturbed(RoundingNoise noise, RoundingModel? rounding = null)
    {
        ArgumentNullException.ThrowIfNull(noise);
        return new Arithmetic(rounding, noise);
    }

    /// <summary>A matrix as it is, or with the noise of <see cref="Perturbed"/> on every entry.</summary>
    public Matrix<double> Perturb(Matrix<double> matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return _noise is null ? matrix : _noise.On(matrix);
    }

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
            ? SpreadColumns(Product(a, Columns(b, outer), ColumnMajor.Product), outer, b.ColumnCount)
            : Product(a, b, ColumnMajor.Product);
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

        return Product(a, b, ColumnMajor.ProductWithTransposed, turnsRight: true);
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

        return a.NonzeroColumns is { } kept
            ? SpreadRows(Product(Columns(a, kept), b, ColumnMajor.ProductOfTransposed, turnsLeft: true), kept, a.ColumnCount)
            : Product(a, b, ColumnMajor.ProductOfTransposed, turnsLeft: true);
    }

    /// <summary>A∘B, entry by entry.</summary>
    public Tracked PointwiseMultiply(Tracked a, Tracked b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var product = Perturb(a.Value).PointwiseMultiply(b.Value);
        return new Tracked(Perturb(product), _rounding is null ? null : a.Value.MapIndexed(
            (i, j, x) => _rounding.Scaled(x, a.Error?.At(i, j) ?? 0, b.Value.At(i, j), b.Error?.At(i, j) ?? 0), Zeros.Include));
    }

    /// <summary>A + B; a null operand is exactly zero.</summary>
    public Tracked? Add(Tracked? a, Tracked? b)
    {
        if (a is null || b is null)
        {
            return a ?? b;
        }

        var sum = ColumnMajor.Sum(a.Value, b.Value);
        return new Tracked(Perturb(sum), _rounding?.Sum(sum, a.Error, b.Error));
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

        var error = _rounding is null
            ? null
            : a.Value.MapIndexed((i, j, x) => _rounding.Scaled(x, a.Error?.At(i, j) ?? 0, c.Value, c.Error), Zeros.Include);
        return new Tracked(Perturb(ColumnMajor.Scaled(a.Value, c.Value)), error) { NonzeroColumns = a.NonzeroColumns };
    }

    /// <summary>Puts m in the place of x as a residual connection does it, x + (m − x): m, and the two roundings on the way.</summary>
    public Tracked? Replace(Tracked? x, Tracked? m)
    {
        if (x is null || (_rounding is null && _noise is null))
        {
            return m;
        }

        var value = m?.Value ?? Matrix<double>.Build.Dense(x.RowCount, x.ColumnCount);
        if (_noise is not null)
        {
            value = Perturb(x.Value + Perturb(value - x.Value));
        }

        if (_rounding is null)
        {
            return new Tracked(value);
        }

        var error = Matrix<double>.Build.Dense(x.RowCount, x.ColumnCount, (i, j) => _rounding.Combine(
            m?.Error?.At(i, j) ?? 0,
            _rounding.Combine(UnitRoundoff * Math.Abs(value.At(i, j) - x.Value.At(i, j)), UnitRoundoff * Math.Abs(value.At(i, j)))));
        return new Tracked(value, error);
    }

    /// <param name="a">The left factor, or its transpose.</param>
    /// <param name="b">The right factor, or its transpose.</param>
    /// <param name="multiply">The product.</param>
    /// <param name="turnsLeft">Whether the product transposes a.</param>
    /// <param name="turnsRight">Whether the product transposes b.</param>
    private Tracked Product(
        Tracked a, Tracked b, Func<Matrix<double>, Matrix<double>, Matrix<double>> multiply, bool turnsLeft = false, bool turnsRight = false) =>
        new(Perturb(multiply(Perturb(a.Value), b.Value)), Errors(turnsLeft ? Transposed(a) : a, turnsRight ? Transposed(b) : b));

    private Matrix<double>? Errors(Tracked a, Tracked b) => _rounding?.Product(a.Value, a.Error, b.Value, b.Error);

    /// <summary>Where nothing is tracked, nobody reads it.</summary>
    private Tracked Transposed(Tracked a) => _rounding is null ? a : new(a.Value.Transpose(), a.Error?.Transpose());
}
