using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;
using Microsoft.Win32.SafeHandles;
using Tint.Reference.Keeping;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Keeping;

/// <summary>What is released, closed, changed or used by many threads gives the right numbers or none.</summary>
public sealed class ScratchStoreFaultTests
{
    public static TheoryData<string> Stores => ["unchanged", "rounded", "file"];

    [Theory]
    [MemberData(nameof(Stores))]
    public void What_is_released_cannot_be_loaded_or_released_again(string name)
    {
        using var file = new ScratchStore(NumberFormat.Binary64);
        var store = name switch { "unchanged" => MatrixStore.Unchanged, "rounded" => MatrixStore.Rounded, _ => file };
        var kept = store.Keep(Constant(3));
        kept.Release();
        Refusal.Of(() => kept.Load(), "until it is released", "loaded after its release");
        Refusal.Of(kept.Release, "released once", "released again after its release");

        // Released once, its room serves one other matrix, not two.
        var (first, second) = (store.Keep(Constant(4)), store.Keep(Constant(5)));
        Assert.Equal(Constant(4), first.Load());
        Assert.Equal(Constant(5), second.Load());
    }

    [Theory]
    [InlineData(NumberFormat.Binary64)]
    [InlineData(NumberFormat.Binary32)]
    public void A_byte_that_changed_in_the_file_is_refused(NumberFormat format)
    {
        using var store = new ScratchStore(format);
        var (other, kept) = (store.Keep(Constant(1)), store.Keep(Constant(2)));
        var place = store.Length - 5;
        var value = new byte[1];
        RandomAccess.Read(File(store), value, place);
        RandomAccess.Write(File(store), [(byte)(value[0] ^ 1)], place);

        Refusal.Of(() => kept.Load(), "must give back what was written", "[7 × 5]");
        Assert.Equal(Constant(1), other.Load());
    }

    [Fact]
    public void A_file_cut_short_is_refused()
    {
        using var store = new ScratchStore(NumberFormat.Binary64);
        var kept = store.Keep(Constant(1));
        RandomAccess.SetLength(File(store), 17);

        Refusal.Of(() => kept.Load(), "shorter than what was written");
    }

    [Fact]
    public void A_matrix_that_does_not_fit_the_format_leaves_its_room_to_the_next()
    {
        using var store = new ScratchStore(NumberFormat.Binary32);
        Refusal.Of(() => store.Keep(Constant(1e39)), "float32");
        var kept = store.Keep(Constant(1));
        Assert.Equal(35 * sizeof(float), store.Length);
        Assert.Equal(Constant(1), kept.Load());
    }

    [Fact]
    public void Threads_that_keep_load_and_release_never_see_each_other()
    {
        using var store = new ScratchStore(NumberFormat.Binary64);
        const int Threads = 4, Held = 6, Rounds = 1500;
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread =>
        {
            var random = new Random(thread);
            var held = new (IKept<Matrix<double>> Kept, Matrix<double> Matrix)?[Held];
            for (var round = 0; round < Rounds; round++)
            {
                ref var place = ref held[random.Next(Held)];
                if (place is not { } item)
                {
                    // Few sizes, so that room passes from thread to thread.
                    var matrix = Matrix<double>.Build.Dense(1 + random.Next(2), 3, (thread * 1e6) + round);
                    place = (store.Keep(matrix), matrix);
                }
                else if (random.Next(2) == 0)
                {
                    Assert.Equal(item.Matrix, item.Kept.Load());
                }
                else
                {
                    item.Kept.Release();
                    Refusal.Of(item.Kept.Release, "released once");
                    place = null;
                }
            }
        });
        Assert.InRange(store.Length, 1, Threads * Held * (3 + 6) * sizeof(double));
    }

    [Fact]
    public void A_load_beside_a_release_gives_the_right_numbers_or_none()
    {
        using var store = new ScratchStore(NumberFormat.Binary64);
        var refused = 0;
        for (var round = 0; round < 200; round++)
        {
            var matrix = Matrix<double>.Build.Dense(40, 40, round);
            var kept = store.Keep(matrix);
            Parallel.Invoke(
                () =>
                {
                    try
                    {
                        Assert.Equal(matrix, kept.Load());
                    }
                    catch (RuleViolationException refusal)
                    {
                        Assert.Contains("after its release", refusal.Message, StringComparison.Ordinal);
                        refused++;
                    }
                },
                () =>
                {
                    kept.Release();
                    store.Keep(Matrix<double>.Build.Dense(40, 40, -1)).Release();
                });
        }

        Assert.InRange(refused, 0, 200);
    }

    /// <summary>The file, which has no name by which a test could open it.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_handle")]
    private static extern ref SafeFileHandle File(ScratchStore store);

    private static Matrix<double> Constant(double value) => Matrix<double>.Build.Dense(7, 5, value);
}
