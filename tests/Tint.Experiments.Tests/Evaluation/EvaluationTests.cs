using Tint.Experiments.Evaluation;
using Tint.Experiments.Tests.Support;
using Tint.Experiments.Text;
using Tint.Reference;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Experiments.Tests.Evaluation;

public sealed class EvaluationTests
{
    private const int Length = 48;

    private static readonly EvaluationOptions Options = new()
    {
        Methods = Enum.GetValues<EvaluationMethod>(),
        Fractions = [0.5, 0.75],
        Steps = [1],
        Layers = [null, 1],
        Rates = [0.001, 0.01],
        DynamicRates = [0.1, 1e300],
    };

    private static readonly LoadedModel Model = LoadedModel.Open(ShippedExperiment.ModelFolder);

    private static readonly IReadOnlyList<EvaluationWindow> Windows = EvaluationWindows.Of(
        Model, TextFolder.Read(ShippedExperiment.ReportText), TextFolder.Read(ShippedExperiment.SelectionText), Length, asPublished: false, (1, 2));

    private static readonly IReadOnlyList<WindowMeasurement> All = new EvaluationRun(Model, Windows, Options).Run(null, string.Empty, 2, null, default);

    [Fact]
    public void Every_point_of_the_grid_is_measured_on_every_window()
    {
        // A fraction: vanilla; dynamic by its rates; six more methods by rates and layers.
        Assert.Equal(Windows.Count * 2 * (1 + 2 + (6 * 2 * 2)), All.Count);
        Assert.All(All, one => Assert.Equal(one.Value.Fraction == 0.5 ? 24 : 12, one.Value.Count));
    }

    [Fact]
    public void Vanilla_is_the_models_own_loss_on_the_end_of_the_window()
    {
        var window = Windows[1].Tokens;
        var result = Run(new SimulatedTint(Configuration(1e-3, Departures.Paper), Model.Weights), window, 24);
        Assert.Equal(result.OriginalLoss!.Value * 24, Single(EvaluationMethod.Vanilla, 1, 0.5, null, null).Loss!.Value, 9);
    }

    [Fact]
    public void Dynamic_evaluation_is_plain_SGD_on_every_parameter_with_the_mean_loss()
    {
        var configuration = Configuration(0.1 / 23, Departures.Paper) with { LayerNormBiasOnly = false };
        var result = Run(new ExactTint(configuration, Model.Weights) { TrainEmbeddings = true }, Windows[1].Tokens, 24);
        Assert.Equal(result.FinalLoss!.Value * 24, Single(EvaluationMethod.Dynamic, 1, 0.5, 0.1, null).Loss!.Value, 7);
    }

    [Theory]
    [InlineData(EvaluationMethod.Published)]
    [InlineData(EvaluationMethod.Paper)]
    [InlineData(EvaluationMethod.Faithful)]
    public void TinT_is_the_engines_own_loss(EvaluationMethod method)
    {
        var configuration = Configuration(0.01, method == EvaluationMethod.Published ? Departures.Published : Departures.Paper) with { TrainedLayers = 1 };
        configuration = method == EvaluationMethod.Faithful ? configuration.Faithful() : configuration;
        var result = Run(new SimulatedTint(configuration, Model.Weights), Windows[2].Tokens, 36);
        Assert.Equal(result.FinalLoss!.Value * 12, Single(method, 2, 0.75, 0.01, 1).Loss!.Value, 12);
    }

    [Fact]
    public void A_faithful_TinT_gives_what_the_SGD_gives_that_it_approximates()
    {
        var (faithful, plain, published) = (Loss(EvaluationMethod.Faithful), Loss(EvaluationMethod.Sgd), Loss(EvaluationMethod.Published));
        Assert.InRange(Math.Abs(faithful - plain), 0, Math.Abs(published - plain) * 1e-3);

        static double Loss(EvaluationMethod method) => Single(method, 1, 0.5, 0.001, null).Loss!.Value;
    }

    [Fact]
    public void Steps_are_those_of_a_run_of_so_many()
    {
        var options = Options with { Methods = [EvaluationMethod.Dynamic, EvaluationMethod.Sgd, EvaluationMethod.Published], Fractions = [0.5], Steps = [1, 3], Layers = [null], DynamicRates = [0.1] };
        var measured = new EvaluationRun(Model, Windows, options, [1]).Run(null, string.Empty, 1, null, default);
        Assert.Equal(
            All.Where(static one => one.Window == 1 && one.Value is { Fraction: 0.5, Layers: null or 4, Rate: 0.1 or 0.001 or 0.01 } && one.Method is EvaluationMethod.Dynamic or EvaluationMethod.Sgd or EvaluationMethod.Published)
                .Where(static one => one.Window == 1 && one.Value.Fraction == 0.5 && one.Value.Layers is null or 4),
            measured.Where(static one => one.Value.Steps == 1));
        var three = measured.Single(static one => one is { Method: EvaluationMethod.Published, Value: { Steps: 3, Rate: 0.01 } }).Value.Loss!.Value;
        var result = Run(new SimulatedTint(Configuration(0.01, Departures.Published) with { SgdSteps = 3 }, Model.Weights), Windows[1].Tokens, 24);
        Assert.Equal(result.FinalLoss!.Value * 24, three, 10);
    }

