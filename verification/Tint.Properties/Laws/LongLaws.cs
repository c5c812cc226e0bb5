using Tint.Reference.Input;

namespace Tint.Properties.Laws;

/// <summary>Sequences longer than the blocks of 256 tokens in which implementations work, of which random models have none.</summary>
internal static class LongLaws
{
    private const int LeastLength = 300;
    private const int Lengths = 64;

    // Few enough that more than 256 tokens count under both masks.
    private const int MaskedOnceIn = 40;

    public static IEnumerable<Law> All { get; } =
    [
        new(
            "L77",
            "long-sequence",
            "On a sequence of 300 to 363 tokens, loss gradient and attention are those of the construction at every token.",
            ["C10", "C17", "C20", "C21"],
            "TinT",
            (tint, item, judge) =>
            {
                var numbers = item.Numbers();
                var length = LeastLength + numbers.Below(Lengths);
                var (auxiliary, layer) = (item.Auxiliary with { MaximumPositions = length }, item.Layer);
                var (c, embedding) = (item.Configuration with { Auxiliary = auxiliary }, item.Weights.TokenEmbedding);
                double[] Mask() => [.. Enumerable.Range(0, length).Select(_ => numbers.Below(MaskedOnceIn) == 0 ? 0.0 : 1)];
                var sequence = new TokenSequence
                {
                    InputIds = [.. Enumerable.Range(0, length).Select(_ => numbers.Below(auxiliary.VocabularySize))],
                    TrainMask = Mask(),
                    GradientMask = numbers.Below(2) == 0 ? null : Mask(),
                };
                var x = numbers.Matrix(length, auxiliary.HiddenSize, 1);
                var reference = new ReferenceModules(c);
                judge.Near(
                    "loss gradient", reference.LossGradient(embedding, x, sequence), tint.LossGradient(c, embedding, x, sequence));
                judge.Near(
                    "attention",
                    reference.AttentionForward(layer.Query, layer.Key, layer.Value, x, null).Output,
                    tint.AttentionForward(c, layer.Query, layer.Key, layer.Value, x, null).Output);
            }),
    ];
}
