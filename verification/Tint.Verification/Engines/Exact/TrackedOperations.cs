using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;

namespace Tint.Verification.Engines.Exact;

/// <summary>What backpropagation needs beside the construction's operations: entrywise products, means of rows and σ′, with their rounding.</summary>
internal sealed class TrackedOperations(Arithmetic arithmetic, RoundingModel rounding)
{
    /// <summary>Roundings charged for one σ′: an exponential or a hyperbolic tangent, and a few products.</summary>
    private const double DerivativeRoundings = 8;

    /// <summary>A∘B.</summary>
    public Tracked Hadamard(Tracked a, Tracked b)
    {
        var value = a.Value.PointwiseMultiply(b.Value);
        return new Tracked(arithmetic.Perturb(value), Matrix<double>.Build.Dense(a.RowCount, a.ColumnCount, (i, j) =>
        {
            double first = Error(a, i, j), second = Error(b, i, j);
            return rounding.Combine(
                rounding.Combine(Math.Abs(a.Value.At(i, j)) * second, (Math.Abs(b.Value.At(i, j)) + second) * first),
                (rounding.UnitRoundoff * Math.Abs(value.At(i, j))) + (2 * rounding.Underflow));
        }));
    }

    /// <summary>A − B.</summary>
    public Tracked Subtract(Tracked a, Tracked b) => arithmetic.Add(a, arithmetic.Scale(b, TrackedScalar.Exact(-1)))!;

    /// <summary>The sum of every row in each of its entries.</summary>
    public Tracked RowSums(Tracked a) => arithmetic.Multiply(a, Constant(a.ColumnCount, a.ColumnCount, 1));

    /// <summary>The mean of every row in each of its entries.</summary>
    public Tracked RowMeans(Tracked a) => arithmetic.Multiply(a, Constant(a.ColumnCount, a.ColumnCount, 1.0 / a.ColumnCount));

    /// <summary>The sums down the columns, [columns × 1].</summary>
    public Tracked ColumnSums(Tracked a) => arithmetic.TransposeThisAndMultiply(a, Constant(a.RowCount, 1, 1));

    /// <summary>σ′(z): inherited through sup|σ″|, and its own roundings relative to 1 + |z|; for relu undecided where z may be 0.</summary>
    public Tracked Derivative(ActivationKind kind, Tracked z)
    {
        var curvature = kind == ActivationKind.Relu ? 0 : ActivationCurvature.Of(kind).SecondDerivativeBound;
        return new Tracked(
            arithmetic.Perturb(arithmetic.Perturb(z.Value).Map(at => ActivationFunction.Derivative(kind, at), Zeros.Include)),
            Matrix<double>.Build.Dense(z.RowCount, z.ColumnCount, (i, j) =>
            {
                var (size, error) = (Math.Abs(z.Value.At(i, j)), Error(z, i, j));
                return kind == ActivationKind.Relu
                    ? size <= rounding.Bound(error) && error > 0 ? 1 : 0
                    : rounding.Combine(curvature * error, rounding.Accumulated(DerivativeRoundings) * (1 + size));
            }));
    }

    /// <summary>1/√(var + eps) of every row in each of its entries: with p = x − μ, δs = ⟨p, δx⟩/(D s), then a sum of D squares and a root.</summary>
    public Tracked InverseDeviation(Tracked x, double epsilon)
    {
        x = x with { Value = arithmetic.Perturb(x.Value) };
        int rows = x.RowCount, width = x.ColumnCount;
        var (value, error) = (Matrix<double>.Build.Dense(rows, width), Matrix<double>.Build.Dense(rows, width));
        for (var t = 0; t < rows; t++)
        {
            double mean = x.Value.Row(t).Sum() / width, square = 0, inherited = 0;
            for (var c = 0; c < width; c++)
            {
                var centred = x.Value.At(t, c) - mean;
                square += centred * centred / width;
                inherited += Math.Abs(centred) * Error(x, t, c) / width;
            }

            // Entries that repeat repeat their errors, so these add up with absolute values: at most by |p|/√D more than with squares.
            var deviation = Math.Sqrt(square + epsilon);
            var own = rounding.Accumulated(width + 8) + (2 * width * rounding.Underflow / deviation / deviation);
            var relative = rounding.Combine(inherited / deviation / deviation, own);
            for (var c = 0; c < width; c++)
            {
                value.At(t, c, 1 / deviation);
                error.At(t, c, relative / deviation);
            }
        }

        return new Tracked(arithmetic.Perturb(value), error);
    }

    /// <summary>1/√(mean x² + eps) of every row in each of its entries: δr/r = −⟨x, δx⟩r²/D, then a sum of D squares, a root and a quotient.</summary>
    public Tracked InverseRoot(Tracked x, double epsilon)
    {
        x = x with { Value = arithmetic.Perturb(x.Value) };
        int rows = x.RowCount, width = x.ColumnCount;
        var (value, error) = (Matrix<double>.Build.Dense(rows, width), Matrix<double>.Build.Dense(rows, width));
        for (var t = 0; t < rows; t++)
        {
            double square = 0, inherited = 0;
            for (var c = 0; c < width; c++)
            {
                square += x.Value.At(t, c) * x.Value.At(t, c) / width;
                inherited += Math.Abs(x.Value.At(t, c)) * Error(x, t, c) / width;
            }

            // Entries that repeat repeat their errors, so these add up with absolute values.
            var inverse = 1 / Math.Sqrt(square + epsilon);
            var own = rounding.Accumulated(width + 8) + (2 * width * rounding.Underflow * inverse * inverse);
            var relative = rounding.Combine(inherited * inverse * inverse, own);
            for (var c = 0; c < width; c++)
            {
                value.At(t, c, inverse);
                error.At(t, c, relative * inverse);
            }
        }

        return new Tracked(arithmetic.Perturb(value), error);
    }

    /// <summary>A row, [1 × width], in every one of <paramref name="rows"/> rows.</summary>
    public static Tracked Repeated(Tracked row, int rows)
    {
        Matrix<double> Of(Matrix<double> part) => Matrix<double>.Build.Dense(rows, part.ColumnCount, (_, column) => part.At(0, column));
        return new(Of(row.Value), row.Error is null ? null : Of(row.Error));
    }

    /// <summary>Aᵀ.</summary>
    public static Tracked Transposed(Tracked a) => new(a.Value.Transpose(), a.Error?.Transpose());

    private static Tracked Constant(int rows, int columns, double value) => new(Matrix<double>.Build.Dense(rows, columns, value));

    private static double Error(Tracked a, int i, int j) => a.Error?.At(i, j) ?? 0;
}
