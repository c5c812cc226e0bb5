namespace Tint.Reference.Configuration;

/// <summary>The divisors of a size, found in the time of its square root.</summary>
internal static class Divisors
{
    /// <summary>The divisors of <paramref name="number"/> ≥ 1, ascending.</summary>
    public static IReadOnlyList<int> Of(int number)
    {
        List<int> small = [], large = [];
        for (var divisor = 1; divisor <= number / divisor; divisor++)
        {
            if (number % divisor == 0)
            {
                small.Add(divisor);
                if (divisor != number / divisor)
                {
                    large.Add(number / divisor);
                }
            }
        }

        large.Reverse();
        return [.. small, .. large];
    }
}
