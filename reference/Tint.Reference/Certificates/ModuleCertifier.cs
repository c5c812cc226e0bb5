using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Reference.Certificates;

/// <summary>
/// One backward step of a chain through each kind of module: the exact map's gain, then every certificate of the
/// simulated module at the simulated gradient g̃ (truncation, gate leak, drift of what the forward pass stored, rounding of both sides in
/// float64).
/// </summary>
internal sealed class ModuleCertifier(TintConfiguration configuration)
{
    private readonly GateLeak _leak = new(OfLinearAttention(configuration).EffectiveGateScale);
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

    /// <summary>Through a root-mean-square normalisation, whose token stands beside its mirror image (certificates.md, section 7).</summary>
    public CertificateChain RmsNorm(CertificateChain chain, LayerNormParameters layer, Matrix<double> x, LayerNormMemory memory, Matrix<double> g)
    {
        var u = layer.Dense is { } dense ? g.Multiply(dense) : g.MapIndexed((_, column, value) => value * layer.Weight.At(column));
        var weightNorm = layer.Dense is { } map ? OperatorNorm.UpperBound(map) : layer.Weight.InfinityNorm();
        var local = Vector<double>.Build.Dense(x.RowCount, t => LocalRms(x.Row(t), memory.Input.Row(t), u.Row(t)));
        return chain.RmsNorm(x, weightNorm, _epsilon).Plus(local);
    }

    /// <summary>Through a∘b to one factor, given the other as the auxiliary model has it and as the memory holds it: one gate, and two products.</summary>
    public CertificateChain Product(CertificateChain chain, Matrix<double> other, Matrix<double> stored, Matrix<double> g)
    {
        var rounding = g.Map2((left, right) => 4 * FloatingPoint.Binary64.UnitRoundoff * Math.Abs(left * right), stored);
        return chain.Product(other).Plus(RowNorms.Of(ProductCertificate.Bound(other, stored, g, _leak) + rounding).Add(FloatingPoint.Binary64.Underflow(4 * g.ColumnCount)));
    }

