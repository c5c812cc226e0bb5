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
}
