using System.Collections.Concurrent;
using Tint.Experiments.Evaluation;
using Tint.Reference;
using Tint.Reference.Configuration;
using Tint.Reference.Families;
using Tint.Reference.Simulation;

namespace Tint.Experiments.Classification;

/// <summary>In-context classification: every setting on every example, with demonstrations of every seed.</summary>
public sealed class ClassificationRun
{
    private readonly LoadedModel _model;
    private readonly ClassificationOptions _options;
    private readonly IReadOnlyList<ClassificationExample> _tests;
    private readonly IReadOnlyList<ClassificationExample>[] _demonstrations;
    private readonly ClassificationSetting[] _settings;
    private readonly ConcurrentDictionary<(int Setting, int Seed), ClassificationOutcome> _known = new();

    /// <summary>Prepares a classification.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">What is classified and how.</param>
    /// <param name="training">What demonstrations are drawn from.</param>
    /// <param name="tests">What is classified.</param>
    /// <exception cref="RuleViolationException">There are too few demonstrations, words of labels do not differ, or no TinT of the model is constructed.</exception>
    public ClassificationRun(
        LoadedModel model, ClassificationOptions options, IReadOnlyList<ClassificationExample> training, IReadOnlyList<ClassificationExample> tests)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(tests);
        (_model, _options, _tests) = (model, options, tests);
        _demonstrations = [.. options.Seeds.Select(seed => ClassificationSample.Balanced(training, options.Shots, options.Template.Words.Count, seed))];
        _settings = [.. options.Methods.SelectMany(Settings).SelectMany(setting => options.Calibrations.Select(calibration => setting with { Calibration = calibration }))];
        _ = Prompt(_demonstrations[0], tests[0].Text);
        if (options.Methods.Any(static method => method >= EvaluationMethod.Sgd))
        {
            _ = model.Weights;
        }

