namespace Tint.Reference.Configuration;

/// <summary>
/// What a TinT is built from: the auxiliary model's shape, the construction's shape, and the options of training. Single fields are
/// checked when set; rules that tie fields together are in <see cref="AdmissibleShapes"/> and are checked by every consumer.
/// </summary>
public sealed record TintConfiguration
{
    /// <summary>The auxiliary model.</summary>
    public required AuxiliaryConfiguration Auxiliary { get; init => field = Require.Present(value, "the auxiliary model's configuration"); }

    /// <summary>D_sim, the width of TinT's hidden states.</summary>
    public required int HiddenSize { get; init => field = Require.AtLeast(value, 1, "HiddenSize"); }

    /// <summary>H_sim, the number of heads of TinT's softmax attention.</summary>
    public required int HeadCount { get; init => field = Require.AtLeast(value, 1, "HeadCount"); }

    /// <summary>K, the number of prefix tokens.</summary>
    public required int PrefixCount { get; init => field = Require.AtLeast(value, 1, "PrefixCount"); }

    /// <summary>η, the inner learning rate, per summed gradient (not averaged over tokens).</summary>
    public double InnerLearningRate { get; init => field = Require.Finite(value, "InnerLearningRate"); } = 1e-3;

    /// <summary>G, the gate scale: gates are tanh(±G) on the rows that they select.</summary>
    public double GateScale { get; init => field = Require.Positive(value, "GateScale"); } = 10;

    /// <summary>N = 1/ε, the scale of the finite differences that stand in for derivatives.</summary>
    public double FiniteDifferenceScale { get; init => field = Require.Positive(value, "FiniteDifferenceScale"); } = 1000;

    /// <summary>Which finite differences these are.</summary>
    public Stencil Stencil { get; init => field = Require.Present(value, "the stencil"); } = Stencil.Forward;

    /// <summary>True: in linear attention tokens see prefixes only. False: they see every earlier position.</summary>
    public bool RestrictPrefixes { get; init; } = true;

    /// <summary>
    /// True: softmax attention over positions and their mirrored twins stands for linear attention, up to O(1/M²). It needs <see cref="RestrictPrefixes"/>.
    /// </summary>
    /// <remarks>Source: C40.</remarks>
    public bool UseSoftmax { get; init; }

    /// <summary>
    /// M, what scores are divided by where softmax attention stands for linear attention; read only with <see cref="UseSoftmax"/>. The best M is about s·u^(−1/3) for scores up to s
    /// and unit roundoff u; the default is that of s = 5 in float64.
    /// </summary>
    /// <remarks>Source: C40.</remarks>
    public double TwinScale { get; init => field = Require.Positive(value, "TwinScale"); } = 1e6;

    /// <summary>False: the gradient skips attention's backward step and goes to the value layer as it is.</summary>
    public bool BackpropagateThroughAttention { get; init; } = true;

    /// <summary>The number of SGD steps, each a backward-and-descent pass and a forward pass.</summary>
    public int SgdSteps { get; init => field = Require.AtLeast(value, 0, "SgdSteps"); } = 1;

    /// <summary>How many layers, counted from the top, are trained.</summary>
    public required int TrainedLayers { get; init => field = Require.AtLeast(value, 0, "TrainedLayers"); }

    /// <summary>The loss whose gradient starts the backward pass.</summary>
    public LossKind Loss { get; init => field = Require.Defined(value, "the loss"); } = LossKind.CrossEntropy;

    /// <summary>True: LayerNorm's descent leaves γ alone and moves β only.</summary>
    public bool LayerNormBiasOnly { get; init; } = true;

    /// <summary>True: the passes after the first reuse the first pass's blocks. It changes the parameter count, never a result.</summary>
    public bool ShareBlocks { get; init; } = true;

    /// <summary>Where to follow the published code and where the paper.</summary>
    public Departures Departures { get; init => field = Require.Present(value, "the departures"); } = Departures.Published;

    /// <summary>What a step does with a gradient beside η.</summary>
    public Optimiser Optimiser { get; init => field = Require.Present(value, "the optimiser"); } = Optimiser.Plain;

    /// <summary>Whether queries and keys get their gradients: V1 is off, and the gradient does not skip attention.</summary>
    public bool KeepsScorePath => !Departures.ScorePathDropped && BackpropagateThroughAttention;

    /// <summary>
    /// The same TinT with the update of plain SGD up to O(1/N²): central differences, no departure, and a gradient that takes attention's backward step.
    /// </summary>
    /// <remarks>Source: C39.</remarks>
    public TintConfiguration Faithful() => this with { Stencil = Stencil.Central, Departures = Departures.Faithful, BackpropagateThroughAttention = true };

    /// <summary>n = D_aux/K, the rows of an auxiliary weight matrix that one prefix holds.</summary>
    public int RowsPerPrefix => Auxiliary.HiddenSize / PrefixCount;

    /// <summary>d_h = D_sim/H_sim, the width of one head of softmax attention.</summary>
    public int HeadSize => HiddenSize / HeadCount;

