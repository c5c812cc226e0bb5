using Tint.Proofs.Claims;
using Tint.Proofs.Degrees;
using Tint.Proofs.Drawing;
using Tint.Properties.Implementations;
using Tint.Reference.LinearAlgebra;

namespace Tint.Proofs.Tests.Degrees;

public sealed class DegreeTests
{
    [Fact]
    public void Degrees_of_factors_add_up_and_a_sum_has_the_largest()
    {
        Degree two = new(2), three = new(3);
        Assert.Equal(new Degree(5), two * three);
        Assert.Equal(three, two + three);
        Assert.Equal(two, Degree.Constant * two);
    }

    /// <summary>
    /// Along a line through the origin a polynomial of degree δ without other terms than those counted is of degree at most δ in the line's parameter: its differences of order δ + 1
    /// vanish, and those of order δ do not where the count is sharp.
    /// </summary>
    [Theory]
    [InlineData("LinearForward/published switches")]
    [InlineData("LinearBackward/published switches")]
    [InlineData("LinearDescent/other switches")]
    [InlineData("LayerNormDescent/the paper's")]
    [InlineData("LossGradient/the paper's")]
    public void The_degree_of_a_claim_without_functions_is_the_degree_that_its_values_have(string name)
    {
        var claim = ClaimBook.Select(name).Single();
        var degree = claim.Degrees.Output.Value;
        var draw = new Draw(5);
        using var scope = PrimeFieldScope.Enter(draw.Field, draw.Key);
        Assert.Equal(0, Difference(degree + 1));
        Assert.NotEqual(0, Difference(degree));

        double Difference(int order)
        {
            var (sum, binomial) = (0.0, 1L);
            for (var k = 0; k <= order; k++)
            {
                var values = claim.Left(new ConstructionTint(), draw.Along(k)).SelectMany(part => part.Value.Enumerate()).Select(draw.Field.Of);
                var weighted = values.Select((value, index) => draw.Field.Multiply((double)(index + 1), value)).Aggregate(0.0, draw.Field.Add);
                sum = draw.Field.Add(sum, draw.Field.Multiply((double)((order - k) % 2 == 0 ? binomial : -binomial), weighted));
                binomial = binomial * (order - k) / (k + 1);
            }

            return sum;
        }
    }
}