    [Fact]
    public void Layers_read_from_the_files_give_the_same_numbers_as_those_in_memory()
    {
        var options = Options with { Methods = [EvaluationMethod.Vanilla, EvaluationMethod.Published, EvaluationMethod.Paper], Fractions = [0.5] };
        Assert.Equal((true, false), (options.Streams, Options.Streams));
        using var model = LoadedModel.Open(ShippedExperiment.ModelFolder);
        var streamed = new EvaluationRun(model, Windows, options, [1]).Run(null, string.Empty, 1, null, default);
        Assert.All(streamed, static one => Assert.Equal(
            All.Single(other => other.Window == 1 && other.Method == one.Method && other.Value with { Loss = null } == one.Value with { Loss = null }).Value.Loss!.Value,
            one.Value.Loss!.Value,
            one.Method == EvaluationMethod.Vanilla ? 1e-9 : 0));
    }

    [Fact]
    public void The_construction_measures_what_the_simulation_does()
    {
        var options = Options with { Methods = [EvaluationMethod.Paper], Fractions = [0.5], Layers = [1], Rates = [0.01], Constructs = true };
        var measured = Assert.Single(new EvaluationRun(Model, Windows, options, [1]).Run(null, string.Empty, 1, null, default)).Value;
        Assert.Equal(Single(EvaluationMethod.Paper, 1, 0.5, 0.01, 1).Loss!.Value, measured.Loss!.Value, 6);
    }

    [Fact]
    public void A_rate_that_leaves_the_finite_numbers_is_no_number_and_never_chosen()
    {
        Assert.Null(Single(EvaluationMethod.Dynamic, 1, 0.5, 1e300, null).Loss);
        var summary = EvaluationSummary.Of(All);
        Assert.All(summary.Chosen.Where(static point => point.Method == EvaluationMethod.Dynamic), static point => Assert.Equal(0.1, point.Rate));
    }

    [Fact]
    public void Rates_are_chosen_on_one_split_and_reported_on_the_other()
    {
        static WindowMeasurement One(int window, bool selects, EvaluationMethod method, double? rate, double loss) =>
            new(window, selects, !selects, method, new Measurement(0.5, rate is null ? 0 : 1, null, rate, loss, 10));
        var summary = EvaluationSummary.Of(
        [
            One(0, true, EvaluationMethod.Dynamic, 1, 10), One(0, true, EvaluationMethod.Dynamic, 2, 20),
            One(1, false, EvaluationMethod.Dynamic, 1, 15), One(1, false, EvaluationMethod.Dynamic, 2, 5),
            One(2, false, EvaluationMethod.Dynamic, 1, 17), One(2, false, EvaluationMethod.Dynamic, 2, 5),
            One(1, false, EvaluationMethod.Vanilla, null, 20), One(2, false, EvaluationMethod.Vanilla, null, 20),
        ]);
        var chosen = summary.Chosen.Single(static point => point.Method == EvaluationMethod.Dynamic);
        Assert.Equal((1.0, 2), (chosen.Rate, chosen.Windows));
        Assert.Equal(Math.Exp(1.6), chosen.Perplexity!.Value, 12);
        Assert.Equal(-0.4, chosen.LossChange!.Value, 12);

        // Student's t at 97.5 % with one degree of freedom is 12.7062; the deviation of 1.5 and 1.7 over √2 is 0.1.
        Assert.Equal(Math.Exp(1.6 + 1.27062), chosen.High!.Value, 3);
    }

    [Theory]
    [InlineData(6.0, 8.0, 9.0, "embeddings left alone")]
    [InlineData(30.0, 8.0, 9.0, "leaving queries and keys alone")]
    [InlineData(30.0, 11.0, 9.0, "stopping gradients at the scores")]
    [InlineData(30.0, 11.0, 11.0, "finite differences and gates")]
    public void A_TinT_better_than_dynamic_evaluation_is_explained_by_what_SGD_gives_at_its_rate(double sgd, double values, double stopped, string cause)
    {
        static IEnumerable<WindowMeasurement> Of(EvaluationMethod method, double? rate, double loss) => Enumerable.Range(0, 2).Select(
            window => new WindowMeasurement(window, window == 0, window == 1, method, new Measurement(0.5, rate is null ? 0 : 1, null, rate, loss, 10)));
        var summary = EvaluationSummary.Of(
        [
            .. Of(EvaluationMethod.Vanilla, null, 20), .. Of(EvaluationMethod.Dynamic, 1, 12), .. Of(EvaluationMethod.Dynamic, 2, 10), .. Of(EvaluationMethod.Dynamic, 3, 12),
            .. Of(EvaluationMethod.Sgd, 1, sgd), .. Of(EvaluationMethod.SgdValues, 1, values), .. Of(EvaluationMethod.SgdStopped, 1, stopped),
            .. Of(EvaluationMethod.Paper, 1, 9), .. Of(EvaluationMethod.Paper, 2, 15),
        ]);
        Assert.Contains(cause, Assert.Single(summary.Verdicts()), StringComparison.Ordinal);
        Assert.Equal("trained on 0.5 of a window, the best rate of TinT, paper, 1e0, is the smallest that was tried; others may be better", Assert.Single(summary.Notes()));
    }

