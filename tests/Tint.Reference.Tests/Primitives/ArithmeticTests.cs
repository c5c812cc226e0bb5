using FsCheck;
using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.DenseEvaluation;
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
            Assert.Equal(a * b, arithmetic.Multiply(new Tracked(a), new Tracked(b)).Value);
            Assert.Equal(a * b, arithmetic.TransposeAndMultiply(new Tracked(a), new Tracked(b.Transpose())).Value);
            Assert.Equal(a * b, arithmetic.TransposeThisAndMultiply(new Tracked(a.Transpose()), new Tracked(b)).Value);
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
    public void What_was_cut_out_of_an_identity_or_masked_in_it_is_no_identity()
    {
        var a = new Tracked(new RandomNumbers(2).Matrix(3, 3));
        Tracked[] changed =
        [
            Arithmetic.Rows(Identity(3), [2, 1, 0]),
            Arithmetic.Columns(Identity(3), [1, 2, 0]),
            Arithmetic.SpreadRows(Identity(2), [2, 0], 3),
            Arithmetic.SpreadColumns(Identity(3), [1, 2, 3], 4),
            Arithmetic.Mask(Identity(3), static (i, _) => i > 0),
        ];
        Assert.All(changed, part => Assert.False(part.IsIdentity));
        var masked = Arithmetic.Mask(Identity(3), static (i, _) => i > 0);
        Assert.Equal(masked.Value * a.Value, Tracking.Multiply(masked, a).Value);
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

    [Property(MaxTest = 50)]
    public void Spreading_rows_or_columns_and_selecting_them_gives_them_back(int seed)
    {
        var random = new RandomNumbers(seed);
        var (rows, columns, total) = (1 + random.Below(4), 1 + random.Below(4), 6);
        var value = random.Matrix(rows, columns);
        var a = new Tracked(value, value.PointwiseAbs());
        int[] rowPlaces = [.. Enumerable.Range(0, total).OrderBy(_ => random.Uniform()).Take(rows)];
        int[] columnPlaces = [.. Enumerable.Range(0, total).OrderBy(_ => random.Uniform()).Take(columns)];
        var (spreadRows, spreadColumns) = (Arithmetic.SpreadRows(a, rowPlaces, total), Arithmetic.SpreadColumns(a, columnPlaces, total));
        Same(a, Arithmetic.Rows(spreadRows, rowPlaces));
        Same(a, Arithmetic.Columns(spreadColumns, columnPlaces));
        Assert.Equal(value.Enumerate().Count(x => x != 0), spreadRows.Value.Enumerate().Count(x => x != 0));
        Assert.Equal(value.Enumerate().Count(x => x != 0), spreadColumns.Value.Enumerate().Count(x => x != 0));
        Assert.Equal(columnPlaces, spreadColumns.NonzeroColumns);
    }

    [Fact]
    public void Masks_set_values_and_errors_to_zero()
    {
        var value = Matrix<double>.Build.Dense(2, 2, 2.0);
        var masked = Arithmetic.LowerTriangle(new Tracked(value, value / 4));
        Assert.Equal([2.0, 0, 2.0, 2.0], masked.Value.ToRowMajorArray());
        Assert.Equal([0.5, 0, 0.5, 0.5], masked.Error!.ToRowMajorArray());
    }

    [Property(MaxTest = 100)]
    public void Softmax_rows_are_weights_of_the_admitted_entries_in_the_ratio_of_their_exponentials(int seed)
    {
        var random = new RandomNumbers(seed);
        var size = 1 + random.Below(6);
        var scores = random.Matrix(size, size, 3);
        var causal = random.OnceIn(2);
        var allowed = random.OnceIn(2) ? random.IclMask(size) : null;
        var weights = Arithmetic.Plain.Softmax(new Tracked(scores), scale: 0.5, causal ? 0 : null, allowed).Value;
        for (var i = 0; i < size; i++)
        {
            Assert.Equal(1, weights.Row(i).Sum(), size * RoundingModel.DoubleRoundoff);
            for (var j = 0; j < size; j++)
            {
                var admitted = (!causal || j <= i) && (allowed is null || allowed[i, j] == 1);
                Assert.Equal(admitted, weights[i, j] > 0);

                // Entry i is always admitted. Exponents up to |0.5·scores| of some 6 are off by 2 roundings of that size.
                var ratio = Math.Exp(0.5 * (scores[i, j] - scores[i, i]));
                Assert.Equal(admitted ? ratio : 0, weights[i, j] / weights[i, i], 64 * RoundingModel.DoubleRoundoff * ratio);
            }
        }
    }

    [Fact]
    public void Softmax_stays_finite_where_exponentials_would_not()
    {
        var weights = Arithmetic.Plain.Softmax(new Tracked(Matrix<double>.Build.DenseOfArray(new[,] { { 1e300, -1e300 } })), 1).Value;
        Assert.Equal([1.0, 0.0], weights.ToRowMajorArray());
    }

    [Property(MaxTest = 50)]
    public void Normalised_rows_have_mean_zero_and_the_deviation_that_epsilon_leaves(int seed)
    {
        var random = new RandomNumbers(seed);
        const double Epsilon = 0.01;
        var x = random.Matrix(2, 2 + random.Below(20));
        var normal = Arithmetic.Plain.GatedNormalise(new Tracked(x), TrackedScalar.Exact(1), Epsilon).Value;
        for (var row = 0; row < 2; row++)
        {
            // Sums of no more than 22 terms of size 1, their mean and deviation: 100 roundings cover them.
            var variance = x.Row(row).Subtract(x.Row(row).Average()).Map(d => d * d).Average();
            Assert.Equal(0, normal.Row(row).Average(), 100 * RoundingModel.DoubleRoundoff);
            Assert.Equal(variance / (variance + Epsilon), normal.Row(row).Map(n => n * n).Average(), 100 * RoundingModel.DoubleRoundoff);
        }
    }

    [Fact]
    public void A_closed_feature_gate_leaves_a_row_as_it_is()
    {
        var x = new RandomNumbers(5).Matrix(3, 4);
        Assert.Equal(x, Arithmetic.Plain.GatedNormalise(new Tracked(x), TrackedScalar.Exact(0), 1e-5).Value);
    }

    [Fact]
    public void Activations_act_on_every_entry()
    {
        // Within the bound that comes with the result: gelu_new takes other operations for many numbers than for one.
        var z = new RandomNumbers(6).Matrix(3, 4);
        var rounding = new WorstCaseRounding(FloatFormat.Binary64.Apart);
        foreach (var kind in Enum.GetValues<ActivationKind>())
        {
            Agreement.Within(
                rounding, Arithmetic.Tracking(rounding).Activate(new Tracked(z), kind), Grid.Of(3, 4, (i, j) => ActivationFunction.Value(kind, z[i, j])));
        }
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

    [Fact]
    public void Rejects_matrices_that_are_not_stored_densely() => Refusal.Of(
        () => Arithmetic.Rows(new Tracked(Matrix<double>.Build.SparseIdentity(3)), [0]),
        "must be dense matrices",
        "Matrix<double>.Build.Dense");

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
