using System.Numerics;

namespace Tint.Reference.PrimeFields;

/// <summary>Which numbers are prime.</summary>
internal static class PrimeNumbers
{
    /// <summary>Bases that decide every number below 3.4e14 (G. Jaeschke, On strong pseudoprimes to several bases, 1993).</summary>
    private static readonly int[] Bases = [2, 3, 5, 7, 11, 13, 17];

    /// <summary>Whether a number below 3.4e14 is prime, by strong pseudoprimality to enough bases.</summary>
    public static bool IsPrime(long number)
    {
        if (number < 2 || number % 2 == 0)
        {
            return number == 2;
        }

        var shift = BitOperations.TrailingZeroCount(number - 1);
        return Array.TrueForAll(Bases, witness => number == witness || Passes(witness));

        bool Passes(int witness)
        {
            var power = BigInteger.ModPow(witness, (number - 1) >> shift, number);
            for (var i = 0; i < shift && power != 1 && power != number - 1; i++)
            {
                power = power * power % number;
                if (power == 1)
                {
                    return false;
                }
            }

            return power == 1 ? true : power == number - 1;
        }
    }
}
