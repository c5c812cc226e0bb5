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
        if (norm.IsAffine)
        {
            _bounds[$"{norm.Place}.bias"] = Bias(at);
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
            return WithScores(attention, at, state, exact.Input, kept, atValues);
        }

        var (input, _, _) = SimulatedAttention.BackwardDescent(
            configuration, layer.Linear(attention.Value.Place), at.Gradient, kept, sequence.TrainMask, sequence.IclMask);
        return new(input, _certifier.Attention(at.Chain, state, layer, at.Gradient, values));
    }

    /// <summary>Values, queries and keys, each through its layer, the value layer's weights behind one gate more.</summary>
    private CertifiedGradient WithScores(
        Attention attention, CertifiedGradient at, AttentionState state, Matrix<double> input, AttentionMemory kept, CertifiedGradient atValues)
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
            Record(linear, gradient, input, rho * kept.Input, _mask);
            sum = new(
                sum.Gradient + SimulatedLinear.Backward(configuration, weight, gradient.Gradient),
                sum.Chain.Plus(_certifier.Linear(gradient.Chain, weight, gradient.Gradient)));
        }

        return sum;
    }

    private CertifiedGradient OfAttention(Attention attention, CertifiedGradient at)
    {
        if (configuration.KeepsScorePath)
        {
            throw new RuleViolationException(
                "the certificate of a kept score path needs attention as published", $"{attention.Form}", "let the score path be dropped");
        }

        if (sequence.IclMask is not null)
        {
            throw new RuleViolationException("the certificate of such attention needs every earlier token to be seen", "an icl_mask", "leave it out");
        }

        var (exact, kept) = (truth.Attention(attention.Place), memory.Attention(attention.Place));
        var values = SimulatedAttention.Backward(configuration, at.Gradient, kept, sequence.TrainMask, null, attention.Form);
        var (asking, answering) = Certify(attention, at, (exact.Query, exact.Key, exact.Input), (kept.Query, kept.Key, kept.Input), values, isCrossing: false);
        var (input, _, _) = SimulatedAttention.BackwardDescent(
            configuration, layer.Linear(attention.Value.Place), at.Gradient, kept, sequence.TrainMask, null, attention.Form);
        return new(input, asking.Plus(answering));
    }

    private CertifiedGradient OfCrossAttention(Attention attention, CertifiedGradient at)
    {
        var (exact, kept) = (truth.CrossAttention(attention.Place), memory.CrossAttention(attention.Place));
        var values = SimulatedCrossAttention.Backward(configuration, at.Gradient, kept, attention.Form);
        var (asking, answering) = Certify(attention, at, (exact.Query, exact.Key, exact.Other), (kept.Query, kept.Key, kept.Other), values, isCrossing: true);
        var (encoded, _, _) = SimulatedCrossAttention.BackwardDescent(
            configuration, layer.Linear(attention.Value.Place), at.Gradient, kept, attention.Form);
        Encoded = Encoded is { } other ? Add(attention, new(encoded, answering), other) : new(encoded, answering);
        return new(Matrix<double>.Build.Dense(at.Gradient.RowCount, attention.Query.Inputs), asking);
    }

    private (CertificateChain Asking, CertificateChain Answering) Certify(
        Attention attention,
        CertifiedGradient at,
        (Matrix<double> Query, Matrix<double> Key, Matrix<double> Input) exact,
        (Matrix<double> Query, Matrix<double> Key, Matrix<double> Input) kept,
        Matrix<double> values,
        bool isCrossing)
    {
        var (auxiliary, form, v) = (configuration.Auxiliary, attention.Form, Values(attention, exact.Input));
        var weights = (layer.Linear(attention.Query.Place).Weight, layer.Linear(attention.Key.Place).Weight, layer.Linear(attention.Value.Place).Weight);
        var state = new AttentionState(auxiliary, form, (exact.Query, exact.Key, v), (kept.Query, kept.Key), sequence.TrainMask, isCrossing);
        var mask = isCrossing ? Vector<double>.Build.Dense(v.RowCount, 1) : _mask;
        var atValues = new CertifiedGradient(values, _certifier.AttentionValues(at.Chain, state, at.Gradient, values));
        Record(attention.Value, atValues, exact.Input, SimulatedGate.Factor(configuration) * kept.Input, mask);
        var scorePath = AttentionFormCertificate.Bound(
            auxiliary, form, exact.Query, exact.Key, v, at.Gradient, _mask, AttentionNorms.Of(weights.Item1, weights.Item2, weights.Item3), isCrossing);
        return _certifier.Attention(at.Chain, state, weights, scorePath, AttentionFormCertificate.Stretch(form), at.Gradient, values);
    }

    private Matrix<double> Values(Attention attention, Matrix<double> input) => ExactLinear.Forward(layer.Linear(attention.Value.Place), input);

    private void Record(Linear linear, CertifiedGradient at, Matrix<double> x, Matrix<double> stored, Vector<double> mask)
    {
        _bounds[$"{linear.Place}.weight"] = at.Chain.WeightGradient(at.Gradient, x, stored, mask);
        if (linear.HasBias)
        {
            _bounds[$"{linear.Place}.bias"] = Bias(at);
        }
    }

    private double Bias(CertifiedGradient at)
    {
        var ones = Matrix<double>.Build.Dense(at.Gradient.RowCount, 1, 1);
        return at.Chain.WeightGradient(at.Gradient, ones, ones, _mask);
    }
}
