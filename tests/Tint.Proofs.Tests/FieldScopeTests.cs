using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Providers.LinearAlgebra;
using Tint.Proofs.Drawing;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.PrimeFields;

namespace Tint.Proofs.Tests;

public sealed class FieldScopeTests
{
    [Theory]
    [InlineData(3, 5, 4)]
    [InlineData(40, 70, 30)]
    [InlineData(1, 600, 2)]
    public void Products_are_those_of_the_integers_modulo_p(int rows, int inner, int columns)
    {
        var draw = new Draw(11);
        Matrix<double> a = draw.Matrix(rows, inner), b = draw.Matrix(inner, columns);
        Matrix<double> product, transposed;
        using (PrimeFieldScope.Enter(draw.Field, draw.Key))
        {
            (product, transposed) = (a * b, b.Transpose().TransposeAndMultiply(a));
        }

        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var sum = Enumerable.Range(0, inner).Aggregate(BigInteger.Zero, (total, k) => total + ((BigInteger)a.At(i, k) * (BigInteger)b.At(k, j)));
                Assert.Equal((double)Symmetric(sum, draw.Field.Prime), product.At(i, j));
                Assert.Equal(product.At(i, j), transposed.At(j, i));
            }
        }
    }

    [Fact]
    public void Behind_it_numbers_are_real_and_the_provider_is_what_it_was()
    {
        var before = LinearAlgebraControl.Provider;
        var draw = new Draw(1);
        using (var scope = PrimeFieldScope.Enter(draw.Field, draw.Key))
        {
            Assert.NotSame(before, LinearAlgebraControl.Provider);
            Assert.Throws<InvalidOperationException>(() => PrimeFieldScope.Enter(draw.Field, draw.Key));
        }

        Assert.Same(before, LinearAlgebraControl.Provider);
        Assert.Equal(0.25, (Matrix<double>.Build.Dense(1, 1, 0.5) * 0.5)[0, 0]);
    }

    [Fact]
    public void A_number_that_may_have_been_rounded_is_refused_by_the_next_product()
    {
        var draw = new Draw(2);
        using var scope = PrimeFieldScope.Enter(draw.Field, draw.Key);
        var exception = Assert.Throws<NotInFieldException>(() => Matrix<double>.Build.Dense(2, 2, 0.1) * Matrix<double>.Build.Dense(2, 2, 1));
        Assert.Equal("0.1 is no multiple of 2⁻¹⁵ below 2³⁷", exception.Message);
        Assert.Throws<NotInFieldException>(() => Matrix<double>.Build.Dense(1, 1, 1e12) * 2);
        Assert.Throws<NotInFieldException>(() => Matrix<double>.Build.Dense(1, 1, double.NaN) * 2);
    }

    [Fact]
    public void Halves_and_their_like_have_residues_and_sums_of_them_have_the_sum_s()
    {
        var field = new Draw(3).Field;
        foreach (var (x, y) in new[] { (0.5, 0.25), (-1.75, 12345.125), (1e9 + 0.5, -3.0) })
        {
            Assert.Equal(field.Of(x + y), field.Add(field.Of(x), field.Of(y)));
            Assert.Equal(field.Of(x * y), field.Multiply(field.Of(x), field.Of(y)));
        }

        Assert.Equal(1, field.Multiply(field.Of(0.5), 2));
        Assert.Equal(1, field.Multiply(field.Inverse(7), 7));
        Assert.Throws<ZeroDivisorException>(() => field.Inverse(0));
    }

    private static BigInteger Symmetric(BigInteger value, long prime)
    {
        var remainder = BigInteger.Remainder(value, prime);
        return remainder > prime / 2 ? remainder - prime : remainder < -(prime / 2) ? remainder + prime : remainder;
    }
}
