using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Input;

public sealed class TokenSequenceTests
{
    private static readonly AuxiliaryConfiguration Model = SmallModels.Configuration.Auxiliary;

    private static readonly TokenSequence Valid = new()
    {
        InputIds = [0, 6, 3],
        TrainMask = [0, 1, 1],
        Labels = [TokenSequence.IgnoredLabel, 6, 0],
        GradientMask = [1, 0, 1],
        IclMask = Matrix<double>.Build.DenseOfArray(new double[,] { { 1, 0, 0 }, { 1, 0, 0 }, { 0, 1, 1 } }),
    };

    [Fact]
    public void Accepts_what_follows_the_rules()
    {
        Valid.Check(Model);
        Assert.Equal(3, Valid.Length);
        new TokenSequence { InputIds = [2], TrainMask = [1] }.Check(Model);
        new TokenSequence { InputIds = new int[8], TrainMask = new double[8] }.Check(Model);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void Rejects_a_sequence_of_no_tokens_or_more_than_the_position_table_serves(int length) => Refusal.Of(
        () => new TokenSequence { InputIds = new int[length], TrainMask = new double[length] }.Check(Model),
        "a sequence must have 1 to Auxiliary.MaximumPositions tokens",
        $"{length} tokens for Auxiliary.MaximumPositions 8");

    [Theory]
    [InlineData(-1)]
    [InlineData(7)]
    [InlineData(TokenSequence.IgnoredLabel)]
    public void Rejects_an_id_outside_the_vocabulary(int id) => Refusal.Of(
        () => (Valid with { InputIds = [0, id, 3] }).Check(Model), "input_ids must lie in 0 … 6;", $"{id} at position 1");

    [Theory]
    [InlineData(-1)]
    [InlineData(7)]
    [InlineData(-99)]
    public void Rejects_a_label_outside_the_vocabulary_that_does_not_say_to_ignore_it(int label) => Refusal.Of(
        () => (Valid with { Labels = [0, 1, label] }).Check(Model), "labels must lie in 0 … 6 or be -100", $"{label} at position 2");

    [Fact]
    public void Rejects_labels_of_the_wrong_length() => Refusal.Of(
        () => (Valid with { Labels = [0, 1] }).Check(Model), "labels must have one entry a token", "2 for 3 tokens");

    [Fact]
    public void Rejects_a_mask_of_the_wrong_length()
    {
        Refusal.Of(() => (Valid with { TrainMask = [0, 1, 1, 1] }).Check(Model), "train_mask must have one entry a token", "4 for 3 tokens");
        Refusal.Of(() => (Valid with { GradientMask = [] }).Check(Model), "gradient_mask must have one entry a token", "0 for 3 tokens");
        Refusal.Of(() => (Valid with { IclMask = Matrix<double>.Build.Dense(3, 2, 1) }).Check(Model), "icl_mask must be [3 × 3]", "[3 × 2]");
    }

    [Theory]
    [InlineData(0.5, "0.5")]
    [InlineData(-1, "-1")]
    [InlineData(2, "2")]
    [InlineData(double.NaN, "NaN")]
    public void Rejects_a_mask_that_holds_more_than_zeros_and_ones(double value, string text)
    {
        Refusal.Of(() => (Valid with { TrainMask = [0, 1, value] }).Check(Model), "train_mask must hold 0 and 1 only", $"{text} at position 2");
        Refusal.Of(
            () => (Valid with { GradientMask = [value, 1, 0] }).Check(Model), "gradient_mask must hold 0 and 1 only", $"{text} at position 0");

        // Entries above the diagonal are never read, and still must be a mask's.
        var icl = Valid.IclMask!.Clone();
        icl[0, 2] = value;
        Refusal.Of(() => (Valid with { IclMask = icl }).Check(Model), "icl_mask must hold 0 and 1 only", $"{text} at row 0, column 2");
    }

    [Fact]
    public void Rejects_an_attention_mask_that_leaves_a_token_nothing_to_attend_to()
    {
        var icl = Valid.IclMask!.Clone();
        icl.SetRow(1, [0.0, 0.0, 1.0]);
        Refusal.Of(
            () => (Valid with { IclMask = icl }).Check(Model),
            "icl_mask must let every token attend to itself or an earlier token",
            "none in row 1",
            "set entry (1, 1) to 1");
    }
}
