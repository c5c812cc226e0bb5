using Tint.Oracle.Answers;
using Tint.Oracle.Judging;
using Tint.Oracle.Reports;
using Tint.Oracle.Tests.Support;
using Tint.Properties.Implementations;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;

namespace Tint.Oracle.Tests.Judging;

[Collection(FreshSet.Name)]
public class AnswerJudgeTests(FreshSet set)
{
    private const string Linear = "LinearForward.a";
    private const string Norm = "LayerNormBackward.a";
    private const string Model = "TinT.gpt2.one_step";

    [Fact]
    public void What_is_expected_agrees_in_every_case_whole_and_in_parts()
    {
        foreach (var item in set.Manifest.Cases)
        {
            AnswerTensor[] answers =
            [
                .. set.Tensors(item.Id)
                    .Where(pair => pair.Key.StartsWith("expected.", StringComparison.Ordinal) || pair.Key.StartsWith("trace.", StringComparison.Ordinal)
                        || (pair.Key.StartsWith("simulated.", StringComparison.Ordinal) && item.Module != "TinT"))
                    .Select(pair => Given.Tensor(pair.Key.Replace("simulated.", string.Empty, StringComparison.Ordinal), pair.Value)),
            ];
            var judgement = AnswerJudge.Judge(item, Given.Of(item.Id, answers));
            Assert.Null(judgement.Problem);
            Assert.All(judgement.Tensors, tensor => Assert.Equal(Verdict.Expected, tensor.Verdict));
            Assert.Equal((answers.Length, true), (judgement.Compared, judgement.Passed));
            Assert.Empty(judgement.NotCovered);
        }
    }

    [Fact]
    public void Single_precision_is_seen_from_the_type_and_explained_by_nothing()
    {
        foreach (var id in new[] { Linear, Norm, "ActivationBackward.a", "AttentionBackwardDescent.a", Model })
        {
            AnswerTensor[] answers =
            [
                .. set.Tensors(id).Where(pair => pair.Key.StartsWith("expected.", StringComparison.Ordinal)).Select(pair => Given.Tensor(pair.Key, pair.Value, "float32")),
            ];
            var judgement = AnswerJudge.Judge(set.Case(id), Given.Of(id, answers));
            Assert.True(judgement.Passed, $"{id}: {judgement.First?.Tensor} {judgement.First?.Problem}");
            Assert.All(judgement.Tensors, tensor => Assert.Empty(tensor.Explanations));
        }
    }

