using System.Diagnostics;
using Tint.Fixtures;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Counting;
using Tint.Reference.Input;
using Tint.Reference.Simulation;
using Tint.Verification.Benchmarks;
using Tint.Verification.Departing;
using Tint.Verification.Truth;

namespace Tint.Verification.Faithful;

/// <summary>Measures on whole models how near each ingredient brings TinT's update to plain SGD's, at several N, and counts what it costs.</summary>
internal static class FaithfulMeasurement
{
    private const double PublishedScale = 1000;
    private const string CountedShape = "gpt2-small";
    private const int CountedTokens = 1024;
    private const int TimedTokens = 256;
    private const int TimedVocabulary = 512;
    private const int Timings = 3;

    /// <summary>The N that are tried.</summary>
    public static IReadOnlyList<double> Scales { get; } = [1e2, 1e3, 1e4, 1e5, 1e6, 1e7];

    /// <summary>Every ingredient's result; none if there is no whole model that takes a step.</summary>
    /// <param name="cases">The cases; those that are not whole models are left out.</param>
    /// <param name="times">Whether to measure time as well.</param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    /// <exception cref="FixtureException">A case's file cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The measurement was cancelled.</exception>
    public static IReadOnlyList<IngredientResult> Measure(IReadOnlyList<FixtureCase> cases, bool times = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cases);
        ModelRun[] models = [.. cases.Where(DepartureSizes.IsMeasured).AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(ModelRun.Of)];
        return models.Length == 0 ? [] : [.. Ingredient.All.Select(ingredient => Of(ingredient, models, times, cancellationToken))];
    }

    private static IngredientResult Of(Ingredient ingredient, ModelRun[] models, bool times, CancellationToken token)
    {
        var smooth = models.Where(model => model.Configuration.Auxiliary.Activation != ActivationKind.Relu).Select(model => model.Id).ToHashSet(StringComparer.Ordinal);
        var results = Scales.Select(scale => (Scale: scale, Models: Run(ingredient, models, scale, token))).ToArray();
        var (best, worst) = results.Select(result => (result, Worst: Worst(result.Models))).MinBy(item => item.Worst.Angle);
        var published = BenchShapes.Of(CountedShape);
        var counted = ingredient.Of(published);
        return new IngredientResult(
            ingredient.Name,
            ingredient.What,
            best.Scale,
            worst.Angle,
            worst.Case,
            Worst(results.Single(result => result.Scale == PublishedScale).Models).Angle,
            Median(best.Models.SelectMany(model => model.Updates).Select(update => update.Relative).OfType<double>()),
            best.Models.Length,
            ParameterCount.WholeModel(counted),
            new FlopCount(counted, Sequence(CountedTokens)).Step,
            times ? Seconds(ingredient, published) : null,
            [
                .. results.Select(result => new IngredientResult.Point(
                    result.Scale,
                    Worst(result.Models).Angle,
                    result.Models.Where(model => smooth.Contains(model.Id)).SelectMany(model => model.Updates).Max(update => update.Relative))),
            ]);
    }

    private static (string Id, IReadOnlyList<LayerUpdate> Updates)[] Run(Ingredient ingredient, ModelRun[] models, double scale, CancellationToken token) =>
    [
        .. models.AsParallel().AsOrdered().WithCancellation(token)
            .Select(model => (model.Id, Updates: Updates(ingredient, model, scale)))
            .Where(item => item.Updates is not null)
            .Select(item => (item.Id, item.Updates!)),
    ];

    /// <summary>Null where training leaves the finite numbers.</summary>
    private static IReadOnlyList<LayerUpdate>? Updates(Ingredient ingredient, ModelRun model, double scale)
    {
        try
        {
            return model.Updates(configuration => ingredient.Of(configuration with { FiniteDifferenceScale = scale }));
        }
        catch (RuleViolationException)
        {
            return null;
        }
    }

    /// <summary>1 − the least cosine; a layer that has no update where plain SGD has one, or the other way round, is at right angles.</summary>
    private static (double Angle, string Case) Worst((string Id, IReadOnlyList<LayerUpdate> Updates)[] models) => models
        .SelectMany(model => model.Updates.Select(update => (Angle: update.Cosine is { } cosine ? 1 - cosine : update.Relative is null or 0 ? 0 : 1, Case: model.Id)))
        .MaxBy(item => item.Angle);

    /// <summary>The fastest of a few steps.</summary>
    private static double Seconds(Ingredient ingredient, TintConfiguration published)
    {
        var configuration = ingredient.Of(published with
        {
            Auxiliary = published.Auxiliary with { LayerCount = 1, VocabularySize = TimedVocabulary },
            TrainedLayers = 1,
        });
        var engine = new SimulatedTint(configuration, AuxiliaryWeights.Random(configuration.Auxiliary, seed: 1));
        return Enumerable.Range(0, Timings).Min(_ =>
        {
            var watch = Stopwatch.StartNew();
            engine.Run(Sequence(TimedTokens));
            return watch.Elapsed.TotalSeconds;
        });
    }

    private static TokenSequence Sequence(int tokens) => new()
    {
        InputIds = [.. Enumerable.Range(0, tokens)],
        TrainMask = [.. Enumerable.Range(0, tokens).Select(t => t < tokens / 2 ? 1.0 : 0.0)],
    };

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
