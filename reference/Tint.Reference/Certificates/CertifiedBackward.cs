using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Reference.Certificates;

/// <summary>Reads a block's backward pass as the simulation runs it, and certifies every step (certificates.md, section 6).</summary>
internal sealed class CertifiedBackward(
    TintConfiguration configuration, AuxiliaryLayer layer, ExactLayerForward forward, BlockMemory memory, TokenSequence sequence)
    : IBackwardReading<CertifiedGradient>
{
    private readonly ModuleCertifier _certifier = new(configuration);
    private readonly Vector<double> _mask = Vector<double>.Build.DenseOfEnumerable(sequence.TrainMask);
    private readonly Dictionary<string, double> _bounds = [];

    /// <summary>Bounds by parameter.</summary>
    public IReadOnlyDictionary<string, double> Bounds => _bounds;

    /// <inheritdoc/>
    public int Parts(Chunks chunks) => 1;

    /// <inheritdoc/>
    public CertifiedGradient Add(Node node, CertifiedGradient newer, CertifiedGradient older) =>
        new(newer.Gradient + older.Gradient, newer.Chain.Plus(older.Chain));

    /// <inheritdoc/>
    public CertifiedGradient Backward(Leaf leaf, int chunk, CertifiedGradient gradient) => leaf switch
    {
        { IsPublished: false } => throw leaf.Unread("the certificate"),
        Norm => OfNorm(leaf, gradient),
        Linear linear => OfLinear(linear, gradient),
        Activation => new(
            SimulatedActivation.Backward(configuration, gradient.Gradient, memory.Input(leaf.Place)),
            _certifier.Activation(gradient.Chain, Input(leaf), memory.Input(leaf.Place), gradient.Gradient)),
        Attention attention => OfAttention(attention, gradient),
        _ => throw leaf.Unread("the certificate"),
    };

    private CertifiedGradient OfNorm(Leaf leaf, CertifiedGradient at)
    {
        var place = leaf.Place;
        var (parameters, kept) = (layer.Norm(place), memory.Norm(place));
        _bounds[$"{place}.bias"] = Bias(at);
        return new(
            SimulatedLayerNorm.Backward(configuration, parameters, at.Gradient, kept),
            _certifier.LayerNorm(at.Chain, parameters, Input(leaf), kept, at.Gradient));
    }

    private CertifiedGradient OfLinear(Linear linear, CertifiedGradient at)
    {
        Record(linear.Place, at, Input(linear), memory.Input(linear.Place));
        if (configuration.Departures.MlpBiasLearntPerChunk)
        {
            _bounds[$"{linear.Place}.bias"] += (linear.InputParts - 1) * RowNorms.Upper(_mask * at.Gradient);
        }

        var weight = layer.Linear(linear.Place).Weight;
        return new(SimulatedLinear.Backward(configuration, weight, at.Gradient), _certifier.Linear(at.Chain, weight, at.Gradient));
    }

    private CertifiedGradient OfAttention(Attention attention, CertifiedGradient at)
    {
        var kept = memory.Attention(attention.Place);
        var state = new AttentionState(forward.Attention, kept, attention.HeadCount, sequence);
        var values = SimulatedAttention.Backward(configuration, at.Gradient, kept, sequence.TrainMask, sequence.IclMask);
        var atValues = new CertifiedGradient(values, _certifier.AttentionValues(at.Chain, state, at.Gradient, values));
        Record(attention.Value.Place, atValues, Input(attention), SimulatedGate.Factor(configuration) * kept.Input);
        if (configuration.KeepsScorePath)
        {
            return WithScores(attention, at, state, kept, atValues);
        }

        var (input, _, _) = SimulatedAttention.BackwardDescent(
            configuration, layer.Linear(attention.Value.Place), at.Gradient, kept, sequence.TrainMask, sequence.IclMask);
        return new(input, _certifier.Attention(at.Chain, state, layer, at.Gradient, values));
    }

    /// <summary>Values, queries and keys, each through its layer, the value layer's weights behind one gate more.</summary>
    private CertifiedGradient WithScores(
        Attention attention, CertifiedGradient at, AttentionState state, AttentionMemory kept, CertifiedGradient atValues)
    {
        var (rho, value) = (SimulatedGate.Factor(configuration), layer.Linear(attention.Value.Place));
        var again = SimulatedLinear.Output(configuration, value, kept.Input);
        var gradients = SimulatedAttention.ScoreBackward(configuration, value, at.Gradient, kept, sequence.IclMask);
        var chains = _certifier.Scores(at.Chain, state, state.Stored(kept, again), at.Gradient, gradients);
        var behind = rho * SimulatedLinear.Backward(configuration, value.Weight, atValues.Gradient);
        var sum = new CertifiedGradient(
            behind,
            _certifier.Linear(atValues.Chain, value.Weight, atValues.Gradient)
                .Plus(RowNorms.Of(behind).Map(size => new GateLeak(configuration.EffectiveGateScale).Scaling(size / rho, 1), Zeros.Include)));
        foreach (var (linear, gradient) in new[]
        {
            (attention.Query, new CertifiedGradient(gradients.Query, chains.Query)),
            (attention.Key, new CertifiedGradient(gradients.Key, chains.Key)),
        })
        {
            var weight = layer.Linear(linear.Place).Weight;
            Record(linear.Place, gradient, Input(attention), rho * kept.Input);
            sum = new(
                sum.Gradient + SimulatedLinear.Backward(configuration, weight, gradient.Gradient),
                sum.Chain.Plus(_certifier.Linear(gradient.Chain, weight, gradient.Gradient)));
        }

        return sum;
    }

    /// <summary>What a leaf of GPT-2's block reads in the auxiliary model.</summary>
    private Matrix<double> Input(Leaf leaf) => leaf.Place switch
    {
        var place when place == Place.AttentionNorm => forward.Input,
        var place when place == Place.MlpNorm => forward.Middle,
        var place when place == Place.Attention => forward.AttentionNorm.Output,
        var place when place == Place.Output => forward.Attention.Output,
        var place when place == Place.Inner => forward.MlpNorm.Output,
        var place when place == Place.Activation => forward.PreActivation,
        var place when place == Place.Outer => forward.Activated,
        _ => throw leaf.Unread("the certificate"),
    };

    private void Record(Place place, CertifiedGradient at, Matrix<double> x, Matrix<double> stored)
    {
        _bounds[$"{place}.weight"] = at.Chain.WeightGradient(at.Gradient, x, stored, _mask);
        _bounds[$"{place}.bias"] = Bias(at);
    }

    private double Bias(CertifiedGradient at)
    {
        var ones = Matrix<double>.Build.Dense(at.Gradient.RowCount, 1, 1);
        return at.Chain.WeightGradient(at.Gradient, ones, ones, _mask);
    }
}
