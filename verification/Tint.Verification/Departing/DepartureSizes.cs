using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;

namespace Tint.Verification.Departing;

/// <summary>
/// Measures the departures V1 … V8 of the published code from plain SGD on the auxiliary model: whole models are trained with each of them on and
/// off, everything else as the paper means it.
/// </summary>
public static class DepartureSizes
{
    private const string OfTheUpdate = "change of the update, relative to the update without it";

    /// <summary>The sizes over the whole-model cases that take a step; none if there is no such case.</summary>
    /// <exception cref="FixtureException">A case's file cannot be used.</exception>
    public static IReadOnlyList<DepartureSize> Measure(IReadOnlyList<FixtureCase> cases)
    {
        ArgumentNullException.ThrowIfNull(cases);
        ModelRun[] models =
        [
            .. cases.Where(item => item.Module == FixtureModules.WholeModel && item.Config.NumSgdSteps > 0)
                .AsParallel().AsOrdered().Select(ModelRun.Of),
        ];
        return models.Length == 0 ? [] :
        [
            ScorePath(models),
            Switch(models, "V2", "the MLP's output bias learns once a chunk, C times too fast", paper => paper with { MlpBiasLearntPerChunk = true }),
            Switch(models, "V3", "gates leak: tanh 10 is 1 − 4×10⁻⁹, and LayerNorm's backward multiplies the rest by N", paper => paper with { GateLeak = true }),
            Switch(models, "V4", "the last position's loss gradient is never masked", paper => paper with { LastPositionUnmasked = true }),
            Switch(
                models,
                "V5",
                "a trained LayerNorm weight becomes a dense matrix (measured with weights trained)",
                paper => paper with { DenseLayerNormDescent = true },
                layerNormBiasOnly: false),
            StaleBias(models),
            Embeddings(models),
            new DepartureSize(
                "V8", "a check for empty memory adds signed values", "not reproduced: which memory is empty follows from the weights", null, null, null, 0),
        ];
    }

    private static DepartureSize ScorePath(ModelRun[] models) => Summarise(
        "V1",
        "attention's score path is dropped, and queries and keys are never updated",
        "distance from plain SGD's update, relative to it, with every switch as the paper means it (finite differences included)",
        models,
        model =>
        {
            var (paper, truth) = (model.Simulate(Departures.Paper), model.Train());
            return (paper.DistanceTo(truth), paper.LossChange(truth));
        });

    private static DepartureSize Switch(
        ModelRun[] models, string label, string what, Func<Departures, Departures> turnOn, bool? layerNormBiasOnly = null) => Summarise(
        label,
        what,
        OfTheUpdate,
        models,
        model =>
        {
            var without = model.Simulate(Departures.Paper, layerNormBiasOnly);
            var with = model.Simulate(turnOn(Departures.Paper), layerNormBiasOnly);
            return (with.DistanceTo(without), with.LossChange(without));
        });

    /// <summary>Overwrites the bias copies in all prefixes but the first and looks for a change of a linear layer's output.</summary>
    private static DepartureSize StaleBias(ModelRun[] models) => Summarise(
        "V6",
        "only the first prefix's copy of a bias is updated; the others go stale",
        "change of a layer's output when the stale copies are overwritten",
        models,
        model =>
        {
            var (configuration, layer) = (model.Configuration, model.FirstLayer.Query);
            int width = configuration.Auxiliary.HiddenSize, bias = configuration.RowsPerPrefix, memory = MemorySlots.Linear(configuration);
            var prefixes = PrefixStack.Stack(configuration, layer);
            var stale = Matrix<double>.Build.Dense(configuration.PrefixCount, width, (prefix, column) => prefix == 0 ? layer.Bias.At(column) : 1e6);
            var tokens = Slots.Zero(width, width, bias + 1).With(0, new Tracked(Matrix<double>.Build.DenseIdentity(width)));
            var module = new LinearForward(
                configuration with { Auxiliary = configuration.Auxiliary with { MaximumPositions = Math.Max(width, configuration.Auxiliary.MaximumPositions) } },
                memory);
            Matrix<double> Run(Slots load) => module.Run(new HiddenStates(load, tokens), Arithmetic.Plain).Tokens[0]!.Value;
            var fresh = Run(prefixes);
            return ((Run(prefixes.With(bias, new Tracked(stale))) - fresh).FrobeniusNorm() / fresh.FrobeniusNorm(), null);
        });

    private static DepartureSize Embeddings(ModelRun[] models)
    {
        var targets = models.Average(model => model.Batch.Average(sequence => sequence.TrainMask.Skip(1).Sum()));
        return Summarise(
            "V7",
            "embeddings are never trained, and gradients are sums: η means "
                + FormattableString.Invariant($"{targets:0.#} times what it does in an averaged loss (mean over these models)"),
            "share of the embeddings in plain SGD's update when it trains them too",
            models,
            model =>
            {
                var (all, without) = (model.Train(trainEmbeddings: true), model.Train());
                return (all.Share(block => block.Kind == ParameterKind.Embedding), all.LossChange(without));
            });
    }

    private static DepartureSize Summarise(
        string label, string what, string measure, ModelRun[] models, Func<ModelRun, (double? Size, double? Loss)> run)
    {
        var results = models.AsParallel().Select(Try).ToArray();
        double[] sizes = [.. results.Select(result => result.Size).OfType<double>().Order()];
        return new DepartureSize(
            label,
            what,
            measure,
            sizes.Length == 0 ? null : (sizes[(sizes.Length - 1) / 2] + sizes[sizes.Length / 2]) / 2,
            sizes.Length == 0 ? null : sizes[^1],
            results.Max(result => result.Loss),
            sizes.Length);

        // A model whose training leaves the finite numbers under other switches than its own has no size.
        (double? Size, double? Loss) Try(ModelRun model)
        {
            try
            {
                return run(model);
            }
            catch (RuleViolationException)
            {
                return (null, null);
            }
        }
    }
}
