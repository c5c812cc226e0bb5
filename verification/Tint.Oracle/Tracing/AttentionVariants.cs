using MathNet.Numerics.LinearAlgebra;
using Tint.Oracle.Answers;
using Tint.Reference.Configuration;

namespace Tint.Oracle.Tracing;

/// <summary>Softmax attention with one of its choices taken otherwise.</summary>
internal static class AttentionVariants
{
    private static readonly AttentionVariant.Arrangement HeadByHead = (t, h, d, shape) => (((h * shape.Tokens) + t) * shape.Size) + d;
    private static readonly AttentionVariant.Arrangement Interleaved = (t, h, d, shape) => (((t * shape.Size) + d) * shape.Heads) + h;
    private static readonly AttentionVariant.Arrangement Reversed = (t, h, d, shape) => (((t * shape.Heads) + (shape.Heads - 1 - h)) * shape.Size) + d;

    private static Matrix<double> Rotated(Matrix<double> head, bool isInterleaved) =>
        new Rotation { Dimensions = head.ColumnCount / 2 * 2, IsInterleaved = isInterleaved }.Apply(head, heads: 1);

    private static readonly (string Words, Func<int, int, int> Of)[] OtherHeads =
    [
        ("head h + 1", (h, heads) => (h + 1) % heads),
        ("head h − 1", (h, heads) => (h + heads - 1) % heads),
        ("head 0", (_, _) => 0),
        ("the last head", (_, heads) => heads - 1),
        ("head ⌊h/2⌋", (h, _) => h / 2),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<AttentionVariant> All { get; } =
    [
        new("attention.heads-viewed", "[T × D] is viewed as [H × T × D/H] where heads must be cut out and the axes exchanged.") { Split = HeadByHead },
        new("attention.heads-viewed", "The heads' results, [H × T × D/H], are viewed as [T × D] without exchanging the axes.") { Merge = HeadByHead },
        new("attention.heads-viewed", "[T × D] is viewed as [H × T × D/H] and back, without exchanging the axes.") { Split = HeadByHead, Merge = HeadByHead },
        new("attention.heads-interleaved", "Queries, keys and values are cut as [T × D/H × H], not as [T × H × D/H].") { Split = Interleaved },
        new("attention.heads-interleaved", "The heads' results are put together as [T × D/H × H], not as [T × H × D/H].") { Merge = Interleaved },
        new("attention.heads-interleaved", "Heads are cut out and put together as [T × D/H × H], not as [T × H × D/H].") { Split = Interleaved, Merge = Interleaved },
        new("attention.heads-swapped", "The heads' results are put together in reverse order.") { Merge = Reversed },
        new("attention.sees-later-alone", "A token sees itself and later tokens: the mask is the other triangle.") { Sees = (i, j, mask) => j >= i && mask?.At(i, j) is not 0 },
        new("attention.sees-not-itself", "A token sees earlier tokens only, not itself; the first sees all alike.") { Sees = (i, j, mask) => j < i && mask?.At(i, j) is not 0 },
        new("attention.sees-next", "A token sees the next one as well.") { Sees = (i, j, mask) => j <= i + 1 && mask?.At(i, j) is not 0 },
        new("attention.not-causal", "Every token sees every token.") { Sees = (i, j, mask) => mask?.At(i, j) is not 0 },
        .. Enumerable.Range(1, 16).Select(window => new AttentionVariant("attention.window", $"A token sees the last {window} tokens only, itself among them.")
        {
            Sees = (i, j, mask) => j <= i && i - j < window && mask?.At(i, j) is not 0,
        }),
        .. Enumerable.Range(1, 8).Select(count => new AttentionVariant("attention.largest-weights", $"Only the {count} largest weights of a query are kept.") { Kept = count }),
        new("attention.results-averaged", "The heads' results are averaged over the heads.") { IsMixedEvenly = true },
        new("attention.icl-mask-ignored", "The icl mask is ignored.") { Sees = (i, j, _) => j <= i },
        new("attention.icl-mask-transposed", "The icl mask is transposed.") { Sees = (i, j, mask) => j <= i && mask?.At(j, i) is not 0 },
        new("attention.icl-mask-not-causal", "The icl mask is all that hides; later tokens are seen where it has them.") { Sees = (i, j, mask) => mask is null ? j <= i : mask.At(i, j) != 0 },
        new("attention.icl-mask-inverted", "The pairs that the icl mask has are hidden, and the others seen.") { Sees = (i, j, mask) => j <= i && mask?.At(i, j) is not 1 },
        new("attention.masked-by-zero", "Hidden scores are 0, not −∞.") { Hidden = (score, sees) => sees ? score : 0 },
        new("attention.mask-added", "The mask's 1 is added to what is seen, and nothing is hidden.") { Hidden = (score, sees) => sees ? score + 1 : score },
        new("attention.mask-subtracted", "1 is subtracted from what is hidden, which hides nothing.") { Hidden = (score, sees) => sees ? score : score - 1 },
        new("attention.masked-after-softmax", "The softmax runs over all tokens, and what is hidden is set to 0 behind it, without normalising again.")
        {
            Hidden = (score, _) => score, After = (probability, sees) => sees ? probability : 0,
        },
        new("attention.softmax-over-queries", "The softmax runs over queries, not over keys.") { Axis = SoftmaxAxis.Queries },
        new("attention.softmax-over-heads", "The softmax runs over heads, not over keys; what is hidden is set to 0.") { Axis = SoftmaxAxis.Heads, After = (probability, sees) => sees ? probability : 0 },
        new("attention.softmax-over-heads", "The softmax runs over heads, not over keys.") { Axis = SoftmaxAxis.Heads },
        new("attention.one-head", "There is one head of the whole width.") { Heads = _ => 1 },
        new("attention.head-count", "There are twice as many heads, of half the width.") { Heads = right => 2 * right },
        new("attention.head-count", "There are half as many heads, of twice the width.") { Heads = right => right % 2 == 0 ? right / 2 : right },
        new("attention.weights-averaged", "The heads' weights are averaged over the heads.") { IsAveraged = true },
        new("attention.rotated", "Queries and keys are turned by their positions, coordinates d and d + half a head together, as in LLaMA.") { Turned = head => Rotated(head, isInterleaved: false) },
        new("attention.rotated", "Queries and keys are turned by their positions, neighbouring coordinates together, as in GPT-J.") { Turned = head => Rotated(head, isInterleaved: true) },
        new("attention.alibi", "Scores get a bias by distance, as in ALiBi.") { Biased = (h, _, j, shape) => LinearBias.Slopes(shape.Heads)[h] * j },
        new("attention.normalised-queries", "Queries and keys are divided by their length.")
        {
            Turned = head => Matrix<double>.Build.DenseOfRows(head.EnumerateRows().Select(row => row.Normalize(2))),
        },
        .. new[] { -1.0, -5, -10, -20, -50, -100 }.SelectMany(fill => new AttentionVariant[]
        {
            new("attention.masked-by-number", $"Hidden scores are {fill}, not −∞.") { Hidden = (score, sees) => sees ? score : fill },
            new("attention.masked-by-number", $"{fill} is added to hidden scores, which hides them only in part.") { Hidden = (score, sees) => sees ? score : score + fill },
        }),
        .. CoarserTypes.All.SelectMany(type => new AttentionVariant[]
        {
            new("attention.rounded", $"Scores are rounded to {type.Name} before the softmax.") { Hidden = (score, sees) => sees ? type.Round(score) : double.NegativeInfinity },
            new("attention.rounded", $"The softmax's weights are rounded to {type.Name}.") { After = (probability, _) => type.Round(probability) },
        }),
        .. OtherHeads.SelectMany(other => new AttentionVariant[]
        {
            new("attention.other-head", $"Head h meets the keys of {other.Words}.") { KeysOf = other.Of },
            new("attention.other-head", $"Head h mixes the values of {other.Words}.") { ValuesOf = other.Of },
            new("attention.other-head", $"Head h meets the keys and mixes the values of {other.Words}.") { KeysOf = other.Of, ValuesOf = other.Of },
        }),
        new("attention.softmax-of-one-more", "The softmax's denominator has a score of 0 more than there are keys.") { Further = 1 },
        new("attention.no-softmax", "Scores are the weights; there is no softmax.") { Axis = SoftmaxAxis.None, Hidden = (score, sees) => sees ? score : 0 },
        new("attention.not-normalised", "Weights are exp of the scores, not divided by their sum.") { Axis = SoftmaxAxis.None, Hidden = (score, sees) => sees ? Math.Exp(score) : 0 },
    ];
}
