using Tint.Reference.Families;

namespace Tint.Experiments.Training;

/// <summary>
/// A window as an example of prediction. A decoder predicts every token but the first; of an encoder–decoder, the encoder reads the first half and the decoder
/// predicts the second, with the token that ends a text in front.
/// </summary>
/// <param name="Input">What the model reads.</param>
/// <param name="Mask">1 on the tokens that are predicted, [T].</param>
/// <param name="Count">How many those are.</param>
internal sealed record NextTokens(FamilyInput Input, double[] Mask, int Count)
{
    /// <summary>The example of a window.</summary>
    public static NextTokens Of(FamilyConfiguration model, ArraySegment<int> window)
    {
        var half = window.Count / 2;
        var input = model.HasEncoder
            ? new FamilyInput([model.VocabularySize - 1, .. window[half..]], window[..half])
            : new FamilyInput(window);
        double[] mask = [.. Enumerable.Range(0, input.Ids.Count).Select(static t => t == 0 ? 0.0 : 1.0)];
        return new NextTokens(input, mask, mask.Length - 1);
    }
}
