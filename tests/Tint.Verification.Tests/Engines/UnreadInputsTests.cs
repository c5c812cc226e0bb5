using Tint.Verification.Engines;
using Tint.Verification.Tests.Support;

namespace Tint.Verification.Tests.Engines;

/// <summary>What is counted as unread is: another value there changes nothing, and beside it a value that is read does.</summary>
public class UnreadInputsTests
{
    [Theory]
    [InlineData("TinT.opt.one_step", "aux.model.decoder.embed_positions.weight", 0, "the two front rows of OPT's position table")]
    [InlineData("TinT.gpt2.one_step", "aux.transformer.wpe.weight", -1, "rows of a position table beyond the tokens")]
    [InlineData("TinT.opt.unrestricted", "aux.model.decoder.layers.0.self_attn.k_proj.bias", 1, "biases of keys, which softmax cancels, where no trace holds keys")]
    [InlineData("TinT.gpt2.unrestricted", "aux.transformer.h.1.attn.c_attn.bias", 40, "biases of keys, which softmax cancels, where no trace holds keys")]
    [InlineData("TinT.gpt2.icl_mask", "icl_mask", 1, "icl_mask above the diagonal, which causality forbids")]
    public void Another_value_there_changes_nothing(string id, string input, int index, string reason)
    {
        using var copy = new FixtureCopy(id);
        copy.Put(id, $"input.{input}", index, value => value == 0 ? 1 : 2 * value);
        var report = CaseRunner.Run(copy.Cases[0], ReferenceEngines.All);
        Assert.Equal(CaseVerdict.Passed, report.Verdict);
        Assert.True(report.ValuesUnread[reason] > 0);
    }

    [Fact]
    public void They_are_counted_entry_by_entry()
    {
        var opt = Run("TinT.opt.one_step");
        Assert.Equal(2 * opt.Case.Config.AuxHiddenSize, opt.ValuesUnread["the two front rows of OPT's position table"]);
        Assert.Equal(Tokens(opt.Case).Sequences, opt.ValuesUnread["the label of the first token, which nothing predicts"]);
        Assert.Equal(
            (opt.Case.Config.AuxMaxPositions - Tokens(opt.Case).Length) * opt.Case.Config.AuxHiddenSize,
            opt.ValuesUnread.GetValueOrDefault("rows of a position table beyond the tokens"));
    }

    [Theory]
    [InlineData("AttentionForward.b.relu")]
    [InlineData("LayerNormBackward.a.exact_gates")]
    [InlineData("LinearDescent.a.exact_gates")]
    public void A_slot_of_the_hidden_states_is_counted_where_and_only_where_nothing_shows(string id)
    {
        using var copy = new FixtureCopy(id);
        using var tensors = copy.Cases[0].Open();
        var shape = tensors.Input("hidden_states").Shape;
        UnreadSlot[] unread = [.. ModuleCase.Unread(new LoadedCase(copy.Cases[0], tensors))];
        var configuration = CaseConfiguration.Of(copy.Cases[0]);
        foreach (var slot in UnreadSlot.All(configuration, sequence: 0, shape[1]))
        {
            copy.Put(id, "input.hidden_states", (slot.Row * shape[2]) + slot.Column, value => (2 * value) + 1);
            Assert.Equal(unread.Contains(slot), CaseRunner.Run(copy.Cases[0], ReferenceEngines.All).Verdict == CaseVerdict.Passed);
            copy.Restore(id);
        }

        Assert.Equal(unread.Sum(slot => slot.Count), Run(id).ValuesUnread.GetValueOrDefault("slots of the hidden states that the module writes over unread"));
    }

    [Fact]
    public void What_modules_of_another_kind_read_is_counted_and_what_nobody_knows_is_refused()
    {
        using var copy = new FixtureCopy("LinearForward.a");
        var tokens = 20 - copy.Cases[0].Config.NumPrefixes;
        copy.AddInput("LinearForward.a", "train_mask", 2, tokens);
        var counted = CaseRunner.Run(copy.Cases[0], ReferenceEngines.All);
        Assert.Null(counted.Problem);
        Assert.Equal((CaseVerdict.Passed, 2 * tokens), (counted.Verdict, counted.ValuesUnread["inputs that modules of another kind read"]));

        copy.AddInput("LinearForward.a", "surprise", 2, tokens);
        var refused = CaseRunner.Run(copy.Cases[0], ReferenceEngines.All);
        Assert.Equal(CaseVerdict.Error, refused.Verdict);
        Assert.Contains("input.surprise", refused.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_untied_head_leaves_rows_of_the_embedding_unread_and_T5_distances_that_do_not_occur()
    {
        Assert.True(Run("Auxiliary.gptj").ValuesUnread.ContainsKey("rows of an embedding without the head, of tokens that do not occur"));
        Assert.False(Run("Auxiliary.llama.odd_inner_tied").ValuesUnread.ContainsKey("rows of an embedding without the head, of tokens that do not occur"));
        Assert.True(Run("Auxiliary.t5").ValuesUnread.ContainsKey("relative positions farther than the tokens are apart"));
    }

    private static CaseReport Run(string id) => CaseRunner.Run(Shipped.All.Single(item => item.Id == id), ReferenceEngines.All);

    private static (int Sequences, int Length) Tokens(Tint.Fixtures.FixtureCase item)
    {
        using var tensors = item.Open();
        var shape = tensors.Input("input_ids").Shape;
        return (shape[0], shape[1]);
    }
}