    /// <summary>T_max + K, the width of a position one-hot; twice that with <see cref="UseSoftmax"/>, where every position has a twin.</summary>
    /// <exception cref="RuleViolationException">It is beyond what an array holds.</exception>
    public int PositionCount => Sizes.Entries(
        "a position one-hot", "use a smaller Auxiliary.MaximumPositions or PrefixCount", ((long)Auxiliary.MaximumPositions + PrefixCount) * (UseSoftmax ? 2 : 1));

    /// <summary>
    /// The gate scale in force: G, or, without <see cref="Departures.GateLeak"/>, one at which tanh is 1 to the last bit of a double.
    /// </summary>
    public double EffectiveGateScale => Departures.GateLeak ? GateScale : Math.Max(GateScale, SaturatedGateScale);

    /// <summary>
    /// What the gate of a descent is given for what it keeps: <see cref="EffectiveGateScale"/>, or, with weight decay, artanh((1 − ηλ) tanh G), so that it leaves 1 − ηλ of
    /// what a gate leaves.
    /// </summary>
    /// <remarks>Source: C41.</remarks>
    public double RetainingGateScale => Optimiser.WeightDecay * InnerLearningRate == 0
        ? EffectiveGateScale
        : Math.Atanh((1 - (InnerLearningRate * Optimiser.WeightDecay)) * Math.Tanh(EffectiveGateScale));

    /// <summary>The configuration of a block's modules, whose η is the block's own.</summary>
    /// <param name="layer">The block, from 0.</param>
    /// <remarks>Source: C43.</remarks>
    public TintConfiguration OfLayer(int layer) => Optimiser.LayerRates is not { } rates
        ? this
        : this with { InnerLearningRate = InnerLearningRate * rates[layer], Optimiser = Optimiser with { LayerRates = null } };

    /// <summary>tanh(50) rounds to 1: 1 − tanh(50) ≈ 7e-44, far below half a unit in the last place of 1.</summary>
    private const double SaturatedGateScale = 50;

    /// <summary>
    /// A TinT for an auxiliary model, with every layer trained and everything else as it is by default. K is the published one where the width and
    /// head count are those of a published shape, and else the largest that is admissible, which makes the narrowest TinT; D_sim follows from
    /// it, and H_sim is the smallest that is admissible, as in every published shape.
    /// </summary>
    /// <param name="auxiliary">The auxiliary model.</param>
    /// <param name="prefixCount">K, to choose another.</param>
    /// <exception cref="RuleViolationException">The auxiliary model breaks a rule, is too narrow for any K, or does not admit the K that was asked for.</exception>
    public static TintConfiguration For(AuxiliaryConfiguration auxiliary, int? prefixCount = null)
    {
        ArgumentNullException.ThrowIfNull(auxiliary);
        auxiliary.Check();
        var width = auxiliary.HiddenSize;
        AdmissibleShapes.CheckWidth(width);
        var prefixes = prefixCount ?? PublishedShapes.PrefixCount(auxiliary) ?? AdmissibleShapes.PrefixCounts(width).Last();
        AdmissibleShapes.CheckPrefixCount(width, Require.AtLeast(prefixes, 1, "PrefixCount"));
        var hiddenSize = AdmissibleShapes.HiddenSize(width, prefixes);
        return new TintConfiguration
        {
            Auxiliary = auxiliary,
            HiddenSize = hiddenSize,
            PrefixCount = prefixes,
            HeadCount = AdmissibleShapes.HeadCounts(width, auxiliary.HeadCount, hiddenSize).First(),
            TrainedLayers = auxiliary.LayerCount,
        };
    }

    /// <summary>The shape, the descent and the switches, in one line each.</summary>
    public override string ToString()
    {
        string[] options =
        [
            .. BackpropagateThroughAttention ? Array.Empty<string>() : ["gradient skips attention"],
            .. LayerNormBiasOnly ? Array.Empty<string>() : ["LayerNorm weights trained"],
            .. RestrictPrefixes ? Array.Empty<string>() : ["tokens see tokens"],
            .. ShareBlocks ? Array.Empty<string>() : ["blocks not shared"],
            .. UseSoftmax ? [FormattableString.Invariant($"softmax attention alone at {TwinScale}")] : Array.Empty<string>(),
            .. Optimiser.IsPlain ? Array.Empty<string>() : [$"{Optimiser}"],
        ];
        return string.Join(
            Environment.NewLine,
            FormattableString.Invariant($"TinT: width {HiddenSize}, heads: {HeadCount}, prefixes: {PrefixCount} of {RowsPerPrefix} rows"),
            $"  for {Auxiliary}",
            FormattableString.Invariant(
                $"  SGD steps: {SgdSteps} at {InnerLearningRate} on {Loss}, layers trained: {TrainedLayers}{string.Concat(options.Select(option => $", {option}"))}"),
            FormattableString.Invariant($"  gate scale {EffectiveGateScale}, {(Stencil == Stencil.Forward ? string.Empty : $"{Stencil} ")}finite differences at {FiniteDifferenceScale}, departures: {Departures}"));
    }
}
