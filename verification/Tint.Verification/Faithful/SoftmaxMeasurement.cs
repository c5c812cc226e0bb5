using System.Diagnostics;
using Tint.Fixtures;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Counting;
using Tint.Reference.Engines;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Simulation;
using Tint.Verification.Benchmarks;
using Tint.Verification.Curves;
using Tint.Verification.Departing;

namespace Tint.Verification.Faithful;

/// <summary>Measures on whole models how far a TinT of softmax attention alone is from the linear one, at several M, and counts what it costs.</summary>
internal static class SoftmaxMeasurement
{
    private const string CountedShape = "gpt2-small";
    private const int CountedTokens = 1024;
    private const int TimedTokens = 256;
    private const int ConstructedTokens = 64;
    private const int TimedVocabulary = 512;

    /// <summary>The M that are tried.</summary>
    public static IReadOnlyList<double> Scales { get; } = [1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

    /// <summary>The measurement; null if there is no whole model that takes a step.</summary>
    /// <param name="cases">The cases; those that are not whole models are left out.</param>
    /// <param name="times">Whether to measure time as well.</param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    /// <exception cref="FixtureException">A case's file cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The measurement was cancelled.</exception>
    public static SoftmaxResult? Measure(IReadOnlyList<FixtureCase> cases, bool times = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cases);
        Model[] models =
        [
            .. cases.Where(DepartureSizes.IsMeasured).AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(Model.Of),
        ];
        return models.Length == 0 ? null : new SoftmaxResult(
            [.. Scales.Select(scale => At(scale, models, cancellationToken))],
            CurveBottom.Of("LinearForward", SoftmaxCurve.Measure()),
            [Cost("linear", Published(false), times), Cost("softmax", Published(true), times)]);
    }

    private static SoftmaxPoint At(double scale, Model[] models, CancellationToken token)
    {
        var distances = models.AsParallel().AsOrdered().WithCancellation(token).Select(model => (model.Run.Id, Distance: model.At(scale)))
            .Where(item => item.Distance is not null)
            .Select(item => (item.Id, item.Distance!.Value.Update, item.Distance.Value.Logits)).ToArray();
        var worst = distances.MaxBy(item => item.Update);
        double[] sorted = [.. distances.Select(item => item.Update).Order()];
        return new(
            scale,
            distances.Length,
            worst.Update,
            worst.Id ?? string.Empty,
            sorted.Length == 0 ? 0 : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2,
            distances.Select(item => item.Logits).DefaultIfEmpty().Max());
    }

    private static SoftmaxCost Cost(string name, TintConfiguration configuration, bool times)
    {
        // Twins are as many as positions: they answer, which doubles scores and values, and they ask, which doubles both again.
        long copies = configuration.UseSoftmax ? 2 : 1;
        long heads = configuration.HiddenSize / configuration.PrefixCount, scores = copies * copies * heads * CountedTokens * configuration.PrefixCount;
        return new(
            name,
            (int)copies * configuration.PrefixCount,
            (int)copies * (configuration.PrefixCount + CountedTokens),
            ParameterCount.WholeModel(configuration),
            scores,
            scores * 4 * configuration.PrefixCount,
            times ? Seconds(configuration, TimedTokens, static (c, weights) => new SimulatedTint(c, weights)) : null,
            times ? Seconds(configuration, ConstructedTokens, static (c, weights) => new ConstructedTint(c, weights)) : null);
    }

    private static TintConfiguration Published(bool softmax) => BenchShapes.Of(CountedShape) with { UseSoftmax = softmax };

    /// <summary>The faster of two steps on one layer.</summary>
    private static double Seconds(TintConfiguration published, int tokens, Func<TintConfiguration, AuxiliaryWeights, TintEngine> engine)
    {
        var configuration = published with
        {
            Auxiliary = published.Auxiliary with { LayerCount = 1, VocabularySize = TimedVocabulary },
            TrainedLayers = 1,
        };
        var tint = engine(configuration, AuxiliaryWeights.Random(configuration.Auxiliary, seed: 1));
        var sequence = new TokenSequence
        {
            InputIds = [.. Enumerable.Range(0, tokens)],
            TrainMask = [.. Enumerable.Range(0, tokens).Select(t => t < tokens / 2 ? 1.0 : 0.0)],
        };
        return Enumerable.Range(0, 2).Min(_ =>
        {
            var watch = Stopwatch.StartNew();
            tint.Run(sequence);
            return watch.Elapsed.TotalSeconds;
        });
    }

    /// <summary>A model, and what the linear TinT does with it.</summary>
    private sealed record Model(ModelRun Run, ModelRun.Outcome Linear)
    {
        public static Model Of(FixtureCase fixtureCase)
        {
            var run = ModelRun.Of(fixtureCase);
            return new(run, run.Simulate(static c => c with { RestrictPrefixes = true }));
        }

        /// <summary>How far softmax is from linear attention at one M; null where training leaves the finite numbers.</summary>
        public (double Update, double Logits)? At(double scale)
        {
            try
            {
                var softmax = Run.Simulate(c => c with { RestrictPrefixes = true, UseSoftmax = true, TwinScale = scale });
                return (softmax.DistanceTo(Linear) ?? 0, softmax.LogitDistance(Linear));
            }
            catch (RuleViolationException)
            {
                return null;
            }
        }
    }
}
