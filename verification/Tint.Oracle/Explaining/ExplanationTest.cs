using Tint.Reference.Auxiliary;

namespace Tint.Oracle.Explaining;

/// <summary>Asks of one wrong tensor how much of its error each of several mistakes explains.</summary>
/// <param name="yours">The candidate's numbers.</param>
/// <param name="reference">The reference's.</param>
/// <param name="bound">What rounding can explain, entry by entry, in the candidate's type.</param>
/// <param name="place">Where the candidate is wrong.</param>
internal sealed class ExplanationTest(Tensor yours, Tensor reference, Tensor bound, WrongPlace place)
{
    /// <summary>What an explanation that is not exact may leave of the error.</summary>
    public const double MostRemaining = 0.01;

    /// <summary>The candidate's numbers.</summary>
    public Tensor Yours { get; } = yours;

    /// <summary>The reference's.</summary>
    public Tensor Reference { get; } = reference;

    private readonly double _error = Largest(yours, reference);

    /// <summary>
    /// What a mistake leaves of the error; null where it does not explain it, or changes nothing that rounding does not. One that explains the error where the
    /// candidate is wrong, and not where it is right, is made there alone.
    /// </summary>
    /// <param name="name">The mistake's name.</param>
    /// <param name="sentence">What the candidate seems to compute.</param>
    /// <param name="mistaken">The numbers that the mistake gives.</param>
    /// <param name="models">The mistake by which an implementation comes to it.</param>
    public Explanation? Try(string name, string sentence, Tensor mistaken, string? models = null)
    {
        if (!mistaken.Shape.SequenceEqual(Yours.Shape))
        {
            return null;
        }

        return Of(name, sentence, mistaken, models) ?? (place.Of(mistaken) is var (there, words)
            && Of(name, $"{sentence.TrimEnd('.')}, {words}.", there, models) is { IsWithinRounding: true } explanation ? explanation with { IsLocal = true } : null);
    }

    /// <summary>Whether rounding to a coarser type explains the error: it is within that type's bound everywhere.</summary>
    /// <param name="name">The mistake's name.</param>
    /// <param name="sentence">What the candidate seems to compute.</param>
    /// <param name="coarser">The coarser type's bound.</param>
    public Explanation? TryRounding(string name, string sentence, Tensor coarser)
    {
        for (var i = 0; i < Yours.Values.Length; i++)
        {
            if (!(Math.Abs(Yours.Values[i] - Reference.Values[i]) <= coarser.Values[i]))
            {
                return null;
            }
        }

        return new Explanation(name, sentence, Remaining: double.NaN, IsWithinRounding: true);
    }

    private Explanation? Of(string name, string sentence, Tensor mistaken, string? models)
    {
        var (within, changes, left) = (true, false, 0.0);
        for (var i = 0; i < Yours.Values.Length; i++)
        {
            var rest = Math.Abs(Yours.Values[i] - mistaken.Values[i]);
            if (!double.IsFinite(rest))
            {
                return null;
            }

            left = Math.Max(left, rest);
            within &= rest <= bound.Values[i] * Slack(mistaken.Values[i], Reference.Values[i]);
            changes |= Math.Abs(mistaken.Values[i] - Reference.Values[i]) > bound.Values[i];
        }

        var remaining = _error > 0 ? left / _error : double.NaN;
        return changes && (within || remaining <= MostRemaining)
            ? new Explanation(name, sentence, remaining, within && remaining < 0.5) { Models = models }
            : null;
    }

    /// <summary>A mistake may make numbers larger, and rounding errors with them.</summary>
    private static double Slack(double mistaken, double reference) =>
        Math.Max(1, Math.Min(1e6, Math.Abs(mistaken) / Math.Max(Math.Abs(reference), double.Epsilon)));

    private static double Largest(Tensor a, Tensor b)
    {
        var largest = 0.0;
        for (var i = 0; i < a.Values.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(a.Values[i] - b.Values[i]));
        }

        return largest;
    }
}
