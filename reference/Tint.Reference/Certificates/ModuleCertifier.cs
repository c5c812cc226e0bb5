using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Reference.Certificates;

/// <summary>
/// One backward step of a chain through each kind of module of the published construction: the exact map's gain, then every certificate of the
/// simulated module at the simulated gradient g̃ (truncation, gate leak, drift of what the forward pass stored, rounding of both sides in
/// float64).
/// </summary>
internal sealed class ModuleCertifier(TintConfiguration configuration)
{
    private readonly GateLeak _leak = new(configuration.EffectiveGateScale);
    private readonly double _scale = configuration.FiniteDifferenceScale;
    private readonly Stencil _stencil = configuration.Stencil;
    private readonly double _epsilon = configuration.Auxiliary.LayerNormEpsilon;
    private readonly ActivationKind _kind = configuration.Auxiliary.Activation;

    /// <summary>Through Wᵀ: one gate, and two sums of products.</summary>
    public CertificateChain Linear(CertificateChain chain, Matrix<double> weight, Matrix<double> g)
    {
        var norm = OperatorNorm.UpperBound(weight);
        var rounding = 2 * FloatingPoint.Binary64.Gamma(weight.RowCount + 3) * weight.FrobeniusNorm();
        var lost = FloatingPoint.Binary64.Underflow(2.0 * (weight.RowCount + 3) * weight.ColumnCount);
        return chain.Linear(norm).Plus(RowNorms.Of(g).Map(size => _leak.Scaling(norm * size, 1) + (rounding * size) + lost));
    }

    /// <summary>Through σ: truncation at the stored argument, then the drift to the auxiliary model's.</summary>
    public CertificateChain Activation(CertificateChain chain, Matrix<double> z, Matrix<double> stored, Matrix<double> g)
    {
        var entries = ActivationCertificate.Bound(_kind, stored, g, _scale, _stencil)
            + ActivationCertificate.Drift(_kind, z, stored, g)
            + ScaledDifference.Rounding(_kind, stored, g, _scale, FloatingPoint.Binary64, _stencil)
            + z.Map2((at, gradient) => 8 * FloatingPoint.Binary64.UnitRoundoff * (1 + Math.Abs(at)) * Math.Abs(gradient), g);
        return chain.Activation(_kind, z).Plus(RowNorms.Of(entries).Add(FloatingPoint.Binary64.Underflow(z.ColumnCount)));
    }

    /// <summary>Through a normalisation: gate leak and truncation at the stored input, then the drift to the auxiliary model's.</summary>
    public CertificateChain LayerNorm(
        CertificateChain chain, LayerNormParameters layer, Matrix<double> x, LayerNormMemory memory, Matrix<double> g)
    {
        var u = layer.Dense is { } dense ? g.Multiply(dense) : g.MapIndexed((_, column, value) => value * layer.Weight.At(column));
        var weightNorm = layer.Dense is { } map ? OperatorNorm.UpperBound(map) : layer.Weight.InfinityNorm();
        var local = Vector<double>.Build.Dense(x.RowCount, t => Local(x.Row(t), memory.Input.Row(t), u.Row(t)));
        return chain.LayerNorm(x, weightNorm, _epsilon).Plus(local);
    }

    /// <summary>Through attention's value path to the gradient of the values: drift of the weights, the train mask, one gate.</summary>
    public CertificateChain AttentionValues(
        CertificateChain chain, AttentionState attention, Matrix<double> g, Matrix<double> valueGradient)
    {
        var spread = CertificateChain.From(RowNorms.Of(g)).AttentionValues(attention.Heads).RowErrors;
        var local = AttentionCertificate.Drift(attention.Heads, attention.StoredWeights, g)
            + AttentionCertificate.Dropped(attention.Heads, g, attention.TrainMask)
            + RowNorms.Of(valueGradient).Map(size => _leak.Scaling(size / _leak.Gate, 1))
            + (attention.Rounding * spread).Add(attention.Underflow);
        return chain.AttentionValues(attention.Heads).Plus(local);
    }

    /// <summary>
    /// Through all of attention to its input: the values' step, W_Vᵀ behind two more gates, and the score path that is dropped, computed at g̃.
    /// </summary>
    public CertificateChain Attention(
        CertificateChain chain, AttentionState attention, AuxiliaryLayer layer, Matrix<double> g, Matrix<double> valueGradient)
    {
        var norms = AttentionNorms.Of(layer.Query.Weight, layer.Key.Weight, layer.Value.Weight);
        var gains = RowNorms.Of(g);

        // At the simulated gradient the score path is computed; the last term pays for its rounding.
        var scorePath = RowNorms.Of(AttentionCertificate.ScorePathAtInput(attention.Heads, g, layer.Query.Weight, layer.Key.Weight));
        var unchained = AttentionValues(CertificateChain.Exact(g.RowCount), attention, g, valueGradient);
        var rounding = 2 * FloatingPoint.Binary64.Gamma(g.ColumnCount + 4) * layer.Value.Weight.FrobeniusNorm();
        var weights = layer.Query.Weight.FrobeniusNorm() + layer.Key.Weight.FrobeniusNorm() + layer.Value.Weight.FrobeniusNorm();
        var lost = (1 + weights) * attention.Underflow;
        var local = unchained.Linear(norms.Value).RowErrors
            + RowNorms.Of(valueGradient).Map(size => _leak.Scaling(norms.Value * size, 2) + (rounding * size))
            + scorePath
            + (attention.Rounding * attention.ScoreMagnitude(gains, layer)).Add(lost);
        return chain.Attention(attention.Heads, norms).Plus(local);
    }

