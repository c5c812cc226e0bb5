using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Providers.LinearAlgebra;
using Complex = System.Numerics.Complex;

namespace Tint.Reference.Tests.LinearAlgebra;

/// <summary>What every provider of this project promises about products.</summary>
public abstract class ProviderLaws
{
    protected abstract IReadOnlyList<ILinearAlgebraProvider> Providers { get; }

    public static TheoryData<int, int, int> LargeShapes => new()
    {
        // Several blocks of depth; several blocks of rows; few rows; few columns; more columns than one block of B; vectors.
        { 70, 600, 40 },
        { 500, 260, 17 },
        { 4, 300, 1500 },
        { 2100, 300, 3 },
        { 4, 70, 4200 },
        { 1, 1200, 1100 },
        { 1100, 1200, 1 },
    };

    [Property(Arbitrary = [typeof(ProductCases)], MaxTest = 100)]
    public void Float64_products_stay_within_the_textbook_bound(ProductCase product)
    {
        ArgumentNullException.ThrowIfNull(product);
        foreach (var provider in Providers)
        {
            Assert.InRange(product.ErrorInBounds(product.Run<double>(provider)), 0, 1);
        }
    }

    [Property(Arbitrary = [typeof(ProductCases)], MaxTest = 100)]
    public void Float32_products_stay_within_the_textbook_bound(ProductCase product)
    {
        ArgumentNullException.ThrowIfNull(product);
        foreach (var provider in Providers)
        {
            Assert.InRange(product.ErrorInBounds(product.Run<float>(provider)), 0, 1);
        }
    }

    [Theory]
    [MemberData(nameof(LargeShapes))]
    public void Large_products_stay_within_the_textbook_bound(int rows, int depth, int columns)
    {
        foreach (var transposeA in new[] { Transpose.DontTranspose, Transpose.Transpose })
        {
            foreach (var transposeB in new[] { Transpose.DontTranspose, Transpose.Transpose })
            {
                var product = new ProductCase(rows, depth, columns, transposeA, transposeB, 0.75, -3, rows + depth);
                Assert.InRange(product.ErrorInBounds(product.Run<double>(Providers[0])), 0, 1);
                Assert.InRange(product.ErrorInBounds(product.Run<float>(Providers[0])), 0, 1);
            }
        }
    }

    [Property(Arbitrary = [typeof(ProductCases)], MaxTest = 100)]
    public void An_operand_may_be_the_result(ProductCase product)
    {
        ArgumentNullException.ThrowIfNull(product);
        var n = product.Rows;
        foreach (var provider in Providers)
        {
            void Multiply(double[] a, double[] b, double[] c) => provider.MatrixMultiplyWithUpdate(
                product.TransposeA, product.TransposeB, 3, a, n, n, b, n, n, product.Beta, c);
            double[] x = Square(0), y = Square(1), expected = Square(0), actual = Square(0);
            Multiply(x, y, expected);
            Multiply(actual, y, actual);
            Assert.Equal(expected, actual);
            expected = Square(1);
            actual = Square(1);
            Multiply(x, y, expected);
            Multiply(x, actual, actual);
            Assert.Equal(expected, actual);
            expected = Square(0);
            actual = Square(0);
            Multiply(x, x, expected);
            Multiply(actual, actual, actual);
            Assert.Equal(expected, actual);
        }

        double[] Square(int seed) => (product with { Depth = n, Seed = product.Seed + seed }).A<double>();
    }

    [Fact]
    public void Math_NET_s_matrices_and_vectors_multiply_through_the_registered_provider()
    {
        var before = LinearAlgebraControl.Provider;
        try
        {
            var a = Matrix<double>.Build.Random(37, 21, 1);
            var b = Matrix<double>.Build.Random(21, 19, 2);
            var x = Vector<double>.Build.Random(21, 3);
            LinearAlgebraControl.Provider = Providers[0];
            Matrix<double> plain = a * b, transposed = a.TransposeAndMultiply(b.Transpose()), other = a.Transpose().TransposeThisAndMultiply(b);
            Vector<double> right = a * x, left = x * a.Transpose();
            LinearAlgebraControl.UseManaged();
            foreach (var product in new[] { plain, transposed, other })
            {
                Assert.InRange((product - (a * b)).InfinityNorm(), 0, ProductBound(a, b));
            }

            foreach (var product in new[] { right, left })
            {
                Assert.InRange((product - (a * x)).InfinityNorm(), 0, ProductBound(a, x.ToColumnMatrix()));
            }
        }
        finally
        {
            LinearAlgebraControl.Provider = before;
        }
    }

    [Fact]
    public void All_other_operations_are_the_managed_provider_s()
    {
        Assert.Equal(Use(ManagedLinearAlgebraProvider.Instance), Use(Providers[0]));

        static double[] Use(ILinearAlgebraProvider provider)
        {
            double[] matrix = [4, 1, 1, 3], solution = [1, 2];
            provider.LUSolve(1, matrix, 2, solution);
            var square = new Complex[1];
            provider.MatrixMultiply([Complex.ImaginaryOne], 1, 1, [Complex.ImaginaryOne], 1, 1, square);
            return [.. matrix, .. solution, provider.DotProduct([1f, 2f], [1f, 4f]), square[0].Real];
        }
    }

    /// <summary>Twice γ_{k+2}·max Σ|a||b|·columns in float64: both products may be off, and a row of the difference is summed.</summary>
    private static double ProductBound(Matrix<double> a, Matrix<double> b) =>
        2 * (a.ColumnCount + 2) * Math.ScaleB(1, -53) * (a.PointwiseAbs() * b.PointwiseAbs()).InfinityNorm() * 1.0000001;
}
