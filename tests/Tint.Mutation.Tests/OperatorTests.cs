using Microsoft.CodeAnalysis.CSharp;
using Tint.Mutation.Proposing;

namespace Tint.Mutation.Tests;

public sealed class OperatorTests
{
    [Theory]
    [InlineData("drop-term", "a + b * c", "a")]
    [InlineData("drop-first-term", "a - b", "-(b)")]
    [InlineData("flip-sign", "a + b", "a - b")]
    [InlineData("drop-factor", "a * b", "a")]
    [InlineData("product-to-quotient", "a / b", "a * b")]
    [InlineData("swap-operands", "a - b", "(b) - (a)")]
    [InlineData("double-constant", "0.5", "(0.5 * 2)")]
    [InlineData("off-by-one", "3", "(3 + 1)")]
    [InlineData("flip-comparison", "a < b", "!(a < b)")]
    [InlineData("shift-comparison", "a < b", "a <= b")]
    [InlineData("and-or", "a && b", "(a) || (b)")]
    [InlineData("other-branch", "a ? b : c", "(a ? c : b)")]
    [InlineData("min-max", "Math.Max", "Math.Min")]
    [InlineData("swap-arguments", "f(a, b, c)", "f(b, a, c)")]
    public void An_operator_writes_a_fault_in_the_place_of_an_expression(string name, string original, string expected) =>
        Assert.Equal(expected, Operator.All.Single(rule => rule.Name == name).Rewrite(SyntaxFactory.ParseExpression(original)));

    [Theory]
    [InlineData("drop-term", "a * b")]
    [InlineData("double-constant", "0")]
    [InlineData("double-constant", "0.0")]
    [InlineData("off-by-one", "0.5")]
    [InlineData("shift-comparison", "a == b")]
    [InlineData("swap-arguments", "f(a, a)")]
    [InlineData("min-max", "Math.Sqrt")]
    public void An_operator_that_does_not_apply_writes_nothing(string name, string original) =>
        Assert.Null(Operator.All.Single(rule => rule.Name == name).Rewrite(SyntaxFactory.ParseExpression(original)));
}
