using System.Text.RegularExpressions;

namespace Tint.Reference.Cuda.Tests.Ptx;

/// <summary>
/// What an assembler may do to float64 sums of products: round once, fma(a, b, c), wherever a product that was formed in the same block is added or
/// subtracted. Here it is done everywhere.
/// </summary>
internal static partial class PtxFusion
{
    /// <summary>a·b + c, a·b − c and c − a·b with one rounding.</summary>
    public const string Sum = "fused.sum.f64", Difference = "fused.difference.f64", Remainder = "fused.remainder.f64";

    /// <summary>The code with every sum of a product fused; the products stay, for whoever else reads them.</summary>
    public static string[] Fuse(IEnumerable<string> code)
    {
        var products = new Dictionary<string, (string A, string B)>();
        return [.. code.Select(line =>
        {
            if (line.EndsWith(':'))
            {
                products.Clear();
                return line;
            }

            var match = Arithmetic().Match(line);
            var (name, target, a, b) = (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value, match.Groups[4].Value);
            var result = (name, Left: products.TryGetValue(a, out var left), Right: products.TryGetValue(b, out var right)) switch
            {
                ("add", _, true) => $"{Sum} {target}, {right.A}, {right.B}, {a};",
                ("add", true, _) => $"{Sum} {target}, {left.A}, {left.B}, {b};",
                ("sub", _, true) => $"{Remainder} {target}, {right.A}, {right.B}, {a};",
                ("sub", true, _) => $"{Difference} {target}, {left.A}, {left.B}, {b};",
                _ => line,
            };

            // Whoever writes a register ends what was known of it.
            var written = Target().Match(line).Groups[1].Value;
            foreach (var stale in products.Where(pair => pair.Key == written || pair.Value.A == written || pair.Value.B == written).ToArray())
            {
                products.Remove(stale.Key);
            }

            if (name == "mul" && target != a && target != b)
            {
                products[target] = (a, b);
            }

            return result;
        })];
    }

    [GeneratedRegex(@"^(add|sub|mul)\.f64\s+(%fd\d+), ([^,]+), ([^,;]+);$")]
    private static partial Regex Arithmetic();

    [GeneratedRegex(@"^(?:@\S+\s+)?[a-z0-9.]+\s+(%\w+)")]
    private static partial Regex Target();
}
