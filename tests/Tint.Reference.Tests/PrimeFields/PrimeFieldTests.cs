using Tint.Reference.PrimeFields;

namespace Tint.Reference.Tests.PrimeFields;

public sealed class PrimeFieldTests
{
    [Fact]
    public void Primes_are_told_from_other_numbers()
    {
        bool[] isComposite = new bool[10000];
        for (var n = 2; n < isComposite.Length; n++)
        {
            for (var multiple = 2 * n; multiple < isComposite.Length && !isComposite[n]; multiple += n)
            {
                isComposite[multiple] = true;
            }

            Assert.Equal((n, !isComposite[n]), (n, PrimeNumbers.IsPrime(n)));
        }

        // Strong pseudoprimes to bases 2; 2 and 3; 2, 3, 5 and 7.
        Assert.All(new[] { 2047L, 1373653, 3215031751 }, number => Assert.False(PrimeNumbers.IsPrime(number)));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(17179869185)]
    [InlineData(1L << 36)]
    public void A_modulus_that_is_no_prime_of_35_bits_is_refused(long modulus) =>
        Assert.Contains("must be a prime", Assert.Throws<RuleViolationException>(() => new PrimeField(modulus)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_least_prime_that_a_complaint_names_works() => Assert.Equal(17179869209, new PrimeField(17179869209).Prime);

    [Fact]
    public void A_constant_that_is_one_rounding_off_has_the_residue_of_what_it_stands_for()
    {
        var field = new PrimeField(17179869209);
        Assert.Equal(field.Of(0.5), field.OfConstant(Math.BitDecrement(0.5)));
        Assert.Throws<NotInFieldException>(() => field.OfConstant(1 / Math.Sqrt(3)));
        Assert.Throws<NotInFieldException>(() => field.Of(Math.BitDecrement(0.5)));
    }
}
