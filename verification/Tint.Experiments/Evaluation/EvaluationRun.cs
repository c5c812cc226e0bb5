using System.Collections.Concurrent;
using Tint.Reference;
using Tint.Reference.Configuration;

namespace Tint.Experiments.Evaluation;

/// <summary>An evaluation over windows: units in parallel, each counted once, and what is known while it runs.</summary>
public sealed class EvaluationRun
{
    private readonly LoadedModel _model;
    private readonly IReadOnlyList<EvaluationWindow> _windows;
    private readonly EvaluationOptions _options;
    private readonly EvaluationUnit[] _units;
    private readonly ConcurrentDictionary<EvaluationUnit, IReadOnlyList<Measurement>> _known = new();

    /// <summary>Prepares an evaluation.</summary>
    /// <param name="model">The model.</param>
    /// <param name="windows">The windows.</param>
    /// <param name="options">What is evaluated.</param>
    /// <param name="chosen">Which of the windows; null for all.</param>
    /// <exception cref="RuleViolationException">The options break a rule, there is no window, or no TinT of the model is constructed.</exception>
    public EvaluationRun(LoadedModel model, IReadOnlyList<EvaluationWindow> windows, EvaluationOptions options, IEnumerable<int>? chosen = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(options);
        (_model, _windows, _options) = (model, windows, options);
        options.Check(windows[0].Tokens.Length);
        if (model.Model.HasEncoder)
        {
            throw new RuleViolationException(
                "the evaluation of language modelling is that of a model that predicts the tokens it reads", $"{model.Model.ModelType}, an encoder–decoder", "use a decoder; tint train and the library's Exact take an encoder–decoder");
        }

        if (options.Methods.Any(static method => method >= EvaluationMethod.Sgd))
        {
            var layers = (options.Streams ? model.StreamedWeights : model.Weights).Configuration.LayerCount;
            if (options.Layers.FirstOrDefault(count => count < 0 || count > layers) is { } wrong)
            {
                throw new RuleViolationException("--layers must not exceed the model's", $"{wrong} of {layers}", $"use 0 to {layers}");
            }
        }

        if (!options.Streams)
        {
            // What is wrong with a checkpoint is said before anything runs.
            _ = model.Parameters;
        }

        foreach (var method in options.Methods.Where(static method => method >= EvaluationMethod.Sgd))
        {
            AdmissibleShapes.Check(MethodConfiguration.Of(method, (options.Streams ? model.StreamedWeights : model.Weights).Configuration));
        }

        _units =
        [
            .. (chosen ?? Enumerable.Range(0, windows.Count)).SelectMany(window => options.Methods.SelectMany(method =>
                method == EvaluationMethod.Vanilla
                    ? [new EvaluationUnit(window, method, null)]
                    : options.Fractions.Select(fraction => new EvaluationUnit(window, method, fraction)))),
        ];
        if (_units.Length == 0)
        {
            throw new RuleViolationException("a shard must have a window", $"none of {windows.Count}", "use fewer shards");
        }
    }

    /// <summary>How many units there are.</summary>
    public int Count => _units.Length;

    /// <summary>How many are known.</summary>
    public int Done => _known.Count;

    /// <summary>What is known now.</summary>
    public IReadOnlyList<WindowMeasurement> Known() =>
    [
        .. _known.OrderBy(static pair => pair.Key.Window).ThenBy(static pair => pair.Key.Method).ThenBy(static pair => pair.Key.Fraction)
            .SelectMany(pair => pair.Value.Select(value => new WindowMeasurement(pair.Key.Window, _windows[pair.Key.Window].Selects, _windows[pair.Key.Window].Reports, pair.Key.Method, value))),
    ];

    /// <summary>Evaluates what is not known yet.</summary>
    /// <param name="journal">Where units are kept; null for nowhere.</param>
    /// <param name="question">What is evaluated, for the journal.</param>
    /// <param name="parallel">How many units at once.</param>
    /// <param name="advance">Called after each unit, also those that the journal knows.</param>
    /// <param name="token">Cancels the run.</param>
    public IReadOnlyList<WindowMeasurement> Run(string? journal, string question, int parallel, Action? advance, CancellationToken token)
    {
        using var file = journal is null ? null : Journal<EvaluationUnit, IReadOnlyList<Measurement>>.Open(journal, question, ExperimentLineJson.Default.EvaluationLine);
        var evaluation = new WindowEvaluation(_model, _options);
        foreach (var unit in _units.Where(unit => file?.Known.ContainsKey(unit) == true))
        {
            _known[unit] = file!.Known[unit];
            advance?.Invoke();
        }

        var settings = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = token };
        Parallel.ForEach(Partitioner.Create(_units.Where(unit => !_known.ContainsKey(unit)), EnumerablePartitionerOptions.NoBuffering), settings, unit =>
        {
            var measured = evaluation.Run(unit.Method, unit.Fraction, _windows[unit.Window].Tokens, token);
            file?.Add(unit, measured);
            _known[unit] = measured;
            advance?.Invoke();
        });
        return Known();
    }
}
