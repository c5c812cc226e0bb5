using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tint.Mutation.Proposing;

/// <summary>Proposes mutants: every operator on every passage of the sources, and of these a sample that a seed draws.</summary>
internal static class Proposer
{
    /// <summary>All mutants of a file.</summary>
    public static IEnumerable<SourceMutant> Of(SourceProject project, string file)
    {
        var tree = project.Tree(file);
        foreach (var node in tree.GetRoot().DescendantNodes(node => !IsRefusal(node)).Where(node => !IsRefusal(node)))
        {
            foreach (var rule in Operator.All)
            {
                if (rule.Rewrite(node) is { } replacement && replacement != node.ToString())
                {
                    var line = tree.GetLineSpan(node.Span).StartLinePosition.Line + 1;
                    yield return new SourceMutant
                    {
                        Name = $"{rule.Name} {file}:{line}",
                        File = file,
                        Original = node.ToString(),
                        Replacement = replacement,
                        Start = node.SpanStart,
                    };
                }
            }
        }
    }

    /// <summary>A sample, the same again from the same seed; shard i of n holds every n-th of it from the i-th on.</summary>
    /// <param name="projects">The projects.</param>
    /// <param name="under">Only files whose path begins with this.</param>
    /// <param name="count">How many to draw in all.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="shard">i and n, 1 ≤ i ≤ n.</param>
    public static IReadOnlyList<SourceMutant> Sample(
        IEnumerable<SourceProject> projects, string under, int count, int seed, (int Index, int Count) shard)
    {
        var all = projects
            .SelectMany(project => project.Files.Where(file => file.StartsWith(under, StringComparison.Ordinal)).SelectMany(file => Of(project, file)))
            .ToArray();
        new Random(seed).Shuffle(all);
        return [.. all.Take(count).Where((_, index) => index % shard.Count == shard.Index - 1)];
    }

    /// <summary>Exceptions, guards, attributes and texts: what is said when something is refused is not what is computed.</summary>
    private static bool IsRefusal(SyntaxNode node) => node switch
    {
        ThrowStatementSyntax or ThrowExpressionSyntax or AttributeListSyntax or InterpolatedStringExpressionSyntax => true,
        ExpressionStatementSyntax statement => statement.ToString().StartsWith("ArgumentNullException", StringComparison.Ordinal)
            || statement.ToString().StartsWith("Require.", StringComparison.Ordinal),
        _ => false,
    };
}