        if (_settings.Length == 0)
        {
            throw new RuleViolationException(
                "there must be something to train on", "no demonstrations and no context", "use --shots, or the context loss, or the method vanilla");
        }
    }

    /// <summary>How many settings on how many seeds there are.</summary>
    public int Count => _settings.Length * _demonstrations.Length;

    /// <summary>What is known now.</summary>
    public IReadOnlyList<ClassificationOutcome> Known() => [.. _known.OrderBy(static pair => pair.Key).Select(static pair => pair.Value)];

    /// <summary>Classifies.</summary>
    public IReadOnlyList<ClassificationOutcome> Run(int parallel, Action? advance, CancellationToken token)
    {
        var settings = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = token };
        var parts = Enumerable.Range(0, _settings.Length).SelectMany(setting => Enumerable.Range(0, _demonstrations.Length).Select(seed => (setting, seed)));
        Parallel.ForEach(Partitioner.Create(parts, EnumerablePartitionerOptions.NoBuffering), settings, part =>
        {
            var (setting, demonstrations) = (_settings[part.setting], _demonstrations[part.seed]);
            _known[part] = new ClassificationOutcome(setting, _options.Seeds[part.seed], Right(setting, demonstrations, token));
            advance?.Invoke();
        });
        return Known();
    }

    /// <summary>The settings of a method: what has no demonstrations trains on no words of theirs, and has nothing to keep apart.</summary>
    private IEnumerable<ClassificationSetting> Settings(EvaluationMethod method)
    {
        var none = new ClassificationSetting(method, Calibration.Plain, LabelsOnly: false, Apart: false, null, null);
        bool[] apart = [.. _options.Apart.Where(one => !one || _options.Shots > 0)];
        if (method == EvaluationMethod.Vanilla)
        {
            return apart.Select(separate => none with { Apart = separate });
        }

        bool[] labels = [.. _options.LabelsOnly.Where(one => !one || _options.Shots > 0)];
        if (method == EvaluationMethod.Dynamic)
        {
            return _options.Shots == 0 ? [] : from separate in apart
                                              from only in labels
                                              from rate in _options.DynamicRates
                                              select none with { LabelsOnly = only, Apart = separate, Rate = rate };
        }

        var all = _model.Weights.Configuration.LayerCount;
        return from separate in apart
               from only in labels
               from layers in _options.Layers
               from rate in _options.Rates
               select none with { LabelsOnly = only, Apart = separate, Layers = layers ?? all, Rate = rate };
    }

    private bool?[] Right(ClassificationSetting setting, IReadOnlyList<ClassificationExample> demonstrations, CancellationToken token)
    {
        try
        {
            var scores = Scores(setting, demonstrations);
            return
            [
                .. _tests.Select(test =>
                {
                    token.ThrowIfCancellationRequested();
                    return Predict(setting, demonstrations, scores, test.Text) is { } label ? label == test.Label : (bool?)null;
                }),
            ];
        }
        catch (RuleViolationException)
        {
            // Fine-tuning on the demonstrations left the finite numbers.
            return [.. _tests.Select(static _ => (bool?)null)];
        }
    }

    private int? Predict(
        ClassificationSetting setting, IReadOnlyList<ClassificationExample> demonstrations, Func<ClassificationPrompt, bool, double[]> score, string text)
    {
        try
        {
            // Of demonstrations that are kept apart the test sees none: a plain model is asked without them.
            var shown = setting is { Method: <= EvaluationMethod.Dynamic, Apart: true } ? [] : demonstrations;
            var scores = score(Prompt(shown, text), setting.Apart);
            if (setting.Calibration != Calibration.Plain)
            {
                var neutral = score(Prompt(setting.Calibration == Calibration.Sfc ? [] : shown, null), setting.Apart);
                scores = [.. scores.Zip(neutral, static (one, other) => one - other)];
            }

            return Array.IndexOf(scores, scores.Max());
        }
        catch (RuleViolationException)
        {
            return null;
        }
    }

    private Func<ClassificationPrompt, bool, double[]> Scores(ClassificationSetting setting, IReadOnlyList<ClassificationExample> demonstrations)
    {
        if (setting.Method <= EvaluationMethod.Dynamic)
        {
            var parameters = setting.Method == EvaluationMethod.Vanilla ? _model.Parameters : FineTuned(setting, demonstrations);
            return (prompt, _) => prompt.Scores(_model.Model.Exact(parameters, new FamilyInput(prompt.Ids)).Logits);
        }

        var configuration = TintConfiguration.For(_model.Weights.Configuration) with
        {
            InnerLearningRate = setting.Rate!.Value,
            SgdSteps = _options.Steps,
            TrainedLayers = setting.Layers!.Value,
            Departures = setting.Method == EvaluationMethod.Published ? Departures.Published : Departures.Paper,
        };
        var engine = new SimulatedTint(configuration, _model.Weights);
        return (prompt, apart) => prompt.Scores(engine.Run(prompt.ToSequence(setting.LabelsOnly, apart)).Logits);
    }

    /// <summary>Plain SGD on all parameters, with the mean loss over all trained tokens of the demonstrations, one behind the other or each on its own.</summary>
    private ParameterSet FineTuned(ClassificationSetting setting, IReadOnlyList<ClassificationExample> demonstrations)
    {
        ClassificationPrompt[] prompts = setting.Apart
            ? [.. demonstrations.Select(one => Prompt([one], string.Empty))]
            : [Prompt(demonstrations, string.Empty)];
        var parameters = _model.Parameters;
        for (var step = 0; step < _options.Steps; step++)
        {
            var (sum, count) = (new ParameterSet(), 0.0);
            foreach (var prompt in prompts)
            {
                // Up to the end of the last demonstration.
                var end = prompt.Parts[^2].End;
                var ids = prompt.Ids[..end];
                double[] mask = setting.LabelsOnly ? prompt.LabelMask[..end] : [.. ids.Select(static _ => 1.0)];
                var pass = _model.Model.Exact(parameters, new FamilyInput(ids));
                var gradient = pass.Backward(ExactLogits.CrossEntropy(pass.Logits, ids, mask).Gradient);
                count += mask.Skip(1).Sum();
                foreach (var name in gradient.Names)
                {
                    sum.Add(name, gradient[name]);
                }
            }

            parameters = parameters.Step(sum, setting.Rate!.Value / count, static _ => true);
        }

        return parameters;
    }

    private ClassificationPrompt Prompt(IReadOnlyList<ClassificationExample> demonstrations, string? test) =>
        ClassificationPrompt.Of(_model.Tokenizer, _options.Template, demonstrations, test, _options.Longest);
}