    /// <summary>
    /// Through the scores to queries and keys: truncation at what the memory holds, the drift to the auxiliary model's own values, which is computed, one gate, and rounding, which N
    /// multiplies.
    /// </summary>
    /// <param name="chain">The error at the heads' outputs.</param>
    /// <param name="attention">Attention as both forward passes have it.</param>
    /// <param name="stored">The heads as the module reads them.</param>
    /// <param name="g">g̃ at the heads' outputs.</param>
    /// <param name="simulated">The simulated gradients at queries and keys.</param>
    public (CertificateChain Query, CertificateChain Key) Scores(
        CertificateChain chain,
        AttentionState attention,
        IReadOnlyList<AttentionHead> stored,
        Matrix<double> g,
        (Matrix<double> Query, Matrix<double> Key) simulated)
    {
        var (tokens, size, heads) = (g.RowCount, stored[0].Value.ColumnCount, stored.Count);
        var (query, key) = (Matrix<double>.Build.Dense(tokens, 2 * heads), Matrix<double>.Build.Dense(tokens, 2 * heads));
        for (var h = 0; h < heads; h++)
        {
            var part = g.SubMatrix(0, tokens, h * size, size);
            var bounds = ScoreDifferenceCertificate.Bound(stored[h], part, _scale, _stencil);
            var (there, here) = (ScorePathGradient.Of(stored[h], part), ScorePathGradient.Of(attention.Heads[h], part));
            query.SetColumn(h, bounds.Query);
            key.SetColumn(h, bounds.Key);
            query.SetColumn(heads + h, RowNorms.Of(there.Query - here.Query));
            key.SetColumn(heads + h, RowNorms.Of(there.Key - here.Key));
        }

        // A weight is good to attention's rounding, and so is each of the two of a difference; the drift was computed to a little of the magnitudes.
        double Largest(Func<AttentionHead, Matrix<double>> of) => stored.Max(head => RowNorms.Of(of(head)).Maximum());
        var (queries, keys, values, gradients) = (Largest(head => head.Query), Largest(head => head.Key), Largest(head => head.Value), RowNorms.Of(g).Maximum());
        var relative = attention.Rounding + (FloatingPoint.Binary64.Gamma(4L * (size + 3)) * gradients * values / _scale);
        var unit = stored[0].ScoreScale * Math.Sqrt(heads) * ((4 * _scale * relative) + (8 * relative * gradients * values));
        var (lost, each) = (attention.Underflow * (1 + _scale), Vector<double>.Build.Dense(tokens, 1));
        var (atQueries, atKeys) = chain.AttentionScores(attention.Heads);
        return (
            atQueries.Plus(Both(query) + Gate(simulated.Query) + (((unit * keys) + lost) * each)),
            atKeys.Plus(Both(key) + Gate(simulated.Key) + (((unit * tokens * queries) + lost) * each)));

        Vector<double> Both(Matrix<double> columns) =>
            RowNorms.Of(columns.SubMatrix(0, tokens, 0, heads)) + RowNorms.Of(columns.SubMatrix(0, tokens, heads, heads));
        Vector<double> Gate(Matrix<double> gradient) => RowNorms.Of(gradient).Map(norm => _leak.Scaling(norm / _leak.Gate, 1), Zeros.Include);
    }

    private double Local(Vector<double> x, Vector<double> stored, Vector<double> u)
    {
        // The gated module does about three times the operations that the certificate of rounding counts; the exact backward pass
        // reads x̂ and 1/s, each good to γ_D(1 + ‖x‖/(√D s)).
        var segment = new NormalisationSegment(x, u, _epsilon);
        var deviation = new NormalisationSegment(x, Vector<double>.Build.Dense(x.Count), _epsilon).SmallestDeviation;
        var exactRounding = FloatingPoint.Binary64.Gamma((8L * x.Count) + 40) * segment.StepNorm / deviation
            * (4 + (4 * segment.InputNorm / (Math.Sqrt(x.Count) * deviation)));
        return LayerNormCertificate.Bound(stored, u, _scale, _epsilon, _stencil)
            + LayerNormCertificate.Drift(x, stored, u, _epsilon)
            + _leak.LayerNormBackwardBound(stored, u, _scale, _epsilon, _stencil)
            + (4 * LayerNormCertificate.Rounding(stored, u, _scale, _epsilon, FloatingPoint.Binary64, _stencil))
            + exactRounding
            + FloatingPoint.Binary64.Underflow(8 * x.Count * (1 + (1 / deviation)));
    }
}