    [Fact]
    public void SGD_that_leaves_queries_and_keys_alone_moves_all_else_alike()
    {
        var configuration = Configuration(0.01, Departures.Paper);
        var sequence = new TokenSequence { InputIds = Windows[0].Tokens, TrainMask = [.. Windows[0].Tokens.Select(static _ => 1.0)] };
        var whole = new ExactTint(configuration, Model.Weights).Run(sequence).UpdatedWeights;
        var left = new ExactTint(configuration, Model.Weights) { TrainQueriesAndKeys = false }.Run(sequence).UpdatedWeights;
        var stopped = new ExactTint(configuration, Model.Weights) { TrainQueriesAndKeys = false, FollowScores = false }.Run(sequence).UpdatedWeights;
        Assert.All(left.Layers.Zip(Model.Weights.Layers), static pair => Assert.Equal((pair.Second.Query.Weight, pair.Second.Key.Weight), (pair.First.Query.Weight, pair.First.Key.Weight)));
        Assert.All(left.Layers.Zip(whole.Layers), static pair => Assert.Equal((pair.Second.Value.Weight, pair.Second.Outer.Weight), (pair.First.Value.Weight, pair.First.Outer.Weight)));
        Assert.NotEqual(whole.Layers[0].Query.Weight, left.Layers[0].Query.Weight);

        // The top block's values do not see its scores; those below do.
        Assert.Equal(left.Layers[^1].Value.Weight, stopped.Layers[^1].Value.Weight);
        Assert.NotEqual(left.Layers[0].Value.Weight, stopped.Layers[0].Value.Weight);
    }

    [Fact]
    public void An_interrupted_evaluation_goes_on_from_its_journal_with_the_same_numbers()
    {
        using var folder = new TemporaryFolder();
        var (path, ended) = (folder.At("journal.jsonl"), 0);
        using var cancel = new CancellationTokenSource();
        var broken = new EvaluationRun(Model, Windows, Options);
        Assert.Throws<OperationCanceledException>(() => broken.Run(
            path,
            "q",
            1,
            () =>
            {
                if (++ended == 5)
                {
                    cancel.Cancel();
                }
            },
            cancel.Token));
        var kept = File.ReadAllText(path);
        File.WriteAllText(path, kept + "{\"unit\":{\"window\":2,\"meth");
        var again = new EvaluationRun(Model, Windows, Options).Run(path, "q", 2, null, default);
        Assert.Equal(All, again);
        Assert.Equal(1 + new EvaluationRun(Model, Windows, Options).Count, File.ReadAllLines(path).Length);
        Assert.Contains(
            "must be the journal of this experiment",
            Assert.Throws<RuleViolationException>(() => new EvaluationRun(Model, Windows, Options).Run(path, "another", 1, null, default)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_is_stated_or_refused()
    {
        var memory = EvaluationMemory.Of(Model, Length, Options);
        Assert.Equal(1, memory.Windows((memory.BytesAtRest + (1.5 * memory.BytesPerWindow)) / (1L << 30)));
        Assert.Throws<RuleViolationException>(() => memory.Windows(0.001));
    }

    private static Measurement Single(EvaluationMethod method, int window, double fraction, double? rate, int? layers) => All.Single(one =>
        one.Method == method && one.Window == window && one.Value.Fraction == fraction && one.Value.Rate == rate && (layers is null ? one.Value.Layers is null or 4 : one.Value.Layers == layers)).Value;

    private static TintConfiguration Configuration(double rate, Departures departures) =>
        TintConfiguration.For(Model.Weights.Configuration) with { InnerLearningRate = rate, Departures = departures };

    private static TintResult Run(TintEngine engine, int[] window, int trained) => engine.Run(new TokenSequence
    {
        InputIds = window,
        TrainMask = [.. window.Select((_, t) => t < trained ? 1.0 : 0.0)],
        Labels = [.. window.Select((id, t) => t < trained ? TokenSequence.IgnoredLabel : id)],
    });
}
