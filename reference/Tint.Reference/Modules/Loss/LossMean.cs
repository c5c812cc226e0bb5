using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Modules.Gating;
using Tint.Reference.Modules.Linear;
using Tint.Reference.PrimeFields;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.Loss;

/// <summary>
/// Every token's loss gradient times 1/M, M = Σ_t m_{t+1}·gradient_mask_{t+1} the targets that count: the gradient of their mean in place of that of their sum.
/// </summary>
/// <remarks>
/// M is known when the transformer runs, not when its weights are written, and softmax is the layer that divides by a number of tokens. Every token asks the targets, which answer with a score of 0 and
/// a value of 0, and the first token, never a target, with a score of −c and a value of e^c: e^c·e^(−c)/(e^(−c) + M) = 1/(M + e^(−c)). With c = 37 that is 1/M to within e^(−37)/M &lt; 2⁻⁵³.
/// Values stand in slot 1, where a token of linear attention that sees itself alone reads them off its position (C29); there softmax attention leaves 1/M in every coordinate, and a product of signals
/// multiplies slot 0 by it. The mask of the targets is the mask of the softmax. Source: C44.
/// </remarks>
public sealed class LossMean
{
    /// <summary>c; a whole number, so that the score is exact.</summary>
    internal const double Distance = 37;

    /// <summary>e^c, what the first token answers.</summary>
    internal static double Answer => FieldLoops.Current?.Exponential(Distance) ?? Math.Exp(Distance);

    private static readonly AttentionForm Form = new() { IsCausal = false, ScoreScale = 1, Slopes = [-Distance] };

    private readonly AttentionWeights _values;
    private readonly AttentionWeights _counting;
    private readonly LinearAttention _valueLayer;
    private readonly SoftmaxAttention _countingLayer;
    private readonly SignalProduct _product;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape.</param>
    public LossMean(TintConfiguration configuration)
    {
        AdmissibleShapes.Check(configuration);
        (_values, _counting) = (Values(configuration), Counting(configuration));
        (_valueLayer, _countingLayer) = (new LinearAttention(_values), new SoftmaxAttention(_counting, configuration, Form));
        _product = new SignalProduct(configuration, (Target: 0, First: 0, Second: 1));
    }

    /// <summary>g/M, [T × D_aux]; exactly zero where null.</summary>
    /// <param name="gradient">g, as <see cref="LossGradient"/> leaves it in slot 0.</param>
    /// <param name="states">The hidden states that it stands in.</param>
    /// <param name="sequence">The masks.</param>
    /// <param name="arithmetic">The arithmetic.</param>
    /// <exception cref="RuleViolationException">No target counts.</exception>
    public Tracked? Run(Tracked? gradient, HiddenStates states, TokenSequence sequence, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(sequence);
        ArgumentNullException.ThrowIfNull(arithmetic);
        _ = sequence.CountedTargets;
        var empty = states.Tokens.Select(static (_, _) => null);
        var answers = _valueLayer.Apply(states with { Tokens = empty }, new Visibility.Itself(), atPrefixes: false, arithmetic).Tokens;

        // What e^c lost when it was written down, and what the first token itself counts for.
        var share = arithmetic.Scale(
            _countingLayer.Forward(answers, Mask(sequence), arithmetic)[1], new TrackedScalar(1, 2 * arithmetic.UnitRoundoff));
        return _product.Run(states with { Tokens = empty.With(0, gradient).With(1, share) }, arithmetic).Tokens[0];
    }

    /// <summary>1/M as a factor; among residues the share that stands for it, of which it is the value for c → ∞.</summary>
    internal static double Share(TokenSequence sequence) => FieldLoops.Current?.Share(Distance, sequence.CountedTargets) ?? 1.0 / sequence.CountedTargets;

    /// <summary>The weights as a transformer holds them.</summary>
    public IEnumerable<WeightTensor> Tensors() => [.. _values.Tensors("value_attnt"), .. _counting.Tensors("count_attnt"), .. _product.Tensors("product_attnt")];

    /// <summary>Every token sees the first one and the targets that count.</summary>
    private static Matrix<double> Mask(TokenSequence sequence) => Matrix<double>.Build.Dense(
        sequence.Length, sequence.Length, (_, target) => target == 0 || sequence.CountsAsTarget(target) ? 1 : 0);

    /// <summary>Heads one coordinate wide: query and key 1 at every token, value e^c at the first, in slot 1.</summary>
    private static AttentionWeights Values(TintConfiguration configuration)
    {
        var width = configuration.Auxiliary.HiddenSize;
        PositionMap Positions() => new PositionMap(1, configuration.Auxiliary.MaximumPositions, configuration.PrefixCount).ForHeads(width, width);
        Projection Read(PositionMap position) => new(LinearHeads.Mixing(configuration), LinearHeads.PerHead(configuration), position);
        return new AttentionWeights
        {
            HeadCount = configuration.HiddenSize,
            HeadSize = 1,
            Query = Read(Positions().PointTokensAtFirstPrefix()),
            Key = Read(Positions().PointTokensAtFirstPrefix()),
            Value = Read(Positions().PlaceTokens(0, static token => token == 0 ? Answer : 0)),
            Output = LinearHeads.IdentityMixing(configuration),
        };
    }

    /// <summary>The heads of slot 1: query 1 at every token, key −c at the first, values as they lie.</summary>
    private static AttentionWeights Counting(TintConfiguration configuration)
    {
        int heads = configuration.HeadCount, size = configuration.HeadSize, perSlot = configuration.Auxiliary.HiddenSize / size;
        PositionMap Positions() => new(size, configuration.Auxiliary.MaximumPositions, configuration.PrefixCount);
        Projection Read(PositionMap position) => new(new HeadMixing(heads, size), new PerHeadLinear(heads, size), position.ForHeads(perSlot, perSlot));
        var kept = new HeadMixing(heads, size);
        kept.CopyHeads(perSlot, perSlot, perSlot);
        return new AttentionWeights
        {
            HeadCount = heads,
            HeadSize = size,
            Query = Read(Positions().PlaceTokens(0, static _ => 1)),
            Key = Read(Positions().PlaceTokens(0, static token => token == 0 ? -Distance : 0)),
            Value = new Projection(kept, PerHeadLinear.Identity(heads, size), Positions()),
            Output = HeadMixing.Identity(heads, size),
        };
    }
}
