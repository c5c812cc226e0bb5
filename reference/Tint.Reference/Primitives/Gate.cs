using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Primitives;

/// <summary>
/// out = tanh(a·p + a₀)·old + tanh(b·p + b₀)·new, with p the position one-hot: a gate that keeps or replaces a position by what it is,
/// prefix or token, and never by what it holds.
/// </summary>
/// <remarks>
/// Weights of ±G on the prefix positions and a bias of G or 0 give each of the two kinds of positions one of tanh(0) = 0 and tanh(G) = ρ. The
/// kept rows come out scaled by ρ, not 1: departure V3. Weight decay and momentum are weights of artanh of a share.
/// Source: C18, C41, C42, V3.
/// </remarks>
public sealed class Gate
{
    private readonly TintConfiguration _configuration;

    private Gate(TintConfiguration configuration)
    {
        _configuration = configuration;
    }

    /// <summary>a on every prefix position; it is 0 on token positions.</summary>
    public double OldPrefixWeight { get; private init; }

    /// <summary>a on the slots of prefixes that hold rows of weights, where it differs from <see cref="OldPrefixWeight"/> on the slot of the bias; else null.</summary>
    public double? OldRowWeight { get; private init; }

    /// <summary>a₀.</summary>
    public double OldBias { get; private init; }

    /// <summary>b on every prefix position; it is 0 on token positions.</summary>
    public double NewPrefixWeight { get; private init; }

    /// <summary>b₀.</summary>
    public double NewBias { get; private init; }

    /// <summary>Keeps prefixes, replaces tokens: the forward and backward modules.</summary>
    public static Gate ReplaceTokens(TintConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var scale = configuration.EffectiveGateScale;
        return new Gate(configuration) { OldPrefixWeight = scale, NewPrefixWeight = -scale, NewBias = scale };
    }

    /// <summary>Keeps prefixes and tokens, adds to tokens: a backward module that retains the output gradient.</summary>
    public static Gate AddToTokens(TintConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var scale = configuration.EffectiveGateScale;
        return new Gate(configuration) { OldBias = scale, NewPrefixWeight = -scale, NewBias = scale };
    }

    /// <summary>Keeps prefixes, less what weight decay takes, and adds to them, replaces tokens: the descent modules.</summary>
    public static Gate AddToPrefixes(TintConfiguration configuration) => AddToPrefixes(configuration, biasOnly: false);

    /// <summary>The same, for a descent that may change the bias alone.</summary>
    /// <param name="configuration">The gate scale and the optimiser.</param>
    /// <param name="biasOnly">Whether the bias alone is changed, so that weight decay takes nothing of the rows: then every slot has a gate of its own.</param>
    public static Gate AddToPrefixes(TintConfiguration configuration, bool biasOnly)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var scale = configuration.EffectiveGateScale;
        return new Gate(configuration)
        {
            OldPrefixWeight = configuration.RetainingGateScale,
            OldRowWeight = biasOnly && configuration.RetainingGateScale != scale ? scale : null,
            NewBias = scale,
        };
    }

    /// <summary>Lets a share of what is new into the prefixes, and nothing of what is old or of tokens: the gate of momentum.</summary>
    /// <param name="configuration">Gives μ.</param>
    public static Gate AdmitToPrefixes(TintConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return new Gate(configuration) { NewPrefixWeight = Math.Atanh(configuration.Optimiser.Momentum) };
    }

    /// <summary>Applies the gate, slot by slot.</summary>
    public HiddenStates Apply(HiddenStates old, HiddenStates @new, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(@new);
        ArgumentNullException.ThrowIfNull(arithmetic);
        var (oldToken, newToken) = (Tanh(OldBias, arithmetic), Tanh(NewBias, arithmetic));
        var (oldPrefix, newPrefix) = (Tanh(OldBias + OldPrefixWeight, arithmetic), Tanh(NewBias + NewPrefixWeight, arithmetic));
        var kept = OldRowWeight is { } rows ? OfRows(old.Prefixes, Tanh(OldBias + rows, arithmetic), oldPrefix, arithmetic) : Scaled(old.Prefixes, oldPrefix, arithmetic);
        return old with
        {
            Prefixes = Combine(kept, @new.Prefixes, newPrefix, arithmetic),
            Tokens = Combine(Scaled(old.Tokens, oldToken, arithmetic), @new.Tokens, newToken, arithmetic),
        };
    }

    /// <summary>The weights as a transformer holds them, named <c>{name}.old_v.weight</c> [T_max + K × 1] and so on.</summary>
    public IEnumerable<WeightTensor> Tensors(string name) =>
    [
        .. Tensors($"{name}.old_v", OldPrefixWeight, OldBias, OldRowWeight), .. Tensors($"{name}.new_v", NewPrefixWeight, NewBias),
    ];

    /// <summary>tanh x; exact where it is 0 or rounds to ±1 with 1 − |tanh x| below e⁻⁷⁰, else within two units of roundoff.</summary>
    internal static TrackedScalar Tanh(double x, Arithmetic arithmetic)
    {
        var value = Elementwise.Tanh(x);
        return new TrackedScalar(value, x == 0 || Math.Abs(x) > 35 ? 0 : 2 * arithmetic.UnitRoundoff * Math.Abs(value));
    }

    private static Slots Combine(Slots kept, Slots @new, TrackedScalar newGate, Arithmetic arithmetic) =>
        kept.Zip(@new, (old, added) => arithmetic.Add(old, arithmetic.Scale(added, newGate)));

    private static Slots Scaled(Slots old, TrackedScalar gate, Arithmetic arithmetic) => old.Select((kept, _) => arithmetic.Scale(kept, gate));

    private static Slots OfRows(Slots old, TrackedScalar rows, TrackedScalar bias, Arithmetic arithmetic) =>
        old.Select((kept, slot) => arithmetic.Scale(kept, slot < old.Count - 1 ? rows : bias));

    /// <summary>One gate for a position or, where the slots of a prefix differ, one for each of its slots.</summary>
    private IEnumerable<WeightTensor> Tensors(string name, double prefixWeight, double bias, double? rowWeight = null)
    {
        int[] shape = [_configuration.PositionCount, rowWeight is null ? 1 : _configuration.RowsPerPrefix + 1];
        return
        [
            new WeightTensor($"{name}.weight", shape, () =>
            {
                // Twins, which follow behind all positions, are gated as their positions are.
                var (weights, columns, positions) = (new double[shape[0] * shape[1]], shape[1], _configuration.Auxiliary.MaximumPositions + _configuration.PrefixCount);
                for (var i = 0; i < weights.Length; i++)
                {
                    var weight = (i + 1) % columns == 0 ? prefixWeight : rowWeight ?? prefixWeight;
                    weights[i] = i / columns % positions < _configuration.Auxiliary.MaximumPositions ? 0 : weight;
                }

                return new Tensor(shape, weights);
            }),
            new WeightTensor($"{name}.bias", [shape[1]], () => new Tensor([shape[1]], [.. Enumerable.Repeat(bias, shape[1])])),
        ];
    }
}