    [Theory]
    [InlineData("int64")]
    [InlineData("bool")]
    [InlineData("uint8")]
    public void What_is_no_floating_point_number_has_the_wrong_type_whatever_its_values(string type)
    {
        var verdict = Judge(Linear, Given.Tensor("signal", set.Tensors(Linear)["simulated.signal"], type));
        Assert.Equal((Verdict.NotCompared, AnswerFault.WrongType, type), (verdict.Verdict, verdict.Fault, verdict.Type));
        Assert.Contains("float64, float32, float16 or bfloat16", verdict.Problem!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("float64", "published")]
    [InlineData("float32", "published, to float32")]
    [InlineData("bfloat16", "published, to bfloat16")]
    public void Agreement_within_the_bound_of_a_coarser_type_is_called_that(string type, string words) =>
        Assert.Equal(words, Words.Of(Judge(Linear, Given.Tensor("signal", set.Tensors(Linear)["simulated.signal"]) with { Type = type })));

    [Fact]
    public void Float64_numbers_that_are_right_only_to_float32_are_said_to_be()
    {
        var (shape, values) = set.Tensors(Linear)["expected.hidden_states"];
        var verdict = Judge(Linear, Given.Tensor("hidden_states", (shape, Array.ConvertAll(values, value => (double)(float)value))));
        Assert.Equal(Verdict.SinglePrecision, verdict.Verdict);
    }

    [Fact]
    public void The_papers_intent_and_the_exact_gradient_have_verdicts_of_their_own()
    {
        Assert.Equal(Verdict.Exact, Judge(Norm, Given.Tensor("signal", set.Tensors(Norm)["exact.signal"])).Verdict);
        var paper = set.Tensors("TinT.opt.one_step.paper")["expected.logits"];
        var model = new CaseReference(set.Case(Model), set.Case(Model).Open()).Model!;
        var meant = model.Paper("expected.logits")!;
        Assert.Equal(Verdict.Paper, Judge(Model, new AnswerTensor("logits", meant.Shape, meant.Values.ToArray(), "float64")).Verdict);
        Assert.Equal(Verdict.Expected, Judge("TinT.opt.one_step.paper", Given.Tensor("logits", paper)).Verdict);
    }

    [Fact]
    public void Each_fault_of_the_form_has_its_own_word()
    {
        var (shape, values) = set.Tensors(Linear)["simulated.signal"];
        double[] transposed = Orders.Transposed(shape, values);
        Assert.Equal(AnswerFault.Transposed, Judge(Linear, new AnswerTensor("signal", [shape[0], shape[2], shape[1]], transposed, "float64")).Fault);
        Assert.Equal(AnswerFault.Misshapen, Judge(Linear, new AnswerTensor("signal", [values.Length], values, "float64")).Fault);
        Assert.Equal(AnswerFault.FortranOrdered, Judge(Linear, new AnswerTensor(
            "signal", shape, Orders.Permuted([.. shape], values, [2, 1, 0]), "float64")).Fault);
        double[] broken = [.. values];
        broken[7] = double.NaN;
        var notFinite = Judge(Linear, new AnswerTensor("signal", shape, broken, "float64"));
        Assert.Equal(AnswerFault.NotFinite, notFinite.Fault);
        Assert.Contains("token 1", notFinite.Problem, StringComparison.Ordinal);
        var extra = AnswerJudge.Judge(set.Case(Linear), Given.Of(Linear, new AnswerTensor("singal", shape, values, "float64")));
        Assert.Contains("did you mean 'signal'?", Assert.Single(extra.Tensors).Problem, StringComparison.Ordinal);
        var missing = AnswerJudge.Judge(set.Case(Model), Given.Of(Model, Given.Tensor("original_logits", set.Tensors(Model)["expected.original_logits"])));
        Assert.Equal(["expected.final_loss", "expected.logits", "expected.original_loss"], missing.Tensors
            .Where(tensor => tensor.Fault == AnswerFault.Missing).Select(tensor => tensor.Tensor).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Inputs_that_are_given_back_are_checked_first()
    {
        var tensors = set.Tensors(Model);
        var (shape, values) = tensors["input.aux.transformer.h.0.attn.c_proj.weight"];
        var judgement = AnswerJudge.Judge(set.Case(Model), Given.Of(
            Model,
            Given.Tensor("logits", tensors["expected.logits"]),
            new AnswerTensor("aux.transformer.h.0.attn.c_proj.weight", shape, Orders.Transposed(shape, values), "float64")));
        Assert.Equal((TensorKind.Input, AnswerFault.Transposed), (judgement.First!.Kind, judgement.First.Fault));
        Assert.False(judgement.Passed);
    }

    [Fact]
    public void A_broken_step_is_found_on_its_own_inputs_and_what_it_breaks_is_carried_on()
    {
        var item = set.Case(Model);
        using var open = item.Open();
        var model = new CaseReference(item, open).Model!;
        var sick = new Dictionary<(string, int), MathNet.Numerics.LinearAlgebra.Matrix<double>>();
        const string broken = "backward0.layer1.attention.output";
        var steps = model.Walk(given: (name, sequence) =>
        {
            if (name != broken)
            {
                return null;
            }

            var own = model.Walk().Single(step => step.Name == name && step.Sequence == sequence);
            return sick[(name, sequence)] = own.Value * 0.5;
        });
        var answers = ModelReference.Stacked(steps, step => sick.GetValueOrDefault((step.Name, step.Sequence)) ?? step.Value)
            .Select(step => new AnswerTensor(step.Name, step.Value.Shape, step.Value.Values.ToArray(), "float64"));
        var judgement = AnswerJudge.Judge(item, Given.Of(Model, [.. answers]));
        Assert.Equal(broken, judgement.First!.Tensor);
        Assert.Contains(judgement.First.Explanations, explanation => explanation.Sentence.Contains("divided by 2", StringComparison.Ordinal));
        Assert.All(judgement.Tensors.Where(tensor => tensor.Tensor != broken && tensor.Kind == TensorKind.Intermediate), tensor => Assert.True(tensor.OnOwnInputs!.Passed, tensor.Tensor));
        Assert.Contains(judgement.Failing, tensor => tensor.Tensor == "backward0.layer1.input");
    }

    [Fact]
    public void An_intermediate_whose_inputs_were_not_given_is_judged_by_itself_alone()
    {
        var item = set.Case(Model);
        using var open = item.Open();
        var noise = Arithmetic.Perturbed(new RoundingNoise(Math.Pow(2, -24), seed: 3));
        var steps = ModelReference.Stacked(new CaseReference(item, open).Model!.Walk(new ConstructionTint(noise)), step => step.Value);
        foreach (var (name, value, _) in steps.Where((_, index) => index % 9 == 0))
        {
            var answer = Given.Tensor(name, ([.. value.Shape], value.Values.ToArray()), "float32");
            var verdict = AnswerJudge.Judge(item, Given.Of(Model, answer), explain: false).Tensors[0];
            Assert.True(verdict is { Verdict: Verdict.Expected, OnOwnInputs: null or { Passed: true } }, $"{name}: {verdict.Problem}");
        }

        // All of them together are inputs of each other.
        AnswerTensor[] all = [.. steps.Select(step => Given.Tensor(step.Name, ([.. step.Value.Shape], step.Value.Values.ToArray()), "float32"))];
        Assert.All(
            AnswerJudge.Judge(item, Given.Of(Model, all), explain: false).Tensors.Where(tensor => tensor.Kind == TensorKind.Intermediate),
            tensor => Assert.True(tensor.OnOwnInputs!.Passed, $"{tensor.Tensor}: {tensor.OnOwnInputs.Problem}"));
    }

    private TensorVerdict Judge(string id, AnswerTensor answer) => AnswerJudge.Judge(set.Case(id), Given.Of(id, answer)).Tensors[0];
}
