using System.Collections.Concurrent;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Exact;
using Tint.Reference.Families;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Simulation;

namespace Tint.Experiments.Evaluation;

/// <summary>
/// Evaluates windows: trains on a window's beginning and predicts its end, each window from the model as it is. Several threads may evaluate at once.
/// </summary>
/// <remarks>
/// No learning rate enters a step's gradient, so that all rates, numbers of steps and depths share the first one. It is taken of the beginning alone: attention is causal,
/// and what lies behind the last trained target moves nothing. Logits are made of the tokens that are predicted.
/// </remarks>
internal sealed class WindowEvaluation(LoadedModel model, EvaluationOptions options)
{
    private readonly ConcurrentDictionary<(EvaluationMethod Method, int Layers), TintEngine> _engines = new();
    private readonly Lazy<AuxiliaryWeights> _weights = new(() => options.Streams ? model.StreamedWeights : model.Weights);

    /// <summary>Everything of a unit.</summary>
    public IReadOnlyList<Measurement> Run(EvaluationMethod method, double? fraction, int[] window, CancellationToken token) => method switch
    {
        EvaluationMethod.Vanilla => Vanilla(window),
        EvaluationMethod.Dynamic => [.. Dynamic(window, fraction!.Value, token)],
        > EvaluationMethod.SgdStopped when options.Constructs => [.. Constructed(method, window, fraction!.Value, token)],
        _ => Tint(method, window, fraction!.Value, token),
    };

    private Measurement[] Vanilla(int[] window)
    {
        var first = EvaluationOptions.Trained(options.Fractions.Min(), window.Length) - 1;
        var logits = options.Streams
            ? ((IStepwise)Engine(EvaluationMethod.Paper, 0)).Predict(_weights.Value, Whole(window), first)
            : PredictedBy(model.Parameters, window, first);
        return
        [
            .. options.Fractions.Select(fraction =>
            {
                var skipped = EvaluationOptions.Trained(fraction, window.Length) - 1 - first;
                return Measured(logits.SubMatrix(skipped, logits.RowCount - skipped, 0, logits.ColumnCount), window, fraction, 0, null, null);
            }),
        ];
    }

    private IEnumerable<Measurement> Dynamic(int[] window, double fraction, CancellationToken token)
    {
        var trained = EvaluationOptions.Trained(fraction, window.Length);
        int[][] chunks = [.. window[..trained].Chunk(Math.Max(2, trained / options.Chunks)).Where(static chunk => chunk.Length > 1)];
        var first = Gradient(model.Parameters, chunks[0]);
        foreach (var rate in options.DynamicRates)
        {
            ParameterSet? parameters = model.Parameters;
            for (var step = 1; step <= options.Steps.Max(); step++)
            {
                foreach (var chunk in chunks)
                {
                    token.ThrowIfCancellationRequested();

                    // The mean loss of Hugging Face's models: over the tokens that have one before them.
                    parameters = IfFinite(
                        parameters, now => now.Step(ReferenceEquals(now, model.Parameters) ? first : Gradient(now, chunk), rate / (chunk.Length - 1), static _ => true));
                }

                if (options.Steps.Contains(step))
                {
                    yield return Guarded(parameters, fraction, step, null, rate, window, now => PredictedBy(now, window, trained - 1));
                }
            }
        }
    }

    private Matrix<double> PredictedBy(ParameterSet parameters, int[] window, int first)
    {
        var logits = model.Model.Exact(parameters, new FamilyInput(window)).Logits;
        return logits.SubMatrix(first, logits.RowCount - first, 0, logits.ColumnCount);
    }

    private ParameterSet Gradient(ParameterSet parameters, int[] tokens)
    {
        var pass = model.Model.Exact(parameters, new FamilyInput(tokens));
        return pass.Backward(ExactLogits.CrossEntropy(pass.Logits, tokens, [.. tokens.Select(static _ => 1.0)]).Gradient);
    }

