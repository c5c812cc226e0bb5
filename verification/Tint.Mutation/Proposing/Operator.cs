using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tint.Mutation.Proposing;

/// <summary>A rule that makes faulty passages of correct ones.</summary>
/// <param name="Name">What the rule does, as in "drop-term".</param>
/// <param name="Rewrite">What to write in the place of a node; null where the rule does not apply.</param>
internal sealed record Operator(string Name, Func<SyntaxNode, string?> Rewrite)
{
    private static readonly HashSet<SyntaxKind> Comparisons =
    [
        SyntaxKind.LessThanExpression, SyntaxKind.LessThanOrEqualExpression, SyntaxKind.GreaterThanExpression, SyntaxKind.GreaterThanOrEqualExpression,
        SyntaxKind.EqualsExpression, SyntaxKind.NotEqualsExpression,
    ];

    /// <summary>The rules.</summary>
    public static IReadOnlyList<Operator> All { get; } =
    [
        // a + b and a − b become a; the other half of a sum is dropped by its own node or by drop-first.
        new("drop-term", node => Sum(node) is { } sum ? sum.Left.ToString() : null),
        new("drop-first-term", node => Sum(node) is { } sum ? (sum.IsKind(SyntaxKind.SubtractExpression) ? $"-({sum.Right})" : sum.Right.ToString()) : null),
        new("flip-sign", node => Sum(node) is { } sum ? $"{sum.Left} {(sum.IsKind(SyntaxKind.AddExpression) ? "-" : "+")} {sum.Right}" : null),
        new("drop-factor", node => Factor(node) is { } product ? product.Left.ToString() : null),
        new("product-to-quotient", node => Factor(node) is { } product ? $"{product.Left} {(product.IsKind(SyntaxKind.MultiplyExpression) ? "/" : "*")} {product.Right}" : null),
        new("swap-operands", node => node is BinaryExpressionSyntax swapped
            && swapped.Kind() is SyntaxKind.SubtractExpression or SyntaxKind.DivideExpression
                ? $"({swapped.Right}) {swapped.OperatorToken} ({swapped.Left})"
                : null),
        new("double-constant", node => Number(node) is { } literal && literal.Token.Value is not (0 or 0.0) ? $"({literal} * 2)" : null),
        new("off-by-one", node => Number(node) is { } literal && literal.Token.Value is int ? $"({literal} + 1)" : null),
        new("flip-comparison", node => node is BinaryExpressionSyntax comparison && Comparisons.Contains(comparison.Kind())
            ? $"!({comparison})"
            : null),
        new("shift-comparison", node => node is BinaryExpressionSyntax comparison ? Shifted(comparison) : null),
        new("and-or", node => node is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression or (int)SyntaxKind.LogicalOrExpression } junction
            ? $"({junction.Left}) {(junction.IsKind(SyntaxKind.LogicalAndExpression) ? "||" : "&&")} ({junction.Right})"
            : null),
        new("other-branch", node => node is ConditionalExpressionSyntax choice
            ? $"({choice.Condition} ? {choice.WhenFalse} : {choice.WhenTrue})"
            : null),
        new("min-max", node => node is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "Math" } } call
            ? call.Name.Identifier.Text switch { "Min" => "Math.Max", "Max" => "Math.Min", "Abs" => "+", _ => null }
            : null),
        new("swap-arguments", node => node is InvocationExpressionSyntax { ArgumentList.Arguments: [{ NameColon: null } first, { NameColon: null } second, ..] arguments } call
            && first.ToString() != second.ToString()
                ? $"{call.Expression}({string.Join(", ", new[] { second.ToString(), first.ToString() }.Concat(arguments.Skip(2).Select(argument => argument.ToString())))})"
                : null),
        new("drop-statement", node => node is ExpressionStatementSyntax statement && !IsGuard(statement) ? ";" : null),
    ];

    /// <summary>A sum of numbers as far as its text tells: no string in it.</summary>
    private static BinaryExpressionSyntax? Sum(SyntaxNode node) =>
        node is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression or (int)SyntaxKind.SubtractExpression } sum ? sum : null;

    private static BinaryExpressionSyntax? Factor(SyntaxNode node) =>
        node is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression or (int)SyntaxKind.DivideExpression } product ? product : null;

    private static LiteralExpressionSyntax? Number(SyntaxNode node) =>
        node is LiteralExpressionSyntax { RawKind: (int)SyntaxKind.NumericLiteralExpression } literal ? literal : null;

    private static string? Shifted(BinaryExpressionSyntax comparison) => comparison.Kind() switch
    {
        SyntaxKind.LessThanExpression => $"{comparison.Left} <= {comparison.Right}",
        SyntaxKind.LessThanOrEqualExpression => $"{comparison.Left} < {comparison.Right}",
        SyntaxKind.GreaterThanExpression => $"{comparison.Left} >= {comparison.Right}",
        SyntaxKind.GreaterThanOrEqualExpression => $"{comparison.Left} > {comparison.Right}",
        _ => null,
    };

    /// <summary>Whether a statement only refuses bad input, about which tests of guards know.</summary>
    private static bool IsGuard(ExpressionStatementSyntax statement)
    {
        var text = statement.ToString();
        return text.StartsWith("ArgumentNullException", StringComparison.Ordinal) || text.StartsWith("Require.", StringComparison.Ordinal);
    }
}
