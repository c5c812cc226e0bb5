using System.Globalization;

namespace Tint.Reference.Primitives;

/// <summary>
/// Heads of linear attention that are evaluated in one product: heads with the same query and key, whose values stand side by side, or heads
/// with the same value and output, whose scores add up, Σ_h Q_h K_hᵀ = [Q_1 Q_2 …][K_1 K_2 …]ᵀ.
/// </summary>
/// <param name="QueryHeads">The heads whose queries and keys stand side by side.</param>
/// <param name="ValueHeads">The heads whose values stand side by side.</param>
internal sealed record HeadGroup(IReadOnlyList<int> QueryHeads, IReadOnlyList<int> ValueHeads)
{
    /// <summary>Groups the heads of a layer that can contribute at all.</summary>
    /// <param name="weights">The layer's weights.</param>
    /// <param name="outputTargets">What each coordinate of a head reaches.</param>
    /// <param name="addsScores">Whether scores of several heads may be added up; behind a softmax they may not.</param>
    public static IReadOnlyList<HeadGroup> Of(AttentionWeights weights, CoordinateMap outputTargets, bool addsScores = true)
    {
        string Signature(Projection projection, int head) =>
            Text(projection.Columns(head, weights.HeadSize)) + (projection.Position.Reaches(head)
                ? string.Create(CultureInfo.InvariantCulture, $"|position*{projection.Position.Weight(head):R}")
                : string.Empty);
        string Target(int head) => Text([.. Enumerable.Range(head * weights.HeadSize, weights.HeadSize).Select(c => outputTargets[c])]);

        var heads = Enumerable.Range(0, weights.HeadCount)
            .Where(head => Contributes(weights, head, outputTargets))
            .Select(head => (
                Head: head,
                Scores: Signature(weights.Query, head) + "·" + Signature(weights.Key, head),
                Values: Signature(weights.Value, head) + "→" + Target(head)))
            .ToArray();
        var sharedScores = heads.GroupBy(head => head.Scores).ToArray();
        var several = sharedScores
            .Where(group => group.Count() > 1)
            .Select(group => new HeadGroup([group.First().Head], [.. group.Select(head => head.Head)]));
        var single = sharedScores
            .Where(group => group.Count() == 1)
            .SelectMany(group => group)
            .GroupBy(head => addsScores ? head.Values : string.Create(CultureInfo.InvariantCulture, $"{head.Head}"))
            .Select(group => new HeadGroup([.. group.Select(head => head.Head)], [group.First().Head]));
        return [.. single.Concat(several)];
    }

    private static bool Contributes(AttentionWeights weights, int head, CoordinateMap outputTargets)
    {
        bool Any(Projection projection) =>
            projection.Position.Reaches(head) || projection.Columns(head, weights.HeadSize).Any(terms => terms.Count > 0);
        return Any(weights.Query) && Any(weights.Key) && Any(weights.Value)
            && Enumerable.Range(head * weights.HeadSize, weights.HeadSize).Any(coordinate => outputTargets[coordinate].Count > 0);
    }

    private static string Text(IReadOnlyList<IReadOnlyList<CoordinateMap.Term>> columns) =>
        string.Join(';', columns.Select(terms => string.Join(
            '+', terms.Select(term => string.Create(CultureInfo.InvariantCulture, $"{term.Source}*{term.Coefficient:R}")))));
}
