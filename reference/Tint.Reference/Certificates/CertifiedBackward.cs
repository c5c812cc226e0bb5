using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Reference.Certificates;

/// <summary>Reads a block's backward pass as the simulation runs it, and certifies every step (certificates.md, section 6).</summary>
/// <param name="configuration">The TinT.</param>
/// <param name="layer">The block's weights.</param>
/// <param name="truth">What the leaves read in the auxiliary model, under their places.</param>
/// <param name="memory">What the simulated forward pass left.</param>
/// <param name="sequence">The sequence.</param>
internal sealed class CertifiedBackward(
    TintConfiguration configuration, AuxiliaryLayer layer, BlockMemory truth, BlockMemory memory, TokenSequence sequence)
    : IBackwardReading<CertifiedGradient>
{
    private readonly ModuleCertifier _certifier = new(configuration);
    private readonly Vector<double> _mask = Vector<double>.Build.DenseOfEnumerable(sequence.TrainMask);
    private readonly Dictionary<string, double> _bounds = [];

    /// <summary>Bounds by parameter.</summary>
    public IReadOnlyDictionary<string, double> Bounds => _bounds;

    /// <summary>The gradient at an encoder's output; null where nothing reads it.</summary>
    public CertifiedGradient? Encoded { get; private set; }

    /// <inheritdoc/>
    public int Parts(Chunks chunks) => 1;

    /// <inheritdoc/>
    public CertifiedGradient Add(Node node, CertifiedGradient newer, CertifiedGradient older) =>
        new(newer.Gradient + older.Gradient, newer.Chain.Plus(older.Chain));

    /// <inheritdoc/>
    public CertifiedGradient Backward(Leaf leaf, int chunk, CertifiedGradient gradient) => leaf switch
    {
        Norm norm => OfNorm(norm, gradient),
        RmsNorm norm => OfRmsNorm(norm, gradient),
        Linear linear => OfLinear(linear, gradient),
        Activation => new(
            SimulatedActivation.Backward(configuration, gradient.Gradient, memory.Input(leaf.Place)),
            _certifier.Activation(gradient.Chain, truth.Input(leaf.Place), memory.Input(leaf.Place), gradient.Gradient)),
        Attention { IsPublished: true } attention => OfPublishedAttention(attention, gradient),
        Attention { ReadsEncoder: false } attention => OfAttention(attention, gradient),
        Attention attention => OfCrossAttention(attention, gradient),
        _ => throw leaf.Unread("the certificate"),
    };

    /// <inheritdoc/>
    public (CertifiedGradient Left, CertifiedGradient Right) MultiplyBackward(Product product, int chunk, CertifiedGradient gradient)
    {
        ArgumentNullException.ThrowIfNull(product);
        var (exact, kept) = (truth.Product(product.Place), memory.Product(product.Place));
        var (left, right) = SimulatedProduct.Backward(configuration, gradient.Gradient, kept);
        return (
            new(left, _certifier.Product(gradient.Chain, exact.Right, kept.Right, gradient.Gradient)),
            new(right, _certifier.Product(gradient.Chain, exact.Left, kept.Left, gradient.Gradient)));
    }

    private CertifiedGradient OfNorm(Norm norm, CertifiedGradient at)
    {
        var (parameters, kept) = (layer.Norm(norm.Place), memory.Norm(norm.Place));
        if (norm.IsAffine && norm.HasBias)
        {
            _bounds[$"{norm.Place}.bias"] = Bias(at, _mask);
        }

        return new(
            SimulatedLayerNorm.Backward(configuration, parameters, at.Gradient, kept),
            _certifier.LayerNorm(at.Chain, parameters, truth.Norm(norm.Place).Input, kept, at.Gradient));
    }

    /// <summary>There is no β, and γ's gradient has no certificate, as of a LayerNorm.</summary>
    private CertifiedGradient OfRmsNorm(RmsNorm norm, CertifiedGradient at)
    {
        var (parameters, kept) = (layer.Norm(norm.Place), memory.Norm(norm.Place));
        return new(
            SimulatedRmsNorm.Backward(configuration, parameters, at.Gradient, kept),
            _certifier.RmsNorm(at.Chain, parameters, truth.Norm(norm.Place).Input, kept, at.Gradient));
    }

    private CertifiedGradient OfLinear(Linear linear, CertifiedGradient at)
    {
        Record(linear, at, truth.Input(linear.Place), memory.Input(linear.Place), _mask);
        if (linear.HasBias && configuration.Departures.MlpBiasLearntPerChunk)
        {
            _bounds[$"{linear.Place}.bias"] += (linear.InputParts - 1) * RowNorms.Upper(_mask * at.Gradient);
        }

        var weight = layer.Linear(linear.Place).Weight;
        return new(SimulatedLinear.Backward(configuration, weight, at.Gradient), _certifier.Linear(at.Chain, weight, at.Gradient));
    }

    /// <summary>Here the score path that is dropped is computed, and not only bounded.</summary>
    private CertifiedGradient OfPublishedAttention(Attention attention, CertifiedGradient at)
    {
        var (exact, kept) = (truth.Attention(attention.Place), memory.Attention(attention.Place));
        var state = new AttentionState(
            new ExactAttentionForward(exact.Query, exact.Key, Values(attention, exact.Input), at.Gradient), kept, attention.HeadCount, sequence);
        var values = SimulatedAttention.Backward(configuration, at.Gradient, kept, sequence.TrainMask, sequence.IclMask);
        var atValues = new CertifiedGradient(values, _certifier.AttentionValues(at.Chain, state, at.Gradient, values));
        Record(attention.Value, atValues, exact.Input, SimulatedGate.Factor(configuration) * kept.Input, _mask);
        if (configuration.KeepsScorePath)
        {
            var value = layer.Linear(attention.Value.Place);
            var (asking, answering) = WithScores(
                attention,
                at,
                state,
                state.Stored(kept, SimulatedLinear.Output(configuration, value, kept.Input)),
                SimulatedAttention.ScoreBackward(configuration, value, at.Gradient, kept, sequence.IclMask),
                new(exact.Input, exact.Input, kept.Input, kept.Input, _mask),
                atValues);
            return Add(attention, asking, answering);
        }

        var (input, _, _) = SimulatedAttention.BackwardDescent(
            configuration, layer.Linear(attention.Value.Place), at.Gradient, kept, sequence.TrainMask, sequence.IclMask);
        return new(input, _certifier.Attention(at.Chain, state, layer, at.Gradient, values));
    }

    /// <summary>Queries at the tokens that ask; keys and values at those that answer, each through its layer, the value layer's weights behind one gate more.</summary>
    private (CertifiedGradient Asking, CertifiedGradient Answering) WithScores(
        Attention attention,
        CertifiedGradient at,
        AttentionState state,
        IReadOnlyList<AttentionHead> stored,
        (Matrix<double> Query, Matrix<double> Key) gradients,
        Inputs inputs,
        CertifiedGradient atValues)
    {
        var (rho, value) = (SimulatedGate.Factor(configuration), layer.Linear(attention.Value.Place));
        var chains = _certifier.Scores(at.Chain, state, stored, at.Gradient, gradients, AttentionFormCertificate.Stretch(attention.Form));
        var behind = rho * SimulatedLinear.Backward(configuration, value.Weight, atValues.Gradient);
        var values = new CertifiedGradient(
            behind,
            _certifier.Linear(atValues.Chain, value.Weight, atValues.Gradient)
                .Plus(RowNorms.Of(behind).Map(size => new GateLeak(configuration.EffectiveGateScale).Scaling(size / rho, 1), Zeros.Include)));
        return (
            Through(attention.Query, new(gradients.Query, chains.Query), inputs.Asking, inputs.StoredAsking, _mask),
            Add(attention, values, Through(attention.Key, new(gradients.Key, chains.Key), inputs.Answering, inputs.StoredAnswering, inputs.Mask)));

        CertifiedGradient Through(Linear linear, CertifiedGradient gradient, Matrix<double> x, Matrix<double> kept, Vector<double> mask)
        {
            var weight = layer.Linear(linear.Place).Weight;
            Record(linear, gradient, x, rho * kept, mask);
            return new(SimulatedLinear.Backward(configuration, weight, gradient.Gradient), _certifier.Linear(gradient.Chain, weight, gradient.Gradient));
        }
    }

    private CertifiedGradient OfAttention(Attention attention, CertifiedGradient at)
    {
        if (sequence.IclMask is not null)
        {
            throw new RuleViolationException("the certificate of such attention needs every earlier token to be seen", "an icl_mask", "leave it out");
        }

        var (exact, kept) = (truth.Attention(attention.Place), memory.Attention(attention.Place));
        var values = SimulatedAttention.Backward(configuration, at.Gradient, kept, sequence.TrainMask, null, attention.Form);
        var (asking, answering) = Certify(
            attention,
            at,
            (exact.Query, exact.Key),
            (kept.Query, kept.Key),
            new(exact.Input, exact.Input, kept.Input, kept.Input, _mask),
            values,
            isCrossing: false);
        return Add(attention, asking, answering);
    }

    private CertifiedGradient OfCrossAttention(Attention attention, CertifiedGradient at)
    {
        var (exact, kept) = (truth.CrossAttention(attention.Place), memory.CrossAttention(attention.Place));
        var values = SimulatedCrossAttention.Backward(configuration, at.Gradient, kept, attention.Form);
        var (asking, answering) = Certify(
            attention,
            at,
            (exact.Query, exact.Key),
            (kept.Query, kept.Key),
            new(exact.Input!, exact.Other, kept.Input!, kept.Other, Vector<double>.Build.Dense(exact.Other.RowCount, 1)),
            values,
            isCrossing: true);
        Encoded = Encoded is { } other ? Add(attention, answering, other) : answering;
        return asking;
    }

    private (CertifiedGradient Asking, CertifiedGradient Answering) Certify(
        Attention attention,
        CertifiedGradient at,
        (Matrix<double> Query, Matrix<double> Key) exact,
        (Matrix<double> Query, Matrix<double> Key) kept,
        Inputs inputs,
        Matrix<double> values,
        bool isCrossing)
    {
        var (auxiliary, form, v, value) = (configuration.Auxiliary, attention.Form, Values(attention, inputs.Answering), layer.Linear(attention.Value.Place));
        var state = new AttentionState(auxiliary, form, (exact.Query, exact.Key, v), kept, sequence.TrainMask, isCrossing);
        var atValues = new CertifiedGradient(values, _certifier.AttentionValues(at.Chain, state, at.Gradient, values));
        Record(attention.Value, atValues, inputs.Answering, SimulatedGate.Factor(configuration) * inputs.StoredAnswering, inputs.Mask);
        if (configuration.KeepsScorePath)
        {
            return WithScores(
                attention,
                at,
                state,
                AttentionFormCertificate.Heads(
                    auxiliary, form, kept.Query, kept.Key, SimulatedLinear.Output(configuration, value, inputs.StoredAnswering), isCrossing),
                SimulatedAttention.DifferentiateScores(
                    configuration, value, at.Gradient, new AttentionMemory(kept.Query, kept.Key, inputs.StoredAnswering), iclMask: null, form, isCrossing),
                inputs,
                atValues);
        }

        var weights = (layer.Linear(attention.Query.Place).Weight, layer.Linear(attention.Key.Place).Weight, value.Weight);
        var scorePath = AttentionFormCertificate.Bound(
            auxiliary, form, exact.Query, exact.Key, v, at.Gradient, _mask, AttentionNorms.Of(weights.Item1, weights.Item2, weights.Item3), isCrossing);
        var (asking, answering) = _certifier.Attention(
            at.Chain, state, weights, scorePath, AttentionFormCertificate.Stretch(form), at.Gradient, values);
        var (input, _) = SimulatedAttention.GatedStep(configuration, value, values, inputs.StoredAnswering, [.. inputs.Mask]);
        return (new(Matrix<double>.Build.Dense(at.Gradient.RowCount, attention.Query.Inputs), asking), new(input, answering));
    }

    private Matrix<double> Values(Attention attention, Matrix<double> input) => ExactLinear.Forward(layer.Linear(attention.Value.Place), input);

    private void Record(Linear linear, CertifiedGradient at, Matrix<double> x, Matrix<double> stored, Vector<double> mask)
    {
        _bounds[$"{linear.Place}.weight"] = at.Chain.WeightGradient(at.Gradient, x, stored, mask);
        if (linear.HasBias)
        {
            _bounds[$"{linear.Place}.bias"] = Bias(at, mask);
        }
    }

    private static double Bias(CertifiedGradient at, Vector<double> mask)
    {
        var ones = Matrix<double>.Build.Dense(at.Gradient.RowCount, 1, 1);
        return at.Chain.WeightGradient(at.Gradient, ones, ones, mask);
    }

    /// <summary>What layers of queries read, and those of keys and values: in the auxiliary model, and as the simulated forward pass stored it; and whose tokens the latter two learn from.</summary>
    private sealed record Inputs(
        Matrix<double> Asking, Matrix<double> Answering, Matrix<double> StoredAsking, Matrix<double> StoredAnswering, Vector<double> Mask);
}
