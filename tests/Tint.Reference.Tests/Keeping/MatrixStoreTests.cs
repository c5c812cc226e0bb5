using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Keeping;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Keeping;

public sealed class MatrixStoreTests
{
    /// <summary>Sizes around the width of a vector and the piece in which a file is written, 2¹⁸.</summary>
    public static TheoryData<int, int> Sizes { get; } = new()
    {
        { 1, 1 }, { 3, 5 }, { 16, 2 }, { 31, 33 }, { 512, 512 }, { 512, 513 }, { 1021, 771 },
    };

    [Fact]
    public void A_store_that_changes_nothing_gives_the_matrix_itself()
    {
        var matrix = new RandomNumbers(1).Matrix(3, 4);
        Assert.Same(matrix, MatrixStore.Unchanged.Keep(matrix).Load());
        Assert.Same(matrix, MatrixStore.Rounded.KeepExactly(matrix).Load());
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_file_gives_the_same_numbers_back(int rows, int columns)
    {
        using var store = new ScratchStore(NumberFormat.Binary64);
        var (first, second) = (Doubles(rows, columns, 2), Doubles(columns, rows, 3));
        var (a, b) = (store.Keep(first), store.Keep(second));
        Assert.Equal(first, a.Load());
        Assert.Equal(second, b.Load());
        Assert.Equal(first, a.Load());
        Assert.NotSame(first, a.Load());
        Assert.Equal(2L * rows * columns * sizeof(double), store.Length);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Rounded_numbers_are_the_nearest_floats_in_memory_and_in_a_file(int rows, int columns)
    {
        using var file = new ScratchStore(NumberFormat.Binary32);
        var matrix = Doubles(rows, columns, 4);
        var nearest = matrix.Map(x => (double)(float)x);
        foreach (var store in new[] { MatrixStore.Rounded, file })
        {
            var back = store.Keep(matrix).Load();
            Assert.Equal(nearest, back);
            Assert.Equal(matrix, store.KeepExactly(matrix).Load());
            foreach (var (x, y) in matrix.Enumerate().Zip(back.Enumerate()))
            {
                Assert.True(Math.Abs(x - y) <= store.Roundoff(x), $"{x:R} came back as {y:R}");
            }
        }
    }

    /// <summary>Below 2⁻¹²⁶ floats lie 2⁻¹⁴⁹ apart, and the nearest is at most half of that away.</summary>
    [Theory]
    [InlineData(1e-39)]
    [InlineData(1.4e-45)]
    [InlineData(7e-46)]
    [InlineData(-3e-300)]
    [InlineData(3.4e38)]
    public void The_smallest_and_the_largest_numbers_keep_within_the_stated_roundoff(double x)
    {
        var matrix = Matrix<double>.Build.Dense(5, 7, x);
        Assert.True(Math.Abs(x - MatrixStore.Rounded.Keep(matrix).Load()[4, 6]) <= MatrixStore.Rounded.Roundoff(x));
        Assert.Equal(0, MatrixStore.Unchanged.Roundoff(x));
    }

    [Theory]
    [InlineData(0, 1e39)]
    [InlineData(34, -1e39)]
    public void A_number_beyond_the_range_of_a_float_is_refused(int place, double value)
    {
        using var file = new ScratchStore(NumberFormat.Binary32);
        var matrix = Matrix<double>.Build.Dense(5, 7);
        matrix[place % 5, place / 5] = value;
        Refusal.Of(() => MatrixStore.Rounded.Keep(matrix), "float32 must be within its range", "E+39");
        Refusal.Of(() => file.Keep(matrix), "float32 must be within its range", "E+39");
        Assert.Equal(matrix, file.KeepExactly(matrix).Load());
    }

    /// <summary>What became infinite or NaN before is for the engines to report, which know where it was.</summary>
    [Fact]
    public void What_is_not_finite_stays_what_it_is()
    {
        var matrix = Matrix<double>.Build.Dense(1, 3, [double.NaN, double.PositiveInfinity, double.NegativeInfinity]);
        Assert.Equal(matrix.Enumerate(), MatrixStore.Rounded.Keep(matrix).Load().Enumerate());
    }

    [Fact]
    public void Room_that_is_given_up_is_used_again()
    {
        using var store = new ScratchStore(NumberFormat.Binary64);
        var (first, second, third) = (Doubles(8, 8, 5), Doubles(8, 8, 6), Doubles(4, 4, 7));
        var kept = store.Keep(first);
        var other = store.Keep(third);
        kept.Release();
        var again = store.Keep(second);
        Assert.Equal((64 + 16) * sizeof(double), store.Length);
        Assert.Equal(second, again.Load());
        Assert.Equal(third, other.Load());
    }

    [Fact]
    public void Nothing_is_left_behind()
    {
        var directory = Directory.CreateTempSubdirectory("tint-").FullName;
        try
        {
            using (var store = new ScratchStore(NumberFormat.Binary32, directory))
            {
                store.Keep(Doubles(9, 9, 8));

                // Windows keeps the name until the handle closes; elsewhere not even a killed process leaves the file.
                Assert.Equal(OperatingSystem.IsWindows() ? 1 : 0, Directory.GetFiles(directory).Length);
            }

            Assert.Empty(Directory.GetFiles(directory));
        }
        finally
        {
            Directory.Delete(directory);
        }
    }

    [Fact]
    public void A_closed_file_is_refused()
    {
        var store = new ScratchStore(NumberFormat.Binary64);
        var kept = store.Keep(Doubles(2, 2, 9));
        store.Dispose();
        Refusal.Of(() => kept.Load(), "a scratch file must be open", "it was closed");
        Refusal.Of(() => store.Keep(Doubles(2, 2, 9)), "a scratch file must be open", "it was closed");
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_refused() =>
        Refusal.Of(() => new ScratchStore(NumberFormat.Binary64, "/no/such/folder"), "a scratch file must be writable", "/no/such/folder", "another folder");

    private static Matrix<double> Doubles(int rows, int columns, int seed)
    {
        var random = new RandomNumbers(seed);
        return Matrix<double>.Build.Dense(rows, columns, (_, _) => random.Uniform() - 0.5);
    }
}
