using System.Numerics;
using MathNet.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Tests.LinearAlgebra;

/// <summary>Entry-by-entry operations give the bits of Math.NET's managed provider, in place too and with any number of threads.</summary>
[Collection(GlobalControl.Name)]
public sealed class ElementwiseOperationsTests
{
    // Below one vector; with a remainder; above what is worth splitting among threads.
    public static TheoryData<int> Lengths => [0, 1, 7, 1000, (1 << 19) + 3];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Float64_operations_are_those_of_the_managed_provider(int length) => Compare<double>(length);

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Float32_operations_are_those_of_the_managed_provider(int length) => Compare<float>(length);

    [Fact]
    public void With_factor_zero_what_is_scaled_is_not_read()
    {
        var provider = As<double>(new SimdLinearAlgebraProvider());
        double[] nan = [double.NaN], result = [5];
        provider.ScaleArray(0, nan, result);
        Assert.Equal([0], result);
        provider.AddVectorToScaledVector([3], 0, nan, result);
        Assert.Equal([3], result);
    }

    [Fact]
    public void Rejects_arrays_that_are_null_or_of_different_lengths()
    {
        var provider = As<double>(new SimdLinearAlgebraProvider());
        double[] two = [1, 2], three = [1, 2, 3];
        Assert.Throws<ArgumentNullException>("x", () => provider.AddArrays(null!, two, two));
        Assert.Throws<ArgumentNullException>("y", () => provider.PointWiseDivideArrays(two, null!, two));
        Assert.Throws<ArgumentNullException>("result", () => provider.SubtractArrays(two, two, null!));
        Assert.Throws<ArgumentNullException>("x", () => provider.ScaleArray(2, null!, two));
        Assert.Contains(
            "2, 3 and 2", Assert.Throws<ArgumentException>(() => provider.PointWiseMultiplyArrays(two, three, two)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => provider.ScaleArray(2, two, three));
        Assert.Throws<ArgumentException>(() => provider.AddVectorToScaledVector(two, 2, two, three));
    }

    private static ILinearAlgebraProvider<T> As<T>(object provider)
        where T : struct => (ILinearAlgebraProvider<T>)provider;

    private static void Compare<T>(int length)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var managed = As<T>(ManagedLinearAlgebraProvider.Instance);
        var simd = As<T>(new SimdLinearAlgebraProvider());
        T[] x = Entries<T>(length, 1), y = Entries<T>(length, 2);
        var third = T.One / T.CreateChecked(3);
        Action<ILinearAlgebraProvider<T>, T[], T[], T[]>[] operations =
        [
            static (provider, a, b, c) => provider.AddArrays(a, b, c),
            static (provider, a, b, c) => provider.SubtractArrays(a, b, c),
            static (provider, a, b, c) => provider.PointWiseMultiplyArrays(a, b, c),
            static (provider, a, b, c) => provider.PointWiseDivideArrays(a, b, c),
            (provider, a, _, c) => provider.ScaleArray(third, a, c),
            static (provider, a, _, c) => provider.ScaleArray(T.One, a, c),
            static (provider, a, _, c) => provider.ScaleArray(T.Zero, a, c),
            (provider, a, b, c) => provider.AddVectorToScaledVector(a, third, b, c),
            static (provider, a, b, c) => provider.AddVectorToScaledVector(a, T.One, b, c),
            static (provider, a, b, c) => provider.AddVectorToScaledVector(a, T.Zero, b, c),
        ];
        var before = Control.MaxDegreeOfParallelism;
        try
        {
            foreach (var operation in operations)
            {
                var expected = new T[length];
                operation(managed, x, y, expected);
                foreach (var threads in new[] { 1, 2, 3 })
                {
                    Control.MaxDegreeOfParallelism = threads;
                    var result = new T[length];
                    operation(simd, x, y, result);
                    Assert.Equal(expected, result);

                    T[] first = [.. x], second = [.. y];
                    operation(simd, first, y, first);
                    operation(simd, x, second, second);
                    Assert.Equal(expected, first);
                    Assert.Equal(expected, second);
                }
            }
        }
        finally
        {
            Control.MaxDegreeOfParallelism = before;
        }
    }

    private static T[] Entries<T>(int length, int seed)
        where T : INumber<T>
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => T.CreateChecked((random.NextDouble() * 4) - 2))];
    }
}
