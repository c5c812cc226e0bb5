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
    private readonly int[] _places;
    private readonly ConcurrentDictionary<ClassificationUnit, ClassificationAnswer> _known = new();

    /// <summary>Prepares a classification.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">What is classified and how.</param>
    /// <param name="training">What demonstrations are drawn from.</param>
    /// <param name="tests">What is classified.</param>
    /// <param name="chosen">Which of the tests, by place; null for all.</param>
    /// <exception cref="RuleViolationException">There are too few demonstrations, words of labels do not differ, or no TinT of the model is constructed.</exception>
    public ClassificationRun(
        LoadedModel model,
        ClassificationOptions options,
        IReadOnlyList<ClassificationExample> training,
        IReadOnlyList<ClassificationExample> tests,
        IEnumerable<int>? chosen = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(tests);
        (_model, _options, _tests) = (model, options, tests);
        _places = [.. chosen ?? Enumerable.Range(0, tests.Count)];
        if (_places.Length == 0)
        {
            throw new RuleViolationException("a shard must have a test", $"none of {tests.Count}", "use fewer shards");
        }

        _demonstrations = [.. options.Seeds.Select(seed => ClassificationSample.Balanced(training, options.Shots, options.Template.Words.Count, seed))];
        _settings = [.. options.Methods.SelectMany(Settings).SelectMany(setting => options.Calibrations.Select(calibration => setting with { Calibration = calibration }))];
        _ = Prompt(_demonstrations[0], tests[0].Text);
        foreach (var method in options.Methods.Where(static method => method >= EvaluationMethod.Sgd))
        {
            AdmissibleShapes.Check(MethodConfiguration.Of(method, model.Weights.Configuration));
        }

        if (_settings.Length == 0)
        {
            throw new RuleViolationException(
                "there must be something to train on", "no demonstrations and no context", "use --shots, or the context loss, or the method vanilla");
        }
    }

    /// <summary>How many tests there are over all settings and seeds.</summary>
    public int Count => _settings.Length * _demonstrations.Length * _places.Length;

    /// <summary>How many are answered.</summary>
    public int Done => _known.Count;

    /// <summary>The places of the tests that are asked.</summary>
    public IReadOnlyList<int> Places => _places;

    /// <summary>What is asked, in one line: two classifications with one line give the same answers.</summary>
    public string Question(string provider) => ClassificationQuestion.Of(_model, _options, _demonstrations, _tests, provider);

    /// <summary>What is known now: the settings and seeds of which every test is answered.</summary>
    public IReadOnlyList<ClassificationOutcome> Known() =>
    [
        .. from setting in Enumerable.Range(0, _settings.Length)
           from seed in Enumerable.Range(0, _demonstrations.Length)
           let answers = _places.Select(test => _known.GetValueOrDefault(new ClassificationUnit(setting, seed, test))).ToArray()
           where !answers.Contains(null)
           select new ClassificationOutcome(_settings[setting], _options.Seeds[seed], [.. answers.Select(static answer => answer!.IsRight)]),
    ];

    /// <summary>Classifies what is not known yet.</summary>
    /// <param name="journal">Where answers are kept; null for nowhere.</param>
    /// <param name="question">What is asked, for the journal.</param>
    /// <param name="parallel">How many tests at once.</param>
    /// <param name="advance">Called after each test, also those that the journal knows.</param>
    /// <param name="token">Cancels the run.</param>
    public IReadOnlyList<ClassificationOutcome> Run(string? journal, string question, int parallel, Action? advance, CancellationToken token)
    {
        using var file = journal is null ? null : Journal<ClassificationUnit, ClassificationAnswer>.Open(journal, question, ExperimentLineJson.Default.ClassificationLine);
        ClassificationUnit[] units =
        [
            .. from setting in Enumerable.Range(0, _settings.Length)
               from seed in Enumerable.Range(0, _demonstrations.Length)
               from test in _places
               select new ClassificationUnit(setting, seed, test),
        ];
        foreach (var unit in units.Where(unit => file?.Known.ContainsKey(unit) == true))
        {
            _known[unit] = file!.Known[unit];
            advance?.Invoke();
        }

        ClassificationUnit[] open = [.. units.Where(unit => !_known.ContainsKey(unit))];
        var scorers = new SharedScorers([.. open.Select(static unit => (unit.Setting, unit.Seed))], part => Scores(_settings[part.Setting], _demonstrations[part.Seed]));
        var settings = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = token };
        Parallel.ForEach(Partitioner.Create(open, EnumerablePartitionerOptions.NoBuffering), settings, unit =>
        {
            var (setting, test) = (_settings[unit.Setting], _tests[unit.Test]);
            var label = scorers.Find((unit.Setting, unit.Seed)) is { } scores ? Predict(setting, _demonstrations[unit.Seed], scores, test.Text) : null;
            var answer = new ClassificationAnswer(label is null ? null : label == test.Label);
            file?.Add(unit, answer);
            _known[unit] = answer;
            scorers.Release((unit.Setting, unit.Seed));
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

        var configuration = MethodConfiguration.Of(setting.Method, _model.Weights.Configuration) with
        {
            InnerLearningRate = setting.Rate!.Value,
            SgdSteps = _options.Steps,
            TrainedLayers = setting.Layers!.Value,
        };
        var engine = new SimulatedTint(configuration, _model.Weights);
        return (prompt, apart) => prompt.Scores(engine.Run(prompt.ToSequence(setting.LabelsOnly, apart, _model.Weights.HasPositions)).Logits);
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
