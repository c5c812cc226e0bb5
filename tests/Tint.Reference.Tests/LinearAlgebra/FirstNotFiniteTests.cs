using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Tests.LinearAlgebra;

public class FirstNotFiniteTests
{
    /// <summary>Short of a vector, a few vectors and a rest, and enough for several threads.</summary>
    public static TheoryData<int> Lengths => [1, 7, 67, 1_000_003];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Of_several_the_first_is_found_wherever_it_is_and_none_where_all_are_finite(int length)
    {
        var entries = new double[length];
        Array.Fill(entries, double.MaxValue);
        entries[^1] = -double.Epsilon;
        Assert.Null(ColumnMajor.FirstNotFinite(entries));
        foreach (var bad in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            foreach (var place in new[] { length - 1, length / 2, length / 3, 0 })
            {
                // What was put behind it in the turns before stays there.
                entries[place] = bad;
                Assert.Equal(place, ColumnMajor.FirstNotFinite(entries));
            }

            Array.Fill(entries, 1);
        }
    }
}
