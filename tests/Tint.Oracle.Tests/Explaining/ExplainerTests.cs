using Tint.Oracle.Answers;
using Tint.Oracle.Judging;
using Tint.Oracle.Tests.Support;
using Tint.Properties.Implementations;
using Tint.Properties.Mutants;

namespace Tint.Oracle.Tests.Explaining;

[Collection(FreshSet.Name)]
public class ExplainerTests(FreshSet set)
{
    [Theory]
    [InlineData("TinT.gpt2.one_step", "linear.gradient-averaged")]
    [InlineData("TinT.gpt2.one_step", "attention.sees-next")]
    [InlineData("TinT.gpt2.one_step", "block.residual-missing")]
    [InlineData("TinT.gpt2.one_step", "model.position-off-by-one")]
    [InlineData("TinT.gpt2.two_steps", "model.step-from-original")]
    public void A_mutant_of_a_whole_model_is_recognised_from_its_results(string id, string name)
    {
        var item = set.Case(id);
        using var open = item.Open();
        var model = new CaseReference(item, open).Model!;
        var mutant = MutantCatalogue.All.Single(one => one.Name == name);
        var results = ModelReference.Results(mutant.Apply(new ConstructionTint()).Run(model.Configuration, model.Weights, model.Batch));
        var judgement = AnswerJudge.Judge(item, Given.Of(id, [.. results.Select(pair =>
            new AnswerTensor(pair.Key, pair.Value.Shape, pair.Value.Values.ToArray(), "float64"))]));
        Assert.False(judgement.Passed);
        Assert.Contains(judgement.Explanations, explanation => explanation.Name == name && explanation.IsWithinRounding);
    }

    [Theory]
    [InlineData("LinearForward.a", "signal", -1, "other sign")]
    [InlineData("LinearForward.a", "signal", 0.2, "divided by T")]
    [InlineData("LinearBackward.a", "signal", 0.37, "0.37 times the reference's")]
    public void A_factor_is_recognised(string id, string part, double factor, string words)
    {
        var (shape, values) = set.Tensors(id)["simulated." + part];
        var judgement = AnswerJudge.Judge(set.Case(id), Given.Of(id, new AnswerTensor(part, shape, Array.ConvertAll(values, value => factor * value), "float64")));
        Assert.Contains(judgement.First!.Explanations, explanation => explanation.Sentence.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void Noise_is_explained_by_nothing_and_that_is_said()
    {
        const string id = "LinearForward.a";
        var (shape, values) = set.Tensors(id)["simulated.signal"];
        var random = new Random(3);
        var judgement = AnswerJudge.Judge(set.Case(id), Given.Of(
            id, new AnswerTensor("signal", shape, Array.ConvertAll(values, value => value + random.NextDouble() - 0.5), "float64")));
        Assert.True(judgement.WasExplained);
        Assert.Empty(judgement.First!.Explanations);
    }

    [Fact]
    public void What_a_step_reads_in_the_place_of_its_input_is_found_among_the_candidates_own_signals() => Look(
        new Mistaken { ValueMemory = memory => memory.Key }, "updated0.layer1.attention.value.weight", "wiring.other-signal", "forward0.layer1.attention.key");

    [Fact]
    public void A_layer_in_the_place_of_another_arrangement_of_its_own_numbers_is_found() => Look(
        new Mistaken { Layer = layer => layer with { Bias = layer.Bias * 2 } }, "forward0.layer0.attention.output", "weights.bias-twice", "added twice");

    [Fact]
    public void Memory_of_another_token_is_found_where_it_is_read() => Look(
        new Mistaken { LinearMemory = memory => memory.MapIndexed((t, d, _) => t > 0 ? memory[t - 1, d] : 0) },
        "updated0.layer1.mlp.outer.weight",
        "wiring.changed-signal",
        "of the token before");

    [Fact]
    public void Tokens_that_count_otherwise_than_the_train_mask_says_are_weighed() => Look(
        new Mistaken { Weights = t => t == 0 ? 0.25 : 1 }, "updated0.layer1.mlp.outer.weight", "descent.weights-of-tokens", "(0.25, 1, 1, 1, 1)");

    [Fact]
    public void Memory_that_was_put_back_among_larger_numbers_is_right()
    {
        var judgement = Judge(new Mistaken { LinearMemory = memory => memory.Map(x => 4 + (x - 4)) });
        Assert.Empty(judgement.Tensors.Where(tensor => tensor.OnOwnInputs is { Passed: false }).Select(tensor => tensor.Tensor));
    }

    private void Look(Mistaken backend, string step, string name, string words)
    {
        var judgement = Judge(backend);
        Assert.Equal(step, judgement.First!.Tensor);
        var explanation = judgement.First.Explanations[0];
        Assert.Equal(name, explanation.Name);
        Assert.Contains(words, explanation.Sentence, StringComparison.Ordinal);
    }

    private CaseJudgement Judge(Mistaken backend)
    {
        const string id = "TinT.gpt2.one_step";
        var item = set.Case(id);
        using var open = item.Open();
        var steps = ModelReference.Stacked(new CaseReference(item, open).Model!.Walk(backend), step => step.Value);
        return AnswerJudge.Judge(item, Given.Of(id, [.. steps.Select(step => new AnswerTensor(step.Name, step.Value.Shape, step.Value.Values.ToArray(), "float64"))]));
    }
}
