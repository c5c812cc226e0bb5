using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Oracle.Answers;
using Tint.Oracle.Cases;
using Tint.Oracle.Judging;
using Tint.Oracle.Tests.Support;
using Tint.Oracle.Tracing;
using Tint.Properties.Implementations;
using Tint.Reference.Configuration;
using Tint.Reference.Families;

namespace Tint.Oracle.Tests.Cases;

/// <summary>Fresh whole models of families beyond those of the published code: written, read, judged and explained as those are.</summary>
public sealed class FamilySuiteTests : IDisposable
{
    private static readonly CaseShape Small = new(8, 2, 2, 10, 5);

    public static TheoryData<string> Families => [.. FamilyCatalogue.Families.Except(FixtureModules.PublishedFamilies)];

    private readonly string _folder = Directory.CreateTempSubdirectory("tint-families-").FullName;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_format_of_cases_knows_every_family() => Assert.Equal(FamilyCatalogue.Families.Order(StringComparer.Ordinal), FixtureModules.Families.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Families))]
    public void The_closed_form_s_results_and_intermediates_are_judged_right(string family)
    {
        foreach (var item in Write(family, "float64", family == "t5" ? 2 : 1))
        {
            var judgement = AnswerJudge.Judge(item, Answers(item, _ => null));
            Assert.True(judgement.Passed, $"{judgement.Problem} {judgement.First?.Tensor} {judgement.First?.Problem}");
            Assert.All(judgement.Tensors, tensor => Assert.True(tensor.OnOwnInputs is null or { Passed: true }, tensor.Tensor));
            Assert.True(judgement.Tensors.Count(tensor => tensor.OnOwnInputs is not null) > 40);
        }
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("t5")]
    public void Results_in_single_precision_are_right_within_their_bounds(string family)
    {
        var item = Assert.Single(Write(family, "float64", 1));
        var judgement = AnswerJudge.Judge(item, Answers(item, step => step.Value.Map(value => (double)(float)value), "float32"));
        Assert.True(judgement.Passed, $"{judgement.First?.Tensor} {judgement.First?.Problem}");
    }

    [Theory]
    [InlineData("llama", "forward0.layer0.attention.heads", "form.rotation-pairs")]
    [InlineData("llama", "forward0.layer0.mlp.product", "product.sum")]
    [InlineData("llama", "forward0.layer0.attention.norm", "norm.mean-square")]
    [InlineData("bloom", "forward0.layer1.attention.heads", "form.slopes-left-out")]
    [InlineData("t5", "forward0.layer0.attention.heads", "form.relative-left-out")]
    [InlineData("gpt_neox", "backward0.layer1.attention.heads", "form.rotation-left-out")]
    [InlineData("llama", "backward0.layer0.mlp.norm", "exact")]
    [InlineData("llama", "backward0.layer1.attention.norm", "norm.weights-of-another")]
    [InlineData("llama", "forward0.layer0.mlp.activation", "activation.another")]
    [InlineData("llama", "backward0.layer1.mlp.activation", "exact")]
    [InlineData("gpt_neox", "backward0.layer1.attention.value", "attention.score-path-kept")]
    [InlineData("bloom", "forward0.layer1.mlp.outer", "block.chunk-missing")]
    [InlineData("bloom", "backward0.layer1.mlp.inner", "block.chunks-reversed")]
    [InlineData("gptj", "backward0.layer1.attention.heads", "exact")]
    [InlineData("opt", "embedding", "model.positions-reversed")]
    [InlineData("t5", "backward0.loss_gradient", "loss.target-not-shifted")]
    public void A_mistake_of_a_family_s_own_is_found_at_its_step_and_named(string family, string step, string name)
    {
        var item = Assert.Single(Write(family, "float64", 1));
        var judgement = AnswerJudge.Judge(item, Answers(item, own => own.Name == step ? own.Mistakes.First(mistake => mistake.Name == name).Value() : null));
        Assert.Equal(step, judgement.First!.Tensor);
        Assert.Contains(judgement.First.Explanations, explanation => explanation.Name == name);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes()
    {
        var digests = Write("llama", "float32", 2).Select(item => item.Sha256).ToArray();
        Assert.Equal(digests, Write("llama", "float32", 2).Select(item => item.Sha256));
    }

    [Fact]
    public void A_family_s_model_without_its_configuration_is_refused_in_one_line()
    {
        var folder = Path.GetDirectoryName(Assert.Single(Write("llama", "float64", 1)).Directory + "/")!;
        var manifest = Path.Combine(folder, FixtureManifest.FileName);
        var text = File.ReadAllText(manifest);
        File.WriteAllText(manifest, text.Replace("\"hf_config\"", "\"hf_other\"", StringComparison.Ordinal));
        Assert.Contains("hf_", Assert.Throws<FixtureException>(() => FixtureManifest.Load(folder)).Message, StringComparison.Ordinal);
    }

    private IReadOnlyList<FixtureCase> Write(string family, string type, int count)
    {
        var folder = Path.Combine(_folder, Path.GetRandomFileName());
        CaseSetWriter.Write(
            folder, [.. FamilySuite.Drafts(family, Small, isOwnShape: true, string.Empty, seed: 3, type, Departures.Published, count)], "a test", () => { }, CancellationToken.None);
        return FixtureManifest.Load(folder).Cases;
    }

    private static AnswerSet Answers(FixtureCase item, Func<TraceStep, Matrix<double>?> wrong, string type = "float64")
    {
        using var open = item.Open();
        var model = new CaseReference(item, open).Model!;
        var results = ModelReference.Results(new SimulationTint().Run(model.Configuration, model.Weights, model.Batch));
        var steps = ModelReference.Stacked(model.Walk(), step => wrong(step) ?? step.Value);
        return Given.Of(
            item.Id,
            [
                .. results.Select(pair => new AnswerTensor(pair.Key, pair.Value.Shape, pair.Value.Values.ToArray(), "float64")),
                .. steps.Select(step => new AnswerTensor(step.Name, step.Value.Shape, step.Value.Values.ToArray(), type)),
            ]);
    }
}
