using Tint.Reference.Configuration;

namespace Tint.Reference.Families;

/// <summary>What a model reads.</summary>
/// <param name="Ids">The tokens, [T]; of an encoder–decoder the decoder's.</param>
/// <param name="EncoderIds">What the encoder reads, [S]; null for a model without one.</param>
public sealed record FamilyInput(IReadOnlyList<int> Ids, IReadOnlyList<int>? EncoderIds = null)
{
    /// <summary>False: no gradient goes back through the scores of self-attention, so that queries, keys and what biases scores have none (V1).</summary>
    public bool FollowsScores { get; init; } = true;

    /// <summary>Checks ids against a model.</summary>
    /// <exception cref="RuleViolationException">There is no token, an id is not in the vocabulary, or an encoder reads nothing or is not there.</exception>
    public void Check(FamilyConfiguration model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.HasEncoder != EncoderIds is not null)
        {
            throw new RuleViolationException(
                "encoder_input_ids must be given to an encoder–decoder, and to no other model",
                $"{(EncoderIds is null ? "none" : $"{EncoderIds.Count} tokens")} for {model.ModelType}",
                model.HasEncoder ? "pass what the encoder reads" : "leave them out");
        }

        var vocabularySize = model.VocabularySize;
        foreach (var (ids, name) in new[] { (Ids, "input_ids"), (EncoderIds ?? Ids, "encoder_input_ids") })
        {
            Require.AtLeast(ids.Count, 1, $"the number of {name}");
            for (var t = 0; t < ids.Count; t++)
            {
                if (ids[t] < 0 || ids[t] >= vocabularySize)
                {
                    throw new RuleViolationException(
                        $"{name} must lie in 0 … {vocabularySize - 1}", $"{ids[t]} at position {t}", "check the tokenizer against vocab_size");
                }
            }
        }
    }
}
