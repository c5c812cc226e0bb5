using System.Collections.Concurrent;
using Tint.Experiments.Evaluation;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Exact;
using Tint.Reference.Families;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Simulation;
using Tint.Verification.Truth;

namespace Tint.Experiments.Differences;

/// <summary>Compares TinT's updates with those of plain SGD, layer by layer, for many settings.</summary>
public sealed class DifferenceRun
{
    private readonly LoadedModel _model;
    private readonly IReadOnlyList<int[]> _windows;
    private readonly IReadOnlyList<DifferenceSetting> _settings;
    private readonly bool _constructs;
    private readonly ConcurrentDictionary<DifferenceSetting, DifferencePoint> _known = new();

    /// <summary>Prepares a comparison.</summary>
    /// <param name="model">The model.</param>
    /// <param name="windows">The windows that updates are of.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="constructs">Whether the construction itself is compared, in place of its closed form.</param>
    /// <exception cref="RuleViolationException">A setting breaks a rule, or no TinT of the model is constructed.</exception>
    public DifferenceRun(LoadedModel model, IReadOnlyList<int[]> windows, IReadOnlyList<DifferenceSetting> settings, bool constructs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(settings);
        (_model, _windows, _settings, _constructs) = (model, windows, settings, constructs);
        if (model.Model.HasEncoder)
        {
            throw new RuleViolationException("updates are compared on a model that predicts the tokens it reads", $"{model.Model.ModelType}, an encoder–decoder", "use a decoder; tint train and the library's Exact take an encoder–decoder");
        }

        foreach (var setting in settings)
        {
            AdmissibleShapes.Check(setting.Configuration(model.Weights.Configuration));
            _ = TokenSequence.Of(windows[0], setting.Fraction);
        }
    }

    /// <summary>How many settings there are.</summary>
    public int Count => _settings.Count;

    /// <summary>What is known now, in the settings' order.</summary>
    public IReadOnlyList<DifferencePoint> Known() => [.. _settings.Where(_known.ContainsKey).Select(setting => _known[setting])];

    /// <summary>Compares every setting.</summary>
    public IReadOnlyList<DifferencePoint> Run(int parallel, Action? advance, CancellationToken token)
    {
        var settings = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = token };
        Parallel.ForEach(Partitioner.Create(_settings, EnumerablePartitionerOptions.NoBuffering), settings, setting =>
        {
            _known[setting] = Compare(setting, token);
            advance?.Invoke();
        });
        return Known();
    }

    private DifferencePoint Compare(DifferenceSetting setting, CancellationToken token)
    {
        var weights = _model.Weights;
        var configuration = setting.Configuration(weights.Configuration);
        var count = weights.Configuration.LayerCount;
        TintEngine tint = _constructs ? new ConstructedTint(configuration, weights) : new SimulatedTint(configuration, weights);
        var family = configuration.Auxiliary.Architecture is null ? null : new ExactFamilyTint(configuration, _model.Model, weights);
        var published = family is null ? new ExactTint(configuration, weights) : null;
        TintEngine plain = family is null ? published! : family;
        var sums = new SortedDictionary<int, LayerSums>();
        try
        {
            foreach (var window in _windows)
            {
                token.ThrowIfCancellationRequested();
                var sequence = TokenSequence.Of(window, setting.Fraction);
                var simulated = AuxiliaryWeightsAlgebra.Blocks(AuxiliaryWeightsAlgebra.Subtract(tint.Run(sequence).UpdatedWeights, weights));
                var exact = AuxiliaryWeightsAlgebra.Blocks(AuxiliaryWeightsAlgebra.Subtract(plain.Run(sequence).UpdatedWeights, weights));
                foreach (var (left, right) in simulated.Zip(exact).Where(pair => family?.Trains(pair.First) ?? published!.Trains(pair.First)))
                {
                    Add(left.Layer ?? count, LayerSums.Of(left, right));
                }

                foreach (var check in new ModelTruth(configuration with { SgdSteps = Math.Min(1, configuration.SgdSteps) }, weights, [sequence]).Checks)
                {
                    if (!check.Quantity.EndsWith("gradient at input", StringComparison.Ordinal))
                    {
                        var words = check.Quantity.Split(' ');
                        Add(words[0] == "layer" ? int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture) : count, LayerSums.Of(check));
                    }
                }
            }
        }
        catch (RuleViolationException violation)
        {
            return new DifferencePoint(setting, [], violation.Message);
        }

        return new DifferencePoint(setting, [.. sums.Select(item => item.Value.ToLayer(item.Key < count ? item.Key : null))], null);

        void Add(int layer, LayerSums part) => sums[layer] = sums.GetValueOrDefault(layer).Plus(part);
    }
}
