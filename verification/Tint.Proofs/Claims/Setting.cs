using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Proofs.Claims;

/// <summary>A shape, switches and constants that claims are made for.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Configuration">The TinT.</param>
/// <param name="TrainMask">m, [T].</param>
/// <param name="IclMask">The pairs that may attend, [T × T]; null for all. With it goes a gradient mask that is 0 at token 2.</param>
/// <param name="SecondMask">m of a second sequence of the batch; null for a batch of one.</param>
internal sealed record Setting(
    string Name, TintConfiguration Configuration, IReadOnlyList<double> TrainMask, Matrix<double>? IclMask = null, IReadOnlyList<double>? SecondMask = null)
{
    /// <summary>eps: a multiple of 2⁻¹⁵.</summary>
    private const double Epsilon = 1.0 / 1024;

    /// <summary>T.</summary>
    public int Tokens => TrainMask.Count;

    /// <summary>The settings of modules: gates that leak and gates of 1, every switch both ways, K = 1, 2 and 4, n = 3 and 4, one and several heads.</summary>
    public static IReadOnlyList<Setting> OfModules { get; } =
    [
        new("published switches", Of(width: 8, heads: 2, prefixes: 2, rho: 0.75, n: 4, eta: 0.625), [1, 0, 1]),
        new(
            "other switches",
            Of(width: 12, heads: 3, prefixes: 4, rho: 0.5, n: 0.5, eta: -0.375, activation: ActivationKind.Silu) with { RestrictPrefixes = false, LayerNormBiasOnly = false, BackpropagateThroughAttention = false },
            [1, 0, 1, 1],
            Matrix<double>.Build.DenseOfArray(new double[,] { { 1, 1, 0, 0 }, { 0, 1, 0, 0 }, { 1, 0, 1, 0 }, { 0, 1, 1, 1 } })),
        new(
            "the paper's",
            Of(width: 4, heads: 4, prefixes: 1, rho: 0.25, n: 2, eta: 0.125, activation: ActivationKind.Gelu) with { Departures = Departures.Paper, LayerNormBiasOnly = false, Loss = LossKind.Quad },
            [1, 1, 0]),
        new(
            "central differences",
            Of(width: 6, heads: 6, prefixes: 2, rho: 0.75, n: 2, eta: 0.25) with { Stencil = Stencil.Central, Loss = LossKind.MeanEmbedding },
            [1, 0, 1]),
        new(
            "weight decay, mean",
            Of(width: 8, heads: 2, prefixes: 2, rho: 0.5, n: 4, eta: 0.25) with { Optimiser = new() { WeightDecay = 2, MeanOverTargets = true } },
            [1, 1, 1, 1]),
        new(
            "softmax alone",
            Of(width: 8, heads: 2, prefixes: 2, rho: 0.75, n: 4, eta: 0.625) with { UseSoftmax = true, TwinScale = 4, LayerNormBiasOnly = false },
            [1, 0, 1]),
    ];

    /// <summary>More tokens than a block of them that the closed form of the loss takes at once.</summary>
    public static Setting OfLongLoss { get; } = new(
        "260 tokens", Of(width: 4, heads: 1, prefixes: 1, rho: 0.75, n: 4, eta: 0.625, positions: 260) with { Loss = LossKind.Quad }, [.. Enumerable.Repeat(1.0, 260)]);

    /// <summary>The settings of whole models: both families, every loss, one and two steps, all and some layers trained, one and two sequences.</summary>
    public static IReadOnlyList<Setting> OfModels { get; } =
    [
        new("GPT-2, published switches", Of(width: 4, heads: 1, prefixes: 1, rho: 0.75, n: 4, eta: 0.625, layers: 2), [1, 1, 0]),
        new(
            "OPT, two steps on the top block",
            Of(width: 4, heads: 1, prefixes: 1, rho: 0.5, n: 2, eta: 0.25, layers: 2, chunks: 1, family: AuxiliaryFamily.Opt, activation: ActivationKind.Relu) with
            {
                ShareBlocks = false,
                SgdSteps = 2, TrainedLayers = 1, Loss = LossKind.Quad, LayerNormBiasOnly = false, RestrictPrefixes = false,
            },
            [1, 0, 1]),
        new(
            "GPT-2, the paper's, four chunks",
            Of(width: 4, heads: 4, prefixes: 1, rho: 0.25, n: 4, eta: 0.375, layers: 1, chunks: 4) with
            {
                Departures = Departures.Paper, Loss = LossKind.MeanEmbedding, LayerNormBiasOnly = false,
            },
            [1, 1, 1],
            Matrix<double>.Build.DenseOfArray(new double[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 1, 0, 1 } }),
            SecondMask: [0, 1, 1]),
        new Setting(
            "GPT-2, no departure",
            Of(width: 4, heads: 4, prefixes: 1, rho: 0.5, n: 2, eta: 0.375) with
            {
                Departures = Departures.Faithful, Stencil = Stencil.Central, LayerNormBiasOnly = false,
            },
            [1, 0, 1]).WithScorePath,
        new(
            "GPT-2, momentum, decay and rates by layer",
            Of(width: 4, heads: 1, prefixes: 1, rho: 0.5, n: 2, eta: 0.25, layers: 2, chunks: 1, activation: ActivationKind.Relu) with
            {
                SgdSteps = 2, TrainedLayers = 1, Loss = LossKind.Quad, LayerNormBiasOnly = false,
                Optimiser = new() { WeightDecay = 2, Momentum = 0.5, LayerRates = [1, 3], MeanOverTargets = true },
            },
            [1, 1],
            SecondMask: [1, 1]),
    ];

    /// <summary>The same with attention's score path kept, and heads as wide as they can be, since that needs room.</summary>
    public Setting WithScorePath => this with
    {
        Configuration = Configuration with
        {
            Departures = Configuration.Departures with { ScorePathDropped = false },
            BackpropagateThroughAttention = true,
            HeadCount = AdmissibleShapes.HeadCounts(
                Configuration.Auxiliary.HiddenSize, Configuration.Auxiliary.HeadCount, Configuration.HiddenSize).First(),
        },
    };

    /// <summary>Shape, switches and constants, in one line.</summary>
    public string About
    {
        get
        {
            var (tint, auxiliary) = (Configuration, Configuration.Auxiliary);
            string[] switches =
            [
                .. tint.RestrictPrefixes ? Array.Empty<string>() : ["tokens see tokens"],
                .. tint.LayerNormBiasOnly ? Array.Empty<string>() : ["γ trained"],
                .. tint.BackpropagateThroughAttention ? Array.Empty<string>() : ["gradient skips attention"],
                .. tint.Stencil == Stencil.Forward ? Array.Empty<string>() : [$"{tint.Stencil} differences"],
                .. tint.ShareBlocks ? Array.Empty<string>() : ["blocks not shared"],
                .. tint.UseSoftmax ? [FormattableString.Invariant($"softmax alone, M {tint.TwinScale}")] : Array.Empty<string>(),
                .. tint.Optimiser.IsPlain ? Array.Empty<string>() : [$"{tint.Optimiser}"],
                .. IclMask is null ? Array.Empty<string>() : ["icl and gradient masks"],
                .. SecondMask is null ? Array.Empty<string>() : ["two sequences"],
                .. tint.Departures == Departures.Published ? Array.Empty<string>() : [$"{tint.Departures}"],
            ];
            var rho = Math.Round(4 * Math.Tanh(tint.EffectiveGateScale)) / 4;
            return FormattableString.Invariant(
                $"T {Tokens}, D {auxiliary.HiddenSize}, H {auxiliary.HeadCount}, K {tint.PrefixCount}, {auxiliary.Activation}; ρ {rho}, N {tint.FiniteDifferenceScale}, η {tint.InnerLearningRate}")
                + string.Concat(switches.Select(text => $", {text}"));
        }
    }

    /// <summary>A shape whose constants have residues: ρ in quarters, N a power of two, η in eighths, and heads of 1 or 4 coordinates, whose scale is 1 or ½.</summary>
    public static TintConfiguration Of(
        int width,
        int heads,
        int prefixes,
        double rho,
        double n,
        double eta,
        int layers = 1,
        int chunks = 2,
        int positions = 5,
        AuxiliaryFamily family = AuxiliaryFamily.Gpt2,
        ActivationKind activation = ActivationKind.GeluNew)
    {
        var size = (width / prefixes * width) + width;
        return new TintConfiguration
        {
            Auxiliary = new AuxiliaryConfiguration
            {
                Family = family,
                HiddenSize = width,
                HeadCount = heads,
                LayerCount = layers,
                VocabularySize = 4,
                MaximumPositions = positions,
                MlpChunkCount = chunks,
                Activation = activation,
                LayerNormEpsilon = Epsilon,
            },
            HiddenSize = size,
            PrefixCount = prefixes,
            HeadCount = AdmissibleShapes.HeadCounts(width, heads, size).Last(),
            TrainedLayers = layers,
            InnerLearningRate = eta,
            GateScale = Math.Atanh(rho),
            FiniteDifferenceScale = n,
        };
    }
}
