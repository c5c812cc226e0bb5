using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference;

/// <summary>What a run says when it leaves the finite numbers, because training diverges or because weights are too large from the start.</summary>
public static class Divergence
{
    /// <summary>The rule that such a run breaks, the same for every engine.</summary>
    public const string Rule = "a run must stay within the finite numbers";

    /// <summary>Whether a run ended because it left the finite numbers, and not because its input broke a rule.</summary>
    public static bool IsReasonOf(RuleViolationException violation)
    {
        ArgumentNullException.ThrowIfNull(violation);
        return violation.Rule == Rule;
    }

    /// <summary>Requires what a run has computed to be finite.</summary>
    /// <exception cref="RuleViolationException">An entry is NaN or infinite.</exception>
    internal static void Check(Matrix<double> matrix, string name)
    {
        var entries = ColumnMajor.Entries(matrix);
        if (ColumnMajor.FirstNotFinite(entries) is { } first)
        {
            throw Of(entries[first], name);
        }
    }

    /// <summary>Requires a number that a run has computed to be finite.</summary>
    /// <exception cref="RuleViolationException">It is NaN or infinite.</exception>
    internal static double Check(double value, string name) => double.IsFinite(value) ? value : throw Of(value, name);

    /// <summary>The complaint about an entry, NaN or infinite, of what <paramref name="name"/> names.</summary>
    internal static RuleViolationException Of(double entry, string name) => Of(FormattableString.Invariant($"{entry} in {name}"));

    /// <summary>The complaint about what was found.</summary>
    internal static RuleViolationException Of(string found) => new(Rule, found, "check the weights, or lower InnerLearningRate or SgdSteps");
}
