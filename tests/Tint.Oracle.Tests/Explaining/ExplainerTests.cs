using MathNet.Numerics.LinearAlgebra;
using Tint.Oracle.Answers;
using Tint.Oracle.Judging;
using Tint.Oracle.Tests.Support;
using Tint.Oracle.Tracing;
using Tint.Properties.Implementations;
using Tint.Properties.Mutants;
using Tint.Reference.Simulation;

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
        new Mistaken { Layer = layer => layer with { Bias = layer.Bias * 2 } }, "forward0.layer0.attention.output", "combination", "B counts 2 times");

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

    [Fact]
    public void A_part_of_a_sum_that_counts_otherwise_is_weighed() => LookAt(
        "forward0.layer0.attention.output",
        (model, step) => step.Value.MapIndexed((_, d, value) => value - (0.75 * SimulatedGate.Factor(model.Configuration) * model.Weights.Layers[0].Output.Bias[d])),
        "combination",
        "B counts 0.25 times");

    [Fact]
    public void A_mistake_without_fitted_numbers_is_named_before_a_fit_that_explains_as_much() => LookAt(
        "updated0.layer1.mlp.outer.bias",
        (model, step) => step.Before! + ((step.Value - step.Before!) / model.Configuration.Auxiliary.MlpChunkCount),
        "block.mlp-bias-learnt-once",
        "where they should by C times that");

    [Fact]
    public void A_mistake_in_one_head_is_named_with_the_head() => LookAt(
        "forward0.layer1.attention.heads",
        (_, step) =>
        {
            var wrong = step.Mistakes.First(mistake => mistake.Name == "attention.unscaled").Value();
            return step.Value.MapIndexed((t, d, value) => d < step.Value.ColumnCount / 2 ? value : wrong[t, d]);
        },
        "attention.unscaled",
        "√(D/H), only in head 1.");

    [Fact]
    public void Tokens_whose_signal_is_of_the_pass_before_are_named() => LookAt(
        "forward1.layer1.attention.key",
        (_, step, walk) => step.Value.MapIndexed((t, d, value) => t < 3 ? walk.Single(other => other.Name == "forward0.layer1.attention.key" && other.Sequence == step.Sequence).Value[t, d] : value),
        "wiring.result-of-another",
        "The result is forward0.layer1.attention.key, only at tokens 0 to 2.");

    [Fact]
    public void Rows_that_are_scaled_apart_are_listed_with_their_factors() => LookAt(
        "forward0.layer0.attention.norm", (_, step) => step.Value.MapIndexed((t, _, value) => value * (t + 1)), "residual.factor-by-row", "1, 2, 3, 4, 5");

    [Fact]
    public void A_part_that_counts_otherwise_at_every_token_is_weighed_token_by_token() => LookAt(
        "forward0.layer0.mlp.norm",
        (model, step, _) => step.Value.MapIndexed((t, d, value) =>
            value + (0.1 * t * (value - (Math.Pow(SimulatedGate.Factor(model.Configuration), 2) * model.Weights.Layers[0].MlpNorm.Bias[d])))),
        "combination.by-token",
        "γ∘x̂ counts (1, 1.1, 1.2, 1.3, 1.4)");

    [Fact]
    public void What_a_chunk_reads_of_its_neighbour_is_found() => LookAt(
        "backward0.layer1.mlp.activation",
        (_, step, walk) => step.Reads[1].With(walk.Single(other => other.Name == step.Name && other.Sequence == step.Sequence && other.Part == (step.Part + 1) % 4).Reads[1].Own),
        "wiring.other-chunk",
        "The memory of z is that of the chunk behind its own.");

    [Fact]
    public void Dropout_is_recognised() => LookAt(
        "forward0.layer1.mlp.activation",
        (_, step) => step.Value.MapIndexed((t, d, value) => ((7 * t) + (5 * d) + (3 * step.Part!.Value)) % 4 == 0 ? 0 : value / 0.75),
        "residual.dropout",
        "1.33333 times");

    [Fact]
    public void Weights_that_are_read_in_half_precision_are_recognised() => LookAt(
        "forward0.layer1.attention.output",
        (model, step) => step.Layers[0].With(step.Layers[0].Own with { Weight = step.Layers[0].Own.Weight.Map(value => (double)(Half)value) }),
        "precision.weights",
        "rounded to float16");

    [Fact]
    public void Weights_that_decay_are_told_from_a_wrong_update() => LookAt(
        "updated0.layer1.attention.output.weight", (_, step) => step.Value - (0.003 * step.Before!), "combination", "counts 0.997 times: weights decay");

    [Fact]
    public void A_gradient_of_the_whole_batch_is_recognised() => LookAt(
        "updated0.layer1.attention.output.weight",
        (_, step, walk) => step.Before! + walk.Where(other => other.Name == step.Name).Select(other => other.Value - other.Before!).Aggregate((sum, update) => sum + update),
        "descent.batch",
        "gradients are summed");

    [Fact]
    public void A_clipped_gradient_is_recognised_by_the_norm_that_it_has_in_every_sequence() => LookAt(
        "updated0.layer1.attention.output.weight",
        (model, step) => step.Before! + ((step.Value - step.Before!) * (1e-3 * model.Configuration.InnerLearningRate / (step.Value - step.Before!).FrobeniusNorm())),
        "descent.scaled-by-sequence",
        "until its norm is 0.001");

    [Fact]
    public void A_result_in_half_precision_is_recognised() => LookAt(
        "forward0.layer1.mlp.norm", (_, step) => step.Value.Map(value => (double)(Half)value), "precision.result", "rounded to float16: so are 100 %");

    [Fact]
    public void Statistics_over_the_wrong_axis_are_recognised() => LookAt(
        "forward0.layer0.attention.norm",
        (model, step) =>
        {
            var (x, norm) = (step.Input!.Signal, step.Input.Norm!);
            return Matrix<double>.Build.Dense(x.RowCount, x.ColumnCount, (t, d) =>
            {
                var (mean, square) = (x.Column(d).Average(), x.Column(d).Average(value => value * value));
                return (norm.Weight[d] * (x[t, d] - mean) / Math.Sqrt(square - (mean * mean) + model.Configuration.Auxiliary.LayerNormEpsilon)) + norm.Bias[d];
            });
        },
        "norm.over-tokens",
        "over all tokens");

    [Fact]
    public void Heads_that_are_viewed_where_axes_must_be_exchanged_are_recognised() => LookAt(
        "forward0.layer0.attention.heads",
        (model, step) =>
        {
            // [H × T × D/H] read as [T × D].
            var heads = model.Configuration.Auxiliary.HeadCount;
            var (tokens, width, size) = (step.Value.RowCount, step.Value.ColumnCount, step.Value.ColumnCount / heads);
            double[] flat = [.. Enumerable.Range(0, heads).SelectMany(h => Enumerable.Range(0, tokens).SelectMany(t => Enumerable.Range(0, size).Select(d => step.Value[t, (h * size) + d])))];
            return Matrix<double>.Build.Dense(tokens, width, (t, d) => flat[(t * width) + d]);
        },
        "attention.heads-viewed",
        "without exchanging the axes");

    [Fact]
    public void Smoothed_labels_are_weighed() => LookAt(
        "backward0.loss_gradient",
        (model, step, _) =>
        {
            var (sequence, table) = (model.Batch[step.Sequence], model.Weights.TokenEmbedding);
            var mean = table.ColumnSums() / table.RowCount;
            return step.Value.MapIndexed((t, d, value) => t + 1 == sequence.Length || sequence.TrainMask[t + 1] == 0 ? value
                : value + (0.1 * (table[sequence.InputIds[t + 1], d] - mean[d])));
        },
        "combination",
        "labels are smoothed");

    private void LookAt(string name, Func<ModelReference, TraceStep, Matrix<double>> wrong, string mistake, string words) =>
        LookAt(name, (model, step, _) => wrong(model, step), mistake, words);

    /// <summary>All intermediates are right but for one.</summary>
    private void LookAt(string name, Func<ModelReference, TraceStep, IReadOnlyList<TraceStep>, Matrix<double>> wrong, string mistake, string words)
    {
        const string id = "TinT.gpt2.one_step";
        var item = set.Case(id);
        using var open = item.Open();
        var model = new CaseReference(item, open).Model!;
        var walk = model.Walk();
        var steps = ModelReference.Stacked(walk, step => step.Name == name ? wrong(model, step, walk) : step.Value);
        var judgement = AnswerJudge.Judge(item, Given.Of(id, [.. steps.Select(step => new AnswerTensor(step.Name, step.Value.Shape, step.Value.Values.ToArray(), "float64"))]));
        Assert.Equal(name, judgement.First!.Tensor);
        Assert.Equal(mistake, judgement.First.Explanations[0].Name);
        Assert.Contains(words, judgement.First.Explanations[0].Sentence, StringComparison.Ordinal);
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
