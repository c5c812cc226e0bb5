using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Simulation;
using Tint.Verification.Engines;
using Tint.Verification.Truth;

namespace Tint.Verification.Departing;

/// <summary>A whole-model case that is run under several configurations: what each adds to the weights, and the loss afterwards.</summary>
internal sealed class ModelRun
{
    private readonly AuxiliaryWeights _weights;

    private ModelRun(string id, TintConfiguration configuration, AuxiliaryWeights weights, IReadOnlyList<TokenSequence> batch) =>
        (Id, Configuration, _weights, Batch) = (id, configuration, weights, batch);

    /// <summary>The case's name.</summary>
    public string Id { get; }

    /// <summary>The case's configuration.</summary>
    public TintConfiguration Configuration { get; }

    public IReadOnlyList<TokenSequence> Batch { get; }

    public AuxiliaryLayer FirstLayer => _weights.Layers[0];

    public static ModelRun Of(FixtureCase fixtureCase)
    {
        using var tensors = fixtureCase.Open();
        var loaded = new LoadedCase(fixtureCase, tensors);
        return new ModelRun(fixtureCase.Id, loaded.Configuration, loaded.Weights, loaded.Batch);
    }

    /// <summary>What a TinT does under other departures, and otherwise as the case says.</summary>
    public Outcome Simulate(Departures departures, bool? layerNormBiasOnly = null)
    {
        var configuration = Configuration with
        {
            Departures = departures,
            LayerNormBiasOnly = layerNormBiasOnly ?? Configuration.LayerNormBiasOnly,
        };
        return OutcomeOf(new SimulatedTint(configuration, _weights));
    }

    /// <summary>What a TinT does under another configuration.</summary>
    public Outcome Simulate(Func<TintConfiguration, TintConfiguration> change) => OutcomeOf(new SimulatedTint(change(Configuration), _weights));

    /// <summary>Each trained layer's update beside plain SGD's, under another configuration.</summary>
    public IReadOnlyList<LayerUpdate> Updates(Func<TintConfiguration, TintConfiguration> change) => new ModelTruth(change(Configuration), _weights, Batch).Updates;

    /// <summary>What a TinT does as the paper means it.</summary>
    public Outcome Paper => field ??= Simulate(Departures.Paper);

    /// <summary>What plain SGD does.</summary>
    public Outcome Plain => field ??= Train(trainEmbeddings: false);

    /// <summary>What plain SGD does, of embeddings too or not.</summary>
    public Outcome Train(bool trainEmbeddings) => OutcomeOf(new ExactTint(Configuration, _weights) { TrainEmbeddings = trainEmbeddings });

    private Outcome OutcomeOf(TintEngine engine)
    {
        var result = engine.Run(Batch);
        return new Outcome(
            [.. result.Sequences.Select(sequence => Update(sequence.UpdatedWeights))], [.. result.Sequences.Select(static sequence => sequence.Logits)], result.FinalLoss);
    }

    /// <summary>The share of queries and keys in the exact gradient of all layers, without embeddings; null where that gradient is zero.</summary>
    public double? QueryAndKeyShare()
    {
        var gradients = Batch.Select(sequence => ExactModel.Backward(ExactModel.Forward(_weights, sequence), Configuration.Loss).Parameters).ToArray();
        double Sum(Func<AuxiliaryLayer, IEnumerable<LinearParameters>> layers) => gradients
            .SelectMany(gradient => gradient.Layers).SelectMany(layers)
            .Sum(layer => layer.Weight.PointwiseMultiply(layer.Weight).Enumerate().Sum() + layer.Bias.DotProduct(layer.Bias));
        var whole = gradients.Sum(gradient => AuxiliaryWeightsAlgebra.Blocks(gradient)
            .Where(block => block.Kind != ParameterKind.Embedding).Sum(block => AuxiliaryWeightsAlgebra.Inner(block, block)));
        return whole > 0 ? Math.Sqrt(Sum(layer => [layer.Query, layer.Key]) / whole) : null;
    }

    private AuxiliaryWeights Update(AuxiliaryWeights updated) => AuxiliaryWeightsAlgebra.Subtract(updated, _weights);

    /// <summary>The updates of a batch and its loss after them.</summary>
    /// <param name="Updates">Weights after training less weights before, one a sequence.</param>
    /// <param name="Logits">The logits after training, one a sequence, [T × V].</param>
    /// <param name="Loss">The reported loss after training; null without labels.</param>
    internal sealed record Outcome(IReadOnlyList<AuxiliaryWeights> Updates, IReadOnlyList<Matrix<double>> Logits, double? Loss)
    {
        /// <summary>‖these − those‖/‖those‖ of the logits of the whole batch.</summary>
        public double LogitDistance(Outcome other) => Math.Sqrt(
            Logits.Zip(other.Logits, static (mine, theirs) => (mine - theirs).FrobeniusNorm()).Sum(static norm => norm * norm)
                / other.Logits.Sum(static logits => Math.Pow(logits.FrobeniusNorm(), 2)));

        /// <summary>‖these − those‖/‖those‖ over the whole batch; null where those are zero.</summary>
        public double? DistanceTo(Outcome other)
        {
            var size = Norm(other.Updates);
            return size > 0 ? Norm(Updates.Zip(other.Updates, AuxiliaryWeightsAlgebra.Subtract)) / size : null;
        }

        /// <summary>The share of the update that lies in some blocks, ‖part‖/‖whole‖; null where the update is zero.</summary>
        public double? Share(Func<ParameterBlock, bool> part)
        {
            var blocks = Updates.SelectMany(AuxiliaryWeightsAlgebra.Blocks).ToArray();
            var whole = blocks.Sum(block => AuxiliaryWeightsAlgebra.Inner(block, block));
            return whole > 0 ? Math.Sqrt(blocks.Where(part).Sum(block => AuxiliaryWeightsAlgebra.Inner(block, block)) / whole) : null;
        }

        public double? LossChange(Outcome other) => Math.Abs((Loss - other.Loss) ?? double.NaN) is var change && double.IsFinite(change) ? change : null;

        private static double Norm(IEnumerable<AuxiliaryWeights> updates) =>
            Math.Sqrt(updates.Sum(update => AuxiliaryWeightsAlgebra.Inner(update, update)));
    }
}
