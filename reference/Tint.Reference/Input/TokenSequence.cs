using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Input;

/// <summary>One sequence of T tokens with its masks. Every sequence of a batch carries its own copy of the auxiliary weights.</summary>
public sealed record TokenSequence
{
    /// <summary>The label that the reported loss ignores.</summary>
    public const int IgnoredLabel = -100;

    /// <summary>The token ids, T of them, each in 0 … V−1.</summary>
    public required IReadOnlyList<int> InputIds { get; init => field = Require.Present(value, "input_ids"); }

    /// <summary>m, 1 on the tokens that are trained on and 0 elsewhere, [T].</summary>
    public required IReadOnlyList<double> TrainMask { get; init => field = Require.Present(value, "train_mask"); }

    /// <summary>
    /// The targets of the reported loss, [T]; entry t is compared with the logits at t − 1, and <see cref="IgnoredLabel"/> is left out. They
    /// do not enter training, whose targets are the next input ids.
    /// </summary>
    public IReadOnlyList<int>? Labels { get; init; }

    /// <summary>A second mask on the loss gradient, [T] of 0 and 1: entry t + 1 multiplies the gradient at t.</summary>
    public IReadOnlyList<double>? GradientMask { get; init; }

    /// <summary>The pairs that attention may use, [T × T] of 0 and 1: entry (i, j) is 1 where token i may attend to token j ≤ i.</summary>
    public Matrix<double>? IclMask { get; init; }

    /// <summary>The row of the position table that each token reads, [T]; null for 0, 1, … T − 1.</summary>
    public IReadOnlyList<int>? PositionIds { get; init; }

    /// <summary>What the encoder reads, [S]; null for a model without one.</summary>
    public IReadOnlyList<int>? EncoderIds { get; init; }

    /// <summary>What the encoder reads as a sequence of its own, all of whose tokens are trained on: the loss is at the decoder's alone.</summary>
    internal TokenSequence Encoder => new() { InputIds = Require.Present(EncoderIds, "encoder_input_ids"), TrainMask = [.. EncoderIds!.Select(static _ => 1.0)] };

    /// <summary>M, the targets that count in the loss: Σ_t m_{t+1}·gradient_mask_{t+1}.</summary>
    /// <exception cref="RuleViolationException">There is none, so that the loss has no mean.</exception>
    public int CountedTargets => Enumerable.Range(1, Math.Max(0, Length - 1)).Count(CountsAsTarget) is > 0 and var count ? count : throw new RuleViolationException(
        "a loss that is a mean needs a target that is trained on", $"none in {Length} tokens", "set train_mask to 1 on a token behind the first, or take the sum");

    /// <summary>T, the number of tokens.</summary>
    public int Length => InputIds.Count;

    /// <summary>The row of the position table that a token reads.</summary>
    internal int PositionOf(int token) => PositionIds is null ? token : PositionIds[token];

    /// <summary>
    /// A sequence that is trained on at its front and predicted everywhere: the first ⌊fraction·T⌋ tokens are trained on, though never the last,
    /// which has nothing to predict (V4), and every id is a label.
    /// </summary>
    /// <param name="inputIds">The token ids.</param>
    /// <param name="trainFraction">The share of the tokens that is trained on, 0 … 1; by default all but the last.</param>
    /// <exception cref="RuleViolationException">There is no token, or the fraction is none.</exception>
    public static TokenSequence Of(IReadOnlyList<int> inputIds, double trainFraction = 1)
    {
        ArgumentNullException.ThrowIfNull(inputIds);
        Require.AtLeast(inputIds.Count, 1, "the number of tokens");
        if (!(trainFraction >= 0 && trainFraction <= 1))
        {
            throw new RuleViolationException(
                "the train fraction must lie in 0 … 1", FormattableString.Invariant($"{trainFraction}"), "use 1 to train on all tokens but the last");
        }

        int[] ids = [.. inputIds];
        var trained = Math.Min(ids.Length - 1, (int)(trainFraction * ids.Length));
        return new TokenSequence
        {
            InputIds = ids,
            TrainMask = [.. Enumerable.Range(0, ids.Length).Select(t => t < trained ? 1.0 : 0.0)],
            Labels = ids,
        };
    }

    /// <summary>The sequence as backward passes and descents see it, which is itself, or without departure V9 with every token trained on.</summary>
    /// <remarks>The loss keeps the mask: it says what the targets are.</remarks>
    public TokenSequence InDescents(Departures departures)
    {
        ArgumentNullException.ThrowIfNull(departures);
        return departures.DescentsMasked ? this : this with { TrainMask = [.. Enumerable.Repeat(1.0, Length)] };
    }

    /// <summary>Whether a token counts as a target of the loss: its masks let it. The first is nobody's.</summary>
    internal bool CountsAsTarget(int target) => target > 0 && TrainMask[target] != 0 && (GradientMask is null || GradientMask[target] != 0);

    /// <summary>What the loss summed over targets is multiplied by: 1, or 1/M where the optimiser takes the mean.</summary>
    /// <exception cref="RuleViolationException">There is no target to take the mean of.</exception>
    internal double LossWeight(Optimiser optimiser) => optimiser.MeanOverTargets ? 1.0 / CountedTargets : 1;

