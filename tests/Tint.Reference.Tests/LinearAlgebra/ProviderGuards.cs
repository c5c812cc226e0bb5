using MathNet.Numerics.Providers.LinearAlgebra;

namespace Tint.Reference.Tests.LinearAlgebra;

/// <summary>What a provider refuses, and the edges of what it takes: the same for every provider of this project.</summary>
public abstract class ProviderGuards
{
    protected abstract ILinearAlgebraProvider Provider { get; }

    [Theory]
    [InlineData(2, 3, 2, 2, 4, "rowsB")]
    [InlineData(3, 3, 3, 2, 6, "a")]
    [InlineData(2, 3, 3, 3, 6, "b")]
    [InlineData(2, 3, 3, 2, 5, "c")]
    [InlineData(-2, -3, -3, 2, 4, "a")]
    public void Rejects_sizes_that_do_not_fit(int rowsA, int columnsA, int rowsB, int columnsB, int lengthC, string name)
    {
        var provider = Provider;
        var exception = Assert.Throws<ArgumentOutOfRangeException>(
            () => provider.MatrixMultiply(new double[6], rowsA, columnsA, new double[6], rowsB, columnsB, new double[lengthC]));
        Assert.Equal(name, exception.ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => provider.MatrixMultiply(new float[6], rowsA, columnsA, new float[6], rowsB, columnsB, new float[lengthC]));
    }

    [Fact]
    public void Rejects_arrays_that_are_null()
    {
        var provider = Provider;
        double[] one = [1];
        Assert.Throws<ArgumentNullException>("a", () => provider.MatrixMultiply(null!, 1, 1, one, 1, 1, one));
        Assert.Throws<ArgumentNullException>("b", () => provider.MatrixMultiply(one, 1, 1, null!, 1, 1, one));
        Assert.Throws<ArgumentNullException>("c", () => provider.MatrixMultiply(one, 1, 1, one, 1, 1, null!));
    }

    [Fact]
    public void With_alpha_zero_only_C_is_read()
    {
        var provider = Provider;
        double[] nan = [double.NaN], c = [3];
        provider.MatrixMultiplyWithUpdate(Transpose.DontTranspose, Transpose.DontTranspose, 0, nan, 1, 1, nan, 1, 1, 2, c);
        Assert.Equal([6], c);
    }

    [Fact]
    public void With_no_terms_C_is_only_scaled()
    {
        var provider = Provider;
        double[] c = [3];
        provider.MatrixMultiplyWithUpdate(Transpose.DontTranspose, Transpose.DontTranspose, 1, [], 1, 0, [], 0, 1, 2, c);
        Assert.Equal([6], c);
        provider.MatrixMultiply([], 1, 0, [], 0, 1, c);
        Assert.Equal([0], c);
    }

    [Fact]
    public void NaN_and_infinity_in_an_operand_reach_the_entries_that_they_meet_and_no_others()
    {
        var provider = Provider;
        double[] a = new double[20 * 20], b = new double[20 * 20], c = new double[20 * 20];
        Array.Fill(a, 1);
        Array.Fill(b, 1);
        a[19] = double.NaN;
        b[19 * 20] = double.PositiveInfinity;
        provider.MatrixMultiply(a, 20, 20, b, 20, 20, c);
        for (var j = 0; j < 20; j++)
        {
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal(i == 19 ? double.NaN : j == 19 ? double.PositiveInfinity : 20, c[(j * 20) + i]);
            }
        }
    }
}
