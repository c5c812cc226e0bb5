using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Oracle.Tracing;

/// <summary>Attention of another form than its own.</summary>
internal static class FormMistakes
{
    private static readonly double[] Bases = [100, 10000, 500000, 1000000];

    /// <summary>The forms that an implementation may take for its own.</summary>
    public static IEnumerable<(string Name, string Sentence, Attention Leaf)> Of(Attention own)
    {
        Attention With(Func<AttentionForm, AttentionForm> change) => own with { Form = change(own.Form) };
        yield return ("form.causal", own.Form.IsCausal ? "Every token sees every token." : "A token sees itself and earlier ones only.", With(form => form with { IsCausal = !form.IsCausal }));
        if (own.Form.Rotation is { } rotation)
        {
            Attention Turned(Func<Rotation, Rotation> change) => With(form => form with { Rotation = change(rotation) });
            yield return ("form.rotation-left-out", "Queries and keys are not turned by their positions.", With(form => form with { Rotation = null }));
            yield return (
                "form.rotation-pairs",
                rotation.IsInterleaved ? "Coordinates p and p + half are turned together, not neighbours." : "Neighbouring coordinates are turned together, not p and p + half.",
                Turned(turn => turn with { IsInterleaved = !turn.IsInterleaved }));
            foreach (var other in Bases.Where(other => other != rotation.Base))
            {
                yield return ("form.rotation-base", FormattableString.Invariant($"The angles' base is {other:R}, not {rotation.Base:R}."), Turned(turn => turn with { Base = other }));
            }

            foreach (var dimensions in Enumerable.Range(1, 16).Select(half => 2 * half).Where(dimensions => dimensions != rotation.Dimensions))
            {
                yield return ("form.rotation-dimensions", $"{dimensions} coordinates of a head are turned, not {rotation.Dimensions}.", Turned(turn => turn with { Dimensions = dimensions }));
            }

            yield return ("form.rotation-scaling", "Positions are not divided before they turn.", Turned(turn => turn with { PositionDivisor = 1 }));
            yield return ("form.rotation-tables", "Sines and cosines are kept in the other precision.", Turned(turn => turn with { HasTablesInHalf = !turn.HasTablesInHalf }));
        }

        if (own.Form.Slopes is { } slopes)
        {
            yield return ("form.slopes-left-out", "Scores get nothing for the distance of the key.", With(form => form with { Slopes = null }));
            yield return ("form.slopes-reversed", "The heads' slopes are in reverse order.", With(form => form with { Slopes = [.. slopes.Reverse()] }));
            yield return ("form.slopes-sign", "Farther keys get more, not less.", With(form => form with { Slopes = [.. slopes.Select(slope => -slope)] }));
        }

        if (own.Form.Relative is not null)
        {
            yield return ("form.relative-left-out", "Scores get nothing for the relative position of the key.", With(form => form with { Relative = null }));
        }

        yield return own.Form.ScoreScale is null
            ? ("form.scores-not-divided", "Scores are not divided by √(D/H).", With(form => form with { ScoreScale = 1 }))
            : ("form.scores-divided", "Scores are divided by √(D/H), as in most models.", With(form => form with { ScoreScale = null }));
    }
}
