using System.Collections.Concurrent;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Exact;
using Tint.Reference.Families;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Simulation;

namespace Tint.Experiments.Evaluation;

/// <summary>Evaluates windows: trains on a window's beginning and predicts its end, each window from the model as it is. Several threads may evaluate at once.</summary>
internal sealed class WindowEvaluation(LoadedModel model, EvaluationOptions options)
{
    private readonly ConcurrentDictionary<(EvaluationMethod Method, double Rate, int Steps, int Layers), TintEngine> _engines = new();

    /// <summary>Everything of a unit.</summary>
    public IReadOnlyList<Measurement> Run(EvaluationMethod method, double? fraction, int[] window, CancellationToken token) => method switch
    {
        EvaluationMethod.Vanilla => Vanilla(window),
        EvaluationMethod.Dynamic => [.. Dynamic(window, fraction!.Value, token)],
        _ => [.. Tint(method, window, fraction!.Value, token)],
    };

    private Measurement[] Vanilla(int[] window)
    {
        var logits = model.Model.Exact(model.Parameters, new FamilyInput(window)).Logits;
        return [.. options.Fractions.Select(fraction => Measured(logits, window, fraction, 0, null, null))];
    }

    private IEnumerable<Measurement> Dynamic(int[] window, double fraction, CancellationToken token)
    {
        var trained = EvaluationOptions.Trained(fraction, window.Length);
        int[][] chunks = [.. window[..trained].Chunk(Math.Max(2, trained / options.Chunks)).Where(static chunk => chunk.Length > 1)];
        var first = Gradient(model.Parameters, chunks[0]);
        foreach (var rate in options.DynamicRates)
        {
            foreach (var steps in options.Steps)
            {
                token.ThrowIfCancellationRequested();
                yield return Guarded(fraction, steps, null, rate, window, () =>
                {
                    var parameters = model.Parameters;
                    for (var step = 0; step < steps; step++)
                    {
                        foreach (var chunk in chunks)
                        {
                            var gradient = ReferenceEquals(parameters, model.Parameters) ? first : Gradient(parameters, chunk);

                            // The mean loss of Hugging Face's models: over the tokens that have one before them.
                            parameters = parameters.Step(gradient, rate / (chunk.Length - 1), static _ => true);
                        }
                    }

                    return model.Model.Exact(parameters, new FamilyInput(window)).Logits;
                });
            }
        }
    }

    private ParameterSet Gradient(ParameterSet parameters, int[] tokens)
    {
        var pass = model.Model.Exact(parameters, new FamilyInput(tokens));
        return pass.Backward(ExactLogits.CrossEntropy(pass.Logits, tokens, [.. tokens.Select(static _ => 1.0)]).Gradient);
    }

    private IEnumerable<Measurement> Tint(EvaluationMethod method, int[] window, double fraction, CancellationToken token)
    {
        var trained = EvaluationOptions.Trained(fraction, window.Length);
        var sequence = new TokenSequence { InputIds = window, TrainMask = [.. window.Select((_, t) => t < trained ? 1.0 : 0.0)] };
        var all = model.Weights.Configuration.LayerCount;
        foreach (var layers in options.Layers.Select(layers => layers ?? all))
        {
            foreach (var steps in options.Steps)
            {
                foreach (var rate in options.Rates)
                {
                    token.ThrowIfCancellationRequested();
                    var engine = _engines.GetOrAdd((method, rate, steps, layers), Engine);
                    yield return Guarded(fraction, steps, layers, rate, window, () => engine.Run(sequence).Logits);
                }
            }
        }
    }

    private TintEngine Engine((EvaluationMethod Method, double Rate, int Steps, int Layers) point)
    {
        var configuration = TintConfiguration.For(model.Weights.Configuration) with
        {
            InnerLearningRate = point.Rate,
            SgdSteps = point.Steps,
            TrainedLayers = point.Layers,
            Departures = point.Method == EvaluationMethod.Published ? Departures.Published : Departures.Paper,
        };
        return point.Method <= EvaluationMethod.SgdStopped
            ? new ExactTint(configuration, model.Weights) { TrainQueriesAndKeys = point.Method == EvaluationMethod.Sgd, FollowScores = point.Method != EvaluationMethod.SgdStopped }
            : options.Constructs ? new ConstructedTint(configuration, model.Weights)
            : new SimulatedTint(configuration, model.Weights);
    }

    private static Measurement Guarded(double fraction, int steps, int? layers, double? rate, int[] window, Func<Matrix<double>> logits)
    {
        try
        {
            return Measured(logits(), window, fraction, steps, layers, rate);
        }
        catch (RuleViolationException)
        {
            // Too large a rate leaves the finite numbers; the input broke no rule before the first step.
            return new Measurement(fraction, steps, layers, rate, null, window.Length - EvaluationOptions.Trained(fraction, window.Length));
        }
    }

    private static Measurement Measured(Matrix<double> logits, int[] window, double fraction, int steps, int? layers, double? rate)
    {
        var trained = EvaluationOptions.Trained(fraction, window.Length);
        int[] labels = [.. window.Select((id, t) => t < trained ? TokenSequence.IgnoredLabel : id)];
        var loss = LossSum.Of(logits, labels);
        return new Measurement(fraction, steps, layers, rate, loss.Sum, loss.Count);
    }
}
