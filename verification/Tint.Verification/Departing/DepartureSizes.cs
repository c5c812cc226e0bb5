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
/// Measures the departures V1 … V9 of the published code from plain SGD on the auxiliary model: whole models are trained with each of them on and
/// off, everything else as the paper means it.
/// </summary>
internal static class DepartureSizes
{
    private const string OfTheUpdate = "change of the update, relative to the update without it";

    /// <summary>The sizes over the whole-model cases that take a step; none if there is no such case.</summary>
    /// <param name="cases">The cases; those that are not measured are left out.</param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    /// <exception cref="FixtureException">A case's file cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The measurement was cancelled.</exception>
    public static IReadOnlyList<DepartureSize> Measure(IReadOnlyList<FixtureCase> cases, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cases);
        ModelRun[] models = [.. cases.Where(IsMeasured).AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(ModelRun.Of)];
        return models.Length == 0 ? [] :
        [
            ScorePath(models),
            QueriesAndKeys(models),
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
                "V8", "a check for empty memory adds signed values", "not reproduced: which memory is empty follows from the weights", null, null, null, null, null, null, 0),
            Summarise(
                "V9",
                "descents, and what attention sends back, leave out the untrained position before a trained one",
                OfTheUpdate,
                models,
                model =>
                {
                    var without = model.Simulate(Departures.Paper with { DescentsMasked = false });
                    return (model.Paper.DistanceTo(without), model.Paper.LossChange(without));
                }),
        ];
    }

    /// <summary>Whether departures are measured on a case: a whole model that takes a step.</summary>
    public static bool IsMeasured(FixtureCase item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return item.Module == FixtureModules.WholeModel && item.Config.NumSgdSteps > 0;
    }

    private static DepartureSize ScorePath(ModelRun[] models) => Summarise(
        "V1",
        "attention's score path is dropped, and queries and keys are never updated",
        "distance from plain SGD's update, relative to it, with every switch as the paper means it (finite differences included)",
        models,
        static model => (model.Paper.DistanceTo(model.Plain), model.Paper.LossChange(model.Plain)),
        part: "all");

    private static DepartureSize QueriesAndKeys(ModelRun[] models) => Summarise(
        "V1",
        "the gradient of queries and keys is left out",
        "their share of the true gradient's norm, embeddings apart",
        models,
        model => (model.QueryAndKeyShare(), null),
        part: "q, k");

    private static DepartureSize Switch(
        ModelRun[] models, string label, string what, Func<Departures, Departures> turnOn, bool? layerNormBiasOnly = null) => Summarise(
        label,
        what,
        OfTheUpdate,
        models,
        model =>
        {
            var without = layerNormBiasOnly is null ? model.Paper : model.Simulate(Departures.Paper, layerNormBiasOnly);
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
                var all = model.Train(trainEmbeddings: true);
                return (all.Share(block => block.Kind == ParameterKind.Embedding), all.LossChange(model.Plain));
            });
    }

    private static DepartureSize Summarise(
        string label, string what, string measure, ModelRun[] models, Func<ModelRun, (double? Size, double? Loss)> run, string? part = null)
    {
        var results = models.AsParallel().AsOrdered().Select(Try).ToArray();
        (double Size, string Id)[] sizes =
        [
            .. results.Where(result => result.Size is not null).Select(result => (result.Size!.Value, result.Id)).OrderBy(item => item.Value).ThenBy(item => item.Id, StringComparer.Ordinal),
        ];
        return new DepartureSize(
            label,
            what,
            measure,
            sizes.Length == 0 ? null : (sizes[(sizes.Length - 1) / 2].Size + sizes[sizes.Length / 2].Size) / 2,
            sizes.Length == 0 ? null : sizes[0].Size,
            sizes.Length == 0 ? null : sizes[0].Id,
            sizes.Length == 0 ? null : sizes[^1].Size,
            sizes.Length == 0 ? null : sizes[^1].Id,
            results.Max(result => result.Loss),
            sizes.Length)
        {
            Part = part,
        };

        // A model whose training leaves the finite numbers under other switches than its own has no size.
        (string Id, double? Size, double? Loss) Try(ModelRun model)
        {
            try
            {
                var (size, loss) = run(model);
                return (model.Id, size, loss);
            }
            catch (RuleViolationException)
            {
                return (model.Id, null, null);
            }
        }
    }
}
