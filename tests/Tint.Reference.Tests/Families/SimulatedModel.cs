using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Families;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;

namespace Tint.Reference.Tests.Families;

/// <summary>A small model of a family with random parameters, as an auxiliary model of a TinT.</summary>
internal sealed class SimulatedModel
{
    public const double LearningRate = 0.05;

    public SimulatedModel(string name, Departures departures, double scale = 1e3, bool withScores = true, int steps = 1, int seed = 1)
    {
        (Name, Family) = (name, SmallModels.Read(name));
        Parameters = SmallModels.Parameters(Family, seed);
        foreach (var place in Parameters.Names.Where(place => !withScores && IsOfScores(place)).ToArray())
        {
            Parameters.Set(place, Parameters[place] * 0);
        }

        Input = SmallModels.Input(Family, 3);
        Weights = Family.Weights(Parameters);
        Configuration = TintConfiguration.For(Weights.Configuration) with
        {
            InnerLearningRate = LearningRate,
            FiniteDifferenceScale = scale,
            LayerNormBiasOnly = false,
            SgdSteps = steps,
            Departures = departures,
        };
        Sequence = new TokenSequence { InputIds = Input.Ids, TrainMask = [.. Input.Ids.Select(_ => 1.0)], EncoderIds = Input.EncoderIds };
    }

    public string Name { get; }

    public FamilyConfiguration Family { get; }

    public ParameterSet Parameters { get; }

    public FamilyInput Input { get; }

    public AuxiliaryWeights Weights { get; }

    public TintConfiguration Configuration { get; private init; }

    public TokenSequence Sequence { get; }

    public TintResult Simulate(TokenSequence? sequence = null) => new SimulatedTint(Configuration, Weights) { RecordTrace = true }.Run(sequence ?? Sequence);

    /// <summary>The same in a TinT without departures from plain SGD but the finite difference, which is central.</summary>
    public static SimulatedModel Faithful(string name, double scale)
    {
        var model = new SimulatedModel(name, Departures.Paper, scale);
        return new(name, Departures.Paper, scale) { Configuration = model.Configuration.Faithful() };
    }

    /// <summary>The same in another TinT.</summary>
    public SimulatedModel With(Func<TintConfiguration, TintConfiguration> change) => new(Name, Departures.Paper) { Configuration = change(Configuration) };

    /// <summary>The same with an optimiser, over some steps.</summary>
    public static SimulatedModel Optimised(string name, Optimiser optimiser, int steps, double scale, bool faithful = false)
    {
        var configuration = new SimulatedModel(name, Departures.Published, scale, steps: steps).Configuration with { Optimiser = optimiser };
        return new(name, Departures.Published) { Configuration = faithful ? configuration.Faithful() : configuration };
    }

    /// <summary>The relative errors of what the simulated step subtracts, by parameter that it trains.</summary>
    public Dictionary<string, double> UpdateErrors()
    {
        var pass = Family.Exact(Parameters, Input);
        var truth = pass.Backward(ExactLogits.CrossEntropy(pass.Logits, Input.Ids, Sequence.TrainMask).Gradient);
        var updated = Family.Parameters(Simulate().UpdatedWeights);
        var trained = Family.Blocks().SelectMany(block => (Configuration.KeepsScorePath ? block.Plan.Parameters : block.Plan.Trained).Select(leaf => (Name: $"{block.Name}.{leaf.Place}", Leaf: leaf)))
            .Concat(new[] { Family.Final, Family.EncoderFinal }.SelectMany(plan => plan?.Trained ?? []).Select(leaf => (Name: $"{leaf.Place}", Leaf: leaf)));
        var errors = new Dictionary<string, double>();
        foreach (var (name, leaf) in trained)
        {
            foreach (var place in new[] { leaf.HasWeight ? $"{name}.weight" : null, leaf.HasBias ? $"{name}.bias" : null }.OfType<string>())
            {
                var step = (Parameters[place] - updated[place]) / LearningRate;
                if (truth[place].FrobeniusNorm() == 0)
                {
                    // Only what asks an encoder is behind nothing but scores.
                    Assert.Contains(".cross.norm", place, StringComparison.Ordinal);
                    Assert.Equal(0, step.FrobeniusNorm());
                    continue;
                }

                // Unless keys are turned, their bias shifts all scores of a query alike and has no gradient but for rounding: that of the queries says what is small.
                var size = truth[place].FrobeniusNorm();
                size = place.EndsWith(".key.bias", StringComparison.Ordinal) ? Math.Max(size, truth[place.Replace("key", "query", StringComparison.Ordinal)].FrobeniusNorm()) : size;
                errors.Add(place, (step - truth[place]).FrobeniusNorm() / size);
            }
        }

        return errors;
    }

    /// <summary>What each block's last backward pass must have left in its prefixes, beside what it did.</summary>
    public IEnumerable<(string Place, Slots Expected, Slots Got)> LastLoads(AuxiliaryWeights updated, IReadOnlyList<TraceEntry> trace)
    {
        var plan = Weights.Plan;
        var nodes = plan.Blocks.Select((block, index) => (Name: $"backward.layer{index:00}", Plan: block, Layer: updated.Layers[index]))
            .Concat(new[] { (Name: "backward.final_norm", Plan: plan.Final, Layer: updated.Outside), (Name: "backward.encoder_norm", Plan: plan.EncoderFinal, Layer: updated.Outside) }
                .Where(item => item.Plan is not null).Select(item => (item.Name, Plan: item.Plan!, item.Layer)));
        foreach (var (name, block, layer) in nodes)
        {
            var loads = BlockPrefixes.From(block, trace.Last(entry => entry.Name.EndsWith(name, StringComparison.Ordinal)).UpdatedPrefixes);
            var expected = BlockPrefixes.Stack(Configuration, block, layer);
            foreach (var (place, chunk, load) in loads.Loads.Items.Where(load => block.Trained.Any(leaf => leaf.Place == load.Place)))
            {
                yield return ($"{name} {place} {chunk}", expected[place, chunk], load);
            }
        }
    }

    private static bool IsOfScores(string place) =>
        place.EndsWith(".query.weight", StringComparison.Ordinal) || place.EndsWith(".key.weight", StringComparison.Ordinal);
}