    private Measurement[] Tint(EvaluationMethod method, int[] window, double fraction, CancellationToken token)
    {
        var trained = EvaluationOptions.Trained(fraction, window.Length);
        var (beginning, whole) = (Trained(window[..Math.Min(trained + 1, window.Length)], trained), Whole(window));
        int[] depths = [.. options.Layers.Select(Depth).Distinct()];
        var first = ((IStepwise)Engine(method, depths.Max())).Gradient(_weights.Value, beginning);
        var found = new Dictionary<(int Layers, int Steps, double Rate), Measurement>();
        foreach (var layers in depths)
        {
            var engine = (IStepwise)Engine(method, layers);
            foreach (var rate in options.Rates)
            {
                AuxiliaryWeights? weights = _weights.Value;
                for (var step = 1; step <= options.Steps.Max(); step++)
                {
                    token.ThrowIfCancellationRequested();
                    weights = IfFinite(weights, now => engine.Descend(now, ReferenceEquals(now, _weights.Value) ? first : engine.Gradient(now, beginning), rate));
                    if (options.Steps.Contains(step))
                    {
                        found[(layers, step, rate)] = Guarded(weights, fraction, step, layers, rate, window, now => engine.Predict(now, whole, trained - 1));
                    }
                }
            }
        }

        return [.. from layers in options.Layers from steps in options.Steps from rate in options.Rates select found[(Depth(layers), steps, rate)]];
    }

    /// <summary>The transformer itself, whose descents happen within it: a run for every point.</summary>
    private IEnumerable<Measurement> Constructed(EvaluationMethod method, int[] window, double fraction, CancellationToken token)
    {
        var trained = EvaluationOptions.Trained(fraction, window.Length);
        var sequence = Trained(window, trained);
        foreach (var layers in options.Layers.Select(Depth))
        {
            foreach (var steps in options.Steps)
            {
                foreach (var rate in options.Rates)
                {
                    token.ThrowIfCancellationRequested();
                    var engine = new ConstructedTint(Configuration(method, layers) with { InnerLearningRate = rate, SgdSteps = steps }, _weights.Value);
                    yield return Guarded(engine, fraction, steps, layers, rate, window, one =>
                    {
                        var logits = one.Run(sequence).Logits;
                        return logits.SubMatrix(trained - 1, logits.RowCount - trained + 1, 0, logits.ColumnCount);
                    });
                }
            }
        }
    }

    private int Depth(int? layers) => layers ?? _weights.Value.Configuration.LayerCount;

    private TintConfiguration Configuration(EvaluationMethod method, int layers) =>
        MethodConfiguration.Of(method, _weights.Value.Configuration) with { TrainedLayers = layers };

    private TintEngine Engine(EvaluationMethod method, int layers) => _engines.GetOrAdd((method, layers), key =>
    {
        var configuration = Configuration(key.Method, key.Layers);
        var (trainsScores, followsScores) = (key.Method == EvaluationMethod.Sgd, key.Method != EvaluationMethod.SgdStopped);
        return key.Method > EvaluationMethod.SgdStopped ? new SimulatedTint(configuration, _weights.Value)
            : _weights.Value.Configuration.Architecture is null ? new ExactTint(configuration, _weights.Value) { TrainQueriesAndKeys = trainsScores, FollowScores = followsScores }
            : new ExactFamilyTint(configuration, model.Model, _weights.Value) { TrainQueriesAndKeys = trainsScores, FollowScores = followsScores };
    });

    private static TokenSequence Trained(int[] tokens, int trained) => new() { InputIds = tokens, TrainMask = [.. tokens.Select((_, t) => t < trained ? 1.0 : 0.0)] };

    private static TokenSequence Whole(int[] window) => Trained(window, 0);

    /// <summary>Too large a rate leaves the finite numbers; the input broke no rule before the first step.</summary>
    private static T? IfFinite<T>(T? value, Func<T, T> next)
        where T : class
    {
        try
        {
            return value is null ? null : next(value);
        }
        catch (RuleViolationException)
        {
            return null;
        }
    }

    private static Measurement Guarded<T>(T? trained, double fraction, int steps, int? layers, double? rate, int[] window, Func<T, Matrix<double>> logits)
        where T : class
    {
        try
        {
            return trained is null ? None() : Measured(logits(trained), window, fraction, steps, layers, rate);
        }
        catch (RuleViolationException)
        {
            return None();
        }

        Measurement None() => new(fraction, steps, layers, rate, null, window.Length - EvaluationOptions.Trained(fraction, window.Length));
    }

    /// <summary>The loss of the end of a window, from the logits of the token before it and on.</summary>
    private static Measurement Measured(Matrix<double> logits, int[] window, double fraction, int steps, int? layers, double? rate)
    {
        int[] labels = [TokenSequence.IgnoredLabel, .. window[EvaluationOptions.Trained(fraction, window.Length)..]];
        var loss = LossSum.Of(logits, labels);
        return new Measurement(fraction, steps, layers, rate, loss.Sum, loss.Count);
    }
}