    /// <summary>The length, and what is trained on and masked.</summary>
    public override string ToString()
    {
        string[] masks = [.. GradientMask is null ? Array.Empty<string>() : ["a gradient mask"], .. IclMask is null ? Array.Empty<string>() : ["an icl mask"]];
        return FormattableString.Invariant(
            $"{Length} tokens, {TrainMask.Count(static m => m != 0)} trained on{string.Concat(masks.Select(mask => $", with {mask}"))}");
    }

    /// <summary>Checks ids, masks and length against the auxiliary model.</summary>
    /// <exception cref="RuleViolationException">An id, a mask or the length breaks a rule; the message names it and the place.</exception>
    public void Check(AuxiliaryConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (Length < 1 || Length > configuration.MaximumPositions)
        {
            throw new RuleViolationException(
                "a sequence must have 1 to Auxiliary.MaximumPositions tokens",
                $"{Length} tokens for Auxiliary.MaximumPositions {configuration.MaximumPositions}",
                "cut the sequence or use a model with more positions");
        }

        const string Shorter = "cut the sequence or use a smaller model";
        Sizes.Entries("the attention weights of a head", Shorter, Length, Length);
        Sizes.Entries("the logits", Shorter, Length, configuration.VocabularySize);
        Sizes.Entries("the MLP's inner states", Shorter, Length, configuration.MlpChunkCount, configuration.HiddenSize);
        CheckIds(InputIds, configuration.VocabularySize, "input_ids", ignored: null);
        Require.Mask(TrainMask, Length, "train_mask");
        CheckEncoder(configuration);
        CheckPositions(configuration);
        if (Labels is not null)
        {
            Require.OnePerToken(Labels.Count, Length, "labels");
            CheckIds(Labels, configuration.VocabularySize, "labels", IgnoredLabel);
        }

        if (GradientMask is not null)
        {
            Require.Mask(GradientMask, Length, "gradient_mask");
        }

        if (IclMask is not null)
        {
            CheckIclMask(IclMask);
        }
    }

    private void CheckPositions(AuxiliaryConfiguration configuration)
    {
        if (PositionIds is not { } positions)
        {
            return;
        }

        if (!configuration.HasPositionTable)
        {
            throw new RuleViolationException("position_ids are rows of a position table", $"none in {configuration.Architecture?.Name}", "leave them out");
        }

        Require.OnePerToken(positions.Count, Length, "position_ids");
        for (var t = 0; t < positions.Count; t++)
        {
            if (positions[t] < 0 || positions[t] >= configuration.MaximumPositions)
            {
                throw new RuleViolationException(
                    $"position_ids must lie in 0 … {configuration.MaximumPositions - 1}", $"{positions[t]} at position {t}", "use rows that the table has");
            }
        }
    }

    private void CheckEncoder(AuxiliaryConfiguration configuration)
    {
        var hasEncoder = configuration.Architecture is { HasEncoder: true };
        if (hasEncoder != EncoderIds is not null)
        {
            throw new RuleViolationException(
                "encoder_input_ids must be given to an encoder–decoder, and to no other model",
                EncoderIds is null ? "none" : $"{EncoderIds.Count} tokens",
                hasEncoder ? "pass what the encoder reads" : "leave them out");
        }

        if (EncoderIds is { } ids)
        {
            if (ids.Count < 1 || ids.Count > configuration.MaximumPositions)
            {
                throw new RuleViolationException(
                    "encoder_input_ids must have 1 to Auxiliary.MaximumPositions tokens",
                    $"{ids.Count} tokens for Auxiliary.MaximumPositions {configuration.MaximumPositions}",
                    "cut them or use a model with more positions");
            }

            CheckIds(ids, configuration.VocabularySize, "encoder_input_ids", ignored: null);
        }
    }

    private static void CheckIds(IReadOnlyList<int> ids, int vocabularySize, string name, int? ignored)
    {
        for (var t = 0; t < ids.Count; t++)
        {
            if ((ids[t] < 0 || ids[t] >= vocabularySize) && ids[t] != ignored)
            {
                throw new RuleViolationException(
                    $"{name} must lie in 0 … {vocabularySize - 1}" + (ignored is null ? string.Empty : $" or be {ignored}"),
                    $"{ids[t]} at position {t}",
                    "check the tokenizer against Auxiliary.VocabularySize");
            }
        }
    }

    private void CheckIclMask(Matrix<double> mask)
    {
        Require.Shape(mask, Length, Length, "icl_mask");
        for (var i = 0; i < Length; i++)
        {
            var allowed = 0;
            for (var j = 0; j < Length; j++)
            {
                Require.Binary(mask.At(i, j), "icl_mask", $"row {i}, column {j}");
                allowed += j <= i && mask.At(i, j) == 1 ? 1 : 0;
            }

            if (allowed == 0)
            {
                throw new RuleViolationException(
                    "icl_mask must let every token attend to itself or an earlier token", $"none in row {i}", $"set entry ({i}, {i}) to 1");
            }
        }
    }
}