    /// <summary>Through attention's value path to the gradient of the values: drift of the weights, the train mask, one gate.</summary>
    public CertificateChain AttentionValues(
        CertificateChain chain, AttentionState attention, Matrix<double> g, Matrix<double> valueGradient)
    {
        // Gradients of G heads add up in the value that they share, in norm to √G times as much at most.
        var (heads, share) = (attention.Heads, Math.Sqrt(attention.Group));
        var spread = CertificateChain.From(RowNorms.Of(g)).AttentionValues(heads).RowErrors;
        var dropped = heads[0].IsCausal ? AttentionCertificate.Dropped(heads, g, attention.TrainMask) : Vector<double>.Build.Dense(heads[0].KeyCount);
        var local = (share * (AttentionCertificate.Drift(heads, attention.StoredWeights, g) + dropped))
            + RowNorms.Of(valueGradient).Map(size => _leak.Scaling(size / _leak.Gate, 1))
            + (share * attention.Rounding * spread).Add(attention.Underflow);
        var carried = chain.AttentionValues(heads);
        return (attention.Group == 1 ? carried : carried.Linear(share)).Plus(local);
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
    /// Through attention of any form to its inputs: the values' step, W_Vᵀ behind two more gates, and bounds on the score path that is dropped. Where keys
    /// and values are of the same sequence, both parts add up.
    /// </summary>
    /// <param name="chain">At attention's output.</param>
    /// <param name="attention">The attention.</param>
    /// <param name="weights">W_Q, W_K and W_V.</param>
    /// <param name="scorePath">Bounds on what is dropped, as of <see cref="AttentionFormCertificate"/>.</param>
    /// <param name="turned">How much longer a vector may be once it is turned.</param>
    /// <param name="g">g̃ at attention's output.</param>
    /// <param name="valueGradient">g̃ at the values.</param>
    public (CertificateChain Asking, CertificateChain Answering) Attention(
        CertificateChain chain,
        AttentionState attention,
        (Matrix<double> Query, Matrix<double> Key, Matrix<double> Value) weights,
        (Vector<double> AtQueries, Vector<double> AtKeys) scorePath,
        double turned,
        Matrix<double> g,
        Matrix<double> valueGradient)
    {
        var norms = AttentionNorms.Of(weights.Query, weights.Key, weights.Value);
        var share = Math.Sqrt(attention.Group);
        var unchained = AttentionValues(CertificateChain.Exact(g.RowCount), attention, g, valueGradient);
        var rounding = 2 * FloatingPoint.Binary64.Gamma(g.ColumnCount + 4) * weights.Value.FrobeniusNorm();
        var lost = (1 + weights.Query.FrobeniusNorm() + weights.Key.FrobeniusNorm() + weights.Value.FrobeniusNorm()) * attention.Underflow;
        var (queries, keys, factor) = attention.ScoreMagnitudes(RowNorms.Of(g), weights.Query, weights.Key);
        factor *= turned * attention.Rounding;
        var (asking, answering) = chain.Across(attention.Heads, norms with { Query = turned * norms.Query, Key = turned * norms.Key }, attention.Group);
        return (
            asking.Plus(scorePath.AtQueries + (factor * queries).Add(lost)),
            answering.Plus(unchained.Linear(norms.Value).RowErrors
                + RowNorms.Of(valueGradient).Map(size => _leak.Scaling(norms.Value * size, 2) + (rounding * size))
                + scorePath.AtKeys
                + (factor * share * keys).Add(lost)));
    }

    private double LocalRms(Vector<double> x, Vector<double> stored, Vector<double> u)
    {
        // As of a LayerNorm of the token beside its mirror image, twice as wide.
        var (wide, step) = (Mirrored(x), Mirrored(u));
        var segment = new NormalisationSegment(wide, step, _epsilon);
        var deviation = new NormalisationSegment(wide, Vector<double>.Build.Dense(wide.Count), _epsilon).SmallestDeviation;
        var exactRounding = FloatingPoint.Binary64.Gamma((8L * wide.Count) + 40) * segment.StepNorm / deviation
            * (4 + (4 * segment.InputNorm / (Math.Sqrt(wide.Count) * deviation)));
        return RmsNormCertificate.Bound(stored, u, _scale, _epsilon, _stencil)
            + RmsNormCertificate.Drift(x, stored, u, _epsilon)
            + RmsNormCertificate.Leak(_leak, stored, u, _scale, _epsilon, _stencil)
            + (4 * RmsNormCertificate.Rounding(stored, u, _scale, _epsilon, FloatingPoint.Binary64, _stencil))
            + exactRounding
            + FloatingPoint.Binary64.Underflow(8 * wide.Count * (1 + (1 / deviation)));

        static Vector<double> Mirrored(Vector<double> v) => Vector<double>.Build.DenseOfEnumerable(v.Concat(v.Select(static entry => -entry)));
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
    /// <param name="turned">How much longer a vector may be once it is turned.</param>
    public (CertificateChain Query, CertificateChain Key) Scores(
        CertificateChain chain,
        AttentionState attention,
        IReadOnlyList<AttentionHead> stored,
        Matrix<double> g,
        (Matrix<double> Query, Matrix<double> Key) simulated,
        double turned = 1)
    {
        var (tokens, answering, size, heads) = (g.RowCount, stored[0].KeyCount, stored[0].Value.ColumnCount, stored.Count);
        var served = heads / attention.Group;
        var (query, key) = (Matrix<double>.Build.Dense(tokens, 2 * heads), Matrix<double>.Build.Dense(answering, 2 * served));
        for (var h = 0; h < heads; h++)
        {
            var part = g.SubMatrix(0, tokens, h * size, size);
            var bounds = ScoreDifferenceCertificate.Bound(stored[h], part, _scale, _stencil);
            var (there, here) = (ScorePathGradient.Of(stored[h], part), ScorePathGradient.Of(attention.Heads[h], part));
            query.SetColumn(h, bounds.Query);
            query.SetColumn(heads + h, RowNorms.Of(there.Query - here.Query));
            Add(h / attention.Group, bounds.Key);
            Add(served + (h / attention.Group), RowNorms.Of(there.Key - here.Key));
        }

        // A weight is good to attention's rounding, and so is each of the two of a difference; the drift was computed to a little of the magnitudes.
        double Largest(Func<AttentionHead, Matrix<double>> of) => stored.Max(head => RowNorms.Of(of(head)).Maximum());
        var (queries, keys, values, gradients) = (Largest(head => head.Query), Largest(head => head.Key), Largest(head => head.Value), RowNorms.Of(g).Maximum());
        var relative = attention.Rounding + (FloatingPoint.Binary64.Gamma(4L * (size + 3)) * gradients * values / _scale);
        var unit = stored[0].ScoreScale * Math.Sqrt(heads) * ((4 * _scale * relative) + (8 * relative * gradients * values));
        var lost = attention.Underflow * (1 + _scale);
        var (atQueries, atKeys) = chain.AttentionScores(attention.Heads);
        var share = turned * Math.Sqrt(attention.Group);
        return (
            (turned == 1 ? atQueries : atQueries.Linear(turned)).Plus(Both(query) + Gate(simulated.Query) + Each(tokens, (unit * keys) + lost)),
            (share == 1 ? atKeys : atKeys.Linear(share)).Plus(
                Both(key) + Gate(simulated.Key) + Each(answering, (unit * attention.Group * tokens * queries) + lost)));

        // Query heads that share a key add up their gradients at it.
        void Add(int column, Vector<double> bound) => key.SetColumn(column, key.Column(column) + bound);
        Vector<double> Each(int rows, double bound) => Vector<double>.Build.Dense(rows, turned * bound);
        Vector<double> Both(Matrix<double> columns)
        {
            var half = columns.ColumnCount / 2;
            return turned * (RowNorms.Of(columns.SubMatrix(0, columns.RowCount, 0, half)) + RowNorms.Of(columns.SubMatrix(0, columns.RowCount, half, half)));
        }

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

    /// <summary>Steps through softmax attention over twins have certificates of their own, module by module (<see cref="TwinCertificate"/>), and none in a chain.</summary>
    private static TintConfiguration OfLinearAttention(TintConfiguration configuration) => !configuration.UseSoftmax
        ? configuration
        : throw new RuleViolationException(
            "certificates are composed for linear attention", "UseSoftmax", "leave UseSoftmax off, or take TwinCertificate module by module");
}
