using FsCheck;
using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Primitives;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Primitives;

public sealed class ArithmeticSelectionTests
{
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
        Assert.Equal(masked.Value * a.Value, Arithmetic.Plain.Multiply(masked, a).Value);
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
        Assert.Equal((value, a.Error), (Arithmetic.Rows(spreadRows, rowPlaces).Value, Arithmetic.Rows(spreadRows, rowPlaces).Error));
        Assert.Equal((value, a.Error), (Arithmetic.Columns(spreadColumns, columnPlaces).Value, Arithmetic.Columns(spreadColumns, columnPlaces).Error));
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

    [Fact]
    public void Rejects_matrices_that_are_not_stored_densely() => Refusal.Of(
        () => Arithmetic.Columns(new Tracked(Matrix<double>.Build.SparseIdentity(3)), [0]),
        "must be dense matrices",
        "Matrix<double>.Build.Dense");

    private static Tracked Identity(int size) => new(Matrix<double>.Build.DenseIdentity(size)) { IsIdentity = true };
}
