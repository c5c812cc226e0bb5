using Tint.Properties.Generators;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;

namespace Tint.Properties.Campaigns;

/// <summary>Makes a failing case smaller.</summary>
public static class Minimiser
{
    /// <summary>Candidates tried before giving up; a case of a few dozen options and tensors is at its smallest long before.</summary>
    private const int MostTries = 3000;

    /// <summary>
    /// Follows the first candidate that still fails, again and again, until none does. The steps say which candidate of
    /// <see cref="CaseShrinker"/> was followed each time, and so make the case again.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled between two candidates.</exception>
    public static (LawCase Case, LawVerdict Verdict, IReadOnlyList<int> Steps) Shrink(
        Law law, ITint tint, LawCase item, LawVerdict verdict, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(law);
        var best = (Case: item, Verdict: verdict);
        var steps = new List<int>();
        var tries = 0;
        for (var found = true; found && tries < MostTries;)
        {
            found = false;
            foreach (var (step, candidate) in CaseShrinker.Shrink(best.Case).Index())
            {
                token.ThrowIfCancellationRequested();
                var fared = law.Check(tint, candidate);
                if (++tries >= MostTries || !fared.Holds)
                {
                    if (!fared.Holds)
                    {
                        (best, found) = ((candidate, fared), true);
                        steps.Add(step);
                    }

                    break;
                }
            }
        }

        return (best.Case, best.Verdict, steps);
    }
}
