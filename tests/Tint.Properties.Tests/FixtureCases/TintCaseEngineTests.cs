using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Properties.FixtureCases;
using Tint.Properties.Implementations;
using Tint.Properties.Mutants;
using Tint.Reference.Input;
using Tint.Verification;
using Tint.Verification.Engines;

namespace Tint.Properties.Tests.FixtureCases;

public sealed class TintCaseEngineTests
{
    private static readonly IReadOnlyList<FixtureCase> Shipped = FixtureManifest.Load(FixtureLocator.FindShipped()).Cases;
    private static readonly RememberingEngine Construction = new(new ConstructionEngine());

    [Fact]
    public void A_correct_implementation_passes_every_case_that_it_answers_for()
    {
        var tint = MutantCatalogue.Unmutated(new SimulationTint());
        var reports = Shipped.Where(IsKnown).Select(item => Run(item.Id, tint)).ToArray();
        Assert.NotEmpty(reports);
        Assert.All(reports, report => Assert.True(
            report.Verdict == CaseVerdict.Passed, $"{report.Case.Id}: {report.Problem} {report.FirstFailure?.Tensor} {report.FirstFailure?.Problem}"));
    }

    [Fact]
    public void Gives_nothing_for_modules_that_the_interface_does_not_have()
    {
        var unknown = Shipped.Where(item => !IsKnown(item)).ToArray();
        Assert.NotEmpty(unknown);
        Assert.All(unknown, item =>
        {
            using var tensors = item.Open();
            Assert.Empty(new TintCaseEngine(new SimulationTint(), Construction).Compute(item, tensors));
        });
    }

    [Fact]
    public void What_an_implementation_does_not_give_is_not_compared()
    {
        var report = Run("LinearForward.a", new SimulationTint());
        Assert.Equal(
            ["expected.hidden_states"], report.Judgements.Where(judgement => judgement.Unread is null).Select(judgement => judgement.Tensor));
        Assert.Contains(report.Judgements, judgement => judgement.Unread is not null);
    }

    [Fact]
    public void After_one_step_the_weights_are_compared_with_the_prefixes_that_the_published_model_wrote()
    {
        var compared = Run("TinT.gpt2.one_step", new SimulationTint()).Judgements.Where(judgement => judgement.Unread is null).ToArray();

        // The final norm, and in each of two layers six loads before the MLP and two with weights in each of four chunks.
        Assert.Equal(1 + (2 * (6 + (2 * 4))), compared.Count(judgement => judgement.Tensor.Contains("updated_prefixes", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_loss_that_is_not_there_is_a_disagreement() =>
        Assert.Equal("expected.original_loss", Run("TinT.gpt2.one_step", new LossLess()).FirstFailure?.Tensor);

    [Fact]
    public void An_answer_is_remembered_by_the_digest_of_its_file()
    {
        var counting = new CountingEngine();
        using var remembering = new RememberingEngine(counting);
        foreach (var id in new[] { "LinearForward.a", "LinearForward.a", "LinearBackward.a" })
        {
            var item = Shipped.Single(item => item.Id == id);
            using var tensors = item.Open();
            remembering.Compute(item, tensors);
        }

        Assert.Equal(2, counting.Calls);
    }

    private static bool IsKnown(FixtureCase item) => item.Options is not ({ RetainOutputGradient: true } or { BiasOnly: true });

    private static CaseReport Run(string id, ITint tint) =>
        CaseRunner.Run(Shipped.Single(item => item.Id == id), [new TintCaseEngine(tint, Construction)]);

    private sealed class LossLess() : ModularTint(new SimulationTint())
    {
        protected override double? ReportedLoss(IReadOnlyList<TokenSequence> batch, IReadOnlyList<Matrix<double>> logits) => null;
    }

    private sealed class CountingEngine : ICaseEngine
    {
        public int Calls { get; private set; }

        public string Name => "counting";

        public IReadOnlyDictionary<string, ComputedTensor> Compute(FixtureCase fixtureCase, FixtureTensors tensors)
        {
            Calls++;
            return new Dictionary<string, ComputedTensor>();
        }
    }
}
