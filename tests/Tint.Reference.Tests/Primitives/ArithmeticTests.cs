using FsCheck;
using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Primitives;

public sealed class ArithmeticTests
{
    private static readonly Arithmetic Tracking = Arithmetic.Tracking(new WorstCaseRounding(RoundingModel.DoubleRoundoff));

    [Property(MaxTest = 50)]
    public void Products_are_those_of_the_matrices(int seed)
    {
        var random = new RandomNumbers(seed);
        var (m, k, n) = (1 + random.Below(6), 1 + random.Below(6), 1 + random.Below(6));
        Matrix<double> a = random.Matrix(m, k), b = random.Matrix(k, n);
        foreach (var arithmetic in (Arithmetic[])[Arithmetic.Plain, Tracking])
        {
            Near(arithmetic.Multiply(new Tracked(a), new Tracked(b)));
            Near(arithmetic.TransposeAndMultiply(new Tracked(a), new Tracked(b.Transpose())));
            Near(arithmetic.TransposeThisAndMultiply(new Tracked(a.Transpose()), new Tracked(b)));
        }

        // Each is off by at most γ_k |a||b|, in whatever order it sums.
        void Near(Tracked product)
        {
            var bound = 2 * k * RoundingModel.DoubleRoundoff / (1 - (k * RoundingModel.DoubleRoundoff)) * (a.PointwiseAbs() * b.PointwiseAbs());
            Assert.All((product.Value - (a * b)).EnumerateIndexed(), entry => Assert.InRange(Math.Abs(entry.Item3), 0, bound.At(entry.Item1, entry.Item2)));
        }
    }

    /// <summary>What is known about a factor saves work and changes nothing.</summary>
    [Property(MaxTest = 100)]
    public void Knowing_that_columns_are_zero_changes_no_product(int seed)
    {
        var random = new RandomNumbers(seed);
        var (m, k, n) = (1 + random.Below(6), 1 + random.Below(6), 1 + random.Below(6));
        Tracked a = Sparse(random, m, k), b = Sparse(random, k, n), bT = Sparse(random, n, k), aT = Sparse(random, k, m);
        foreach (var arithmetic in (Arithmetic[])[Arithmetic.Plain, Tracking])
        {
            Same(arithmetic.Multiply(Dense(a), Dense(b)), arithmetic.Multiply(a, b));
            Same(arithmetic.TransposeAndMultiply(Dense(a), Dense(bT)), arithmetic.TransposeAndMultiply(a, bT));
            Same(arithmetic.TransposeAndMultiply(Dense(a), Dense(bT)), arithmetic.TransposeAndMultiply(Dense(a), bT));
            Same(arithmetic.TransposeThisAndMultiply(Dense(aT), Dense(b)), arithmetic.TransposeThisAndMultiply(aT, b));
            Same(arithmetic.Scale(Dense(a), TrackedScalar.Exact(0.5))!, arithmetic.Scale(a, TrackedScalar.Exact(0.5))!);
        }
    }

    [Fact]
    public void A_product_with_an_identity_is_the_other_factor()
    {
        var a = new Tracked(new RandomNumbers(1).Matrix(3, 3));
        Assert.Same(a, Tracking.Multiply(a, Identity(3)));
        Assert.Same(a, Tracking.Multiply(Identity(3), a));
        Assert.Same(a, Tracking.TransposeAndMultiply(a, Identity(3)));
        Assert.Same(a, Tracking.TransposeThisAndMultiply(Identity(3), a));
        Assert.Equal(a.Value.Transpose(), Tracking.TransposeAndMultiply(Identity(3), a).Value);
        Assert.Equal(a.Value.Transpose(), Tracking.TransposeThisAndMultiply(a, Identity(3)).Value);
    }

    [Fact]
    public void Nothing_is_the_zero_of_sums_and_products()
    {
        var a = new Tracked(new RandomNumbers(3).Matrix(2, 2));
        Assert.Same(a, Tracking.Add(a, null));
        Assert.Same(a, Tracking.Add(null, a));
        Assert.Null(Tracking.Add(null, null));
        Assert.Null(Tracking.Scale(null, TrackedScalar.Exact(2)));
        Assert.Null(Tracking.Scale(a, TrackedScalar.Exact(0)));
        Assert.Same(a, Tracking.Scale(a, TrackedScalar.Exact(1)));
        Assert.NotNull(Tracking.Scale(a, new TrackedScalar(0, 1e-20)));
    }

    [Fact]
    public void Putting_a_number_in_the_place_of_another_keeps_the_number_and_charges_two_roundings()
    {
        var x = new Tracked(Matrix<double>.Build.Dense(1, 2, 3.0));
        var m = new Tracked(Matrix<double>.Build.Dense(1, 2, 1.0));
        Assert.Same(m, Arithmetic.Plain.Replace(x, m));
        Assert.Same(m, Tracking.Replace(null, m));
        var got = Tracking.Replace(x, m)!;
        Assert.Equal(m.Value, got.Value);
        Assert.All(got.Error!.Enumerate(), error => Assert.Equal((2 + 1) * RoundingModel.DoubleRoundoff, error));

        // In the place of x, a memory of zero leaves the rounding of x − x alone.
        var emptied = Tracking.Replace(x, null)!;
        Assert.All(emptied.Value.Enumerate(), value => Assert.Equal(0, value));
        Assert.All(emptied.Error!.Enumerate(), error => Assert.Equal(3 * RoundingModel.DoubleRoundoff, error));
    }

    [Fact]
    public void Arithmetic_says_whether_it_follows_rounding()
    {
        Assert.False(Arithmetic.Plain.Tracks);
        Assert.Equal(0, Arithmetic.Plain.UnitRoundoff);
        Assert.Null(Arithmetic.Plain.Rounding);
        Assert.True(Tracking.Tracks);
        Assert.Equal(RoundingModel.DoubleRoundoff, Tracking.UnitRoundoff);
        Assert.Null(Arithmetic.Plain.Multiply(Identity(2) with { IsIdentity = false }, Identity(2) with { IsIdentity = false }).Error);
    }

    private static Tracked Identity(int size) => new(Matrix<double>.Build.DenseIdentity(size)) { IsIdentity = true };

    private static Tracked Dense(Tracked a) => a with { NonzeroColumns = null };

    /// <summary>A matrix with errors, some of whose columns are zero and known to be.</summary>
    private static Tracked Sparse(RandomNumbers random, int rows, int columns)
    {
        int[] kept = [.. Enumerable.Range(0, columns).Where(column => column == 0 || random.OnceIn(2))];
        var part = random.Matrix(rows, kept.Length);
        return Arithmetic.SpreadColumns(new Tracked(part, part.PointwiseAbs() * 1e-12), kept, columns);
    }

    /// <summary>
    /// The same product, whatever the order of its terms: at most 6 of them, none above 5·5, each rounded at most 6 times. And the same errors,
    /// save that fewer terms may be charged for.
    /// </summary>
    private static void Same(Tracked expected, Tracked got)
    {
        Assert.Equal((expected.RowCount, expected.ColumnCount), (got.RowCount, got.ColumnCount));
        for (var i = 0; i < expected.RowCount; i++)
        {
            for (var j = 0; j < expected.ColumnCount; j++)
            {
                Assert.Equal(expected.Value[i, j], got.Value[i, j], 6 * 6 * 25 * RoundingModel.DoubleRoundoff);
                Assert.InRange(got.Error?[i, j] ?? 0, 0, (expected.Error?[i, j] ?? 0) * (1 + 1e-12));
            }
        }
    }
}
