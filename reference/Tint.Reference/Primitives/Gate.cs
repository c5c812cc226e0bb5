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
/// kept rows come out scaled by ρ, not 1: departure V3.
/// Source: C18, V3.
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

    /// <summary>Keeps prefixes and adds to them, replaces tokens: the descent modules.</summary>
    public static Gate AddToPrefixes(TintConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var scale = configuration.EffectiveGateScale;
        return new Gate(configuration) { OldPrefixWeight = scale, NewBias = scale };
    }

    /// <summary>Applies the gate, slot by slot.</summary>
    public HiddenStates Apply(HiddenStates old, HiddenStates @new, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(@new);
        ArgumentNullException.ThrowIfNull(arithmetic);
        var (oldToken, newToken) = (Tanh(OldBias, arithmetic), Tanh(NewBias, arithmetic));
        var (oldPrefix, newPrefix) = (Tanh(OldBias + OldPrefixWeight, arithmetic), Tanh(NewBias + NewPrefixWeight, arithmetic));
        return old with
        {
            Prefixes = Combine(old.Prefixes, oldPrefix, @new.Prefixes, newPrefix, arithmetic),
            Tokens = Combine(old.Tokens, oldToken, @new.Tokens, newToken, arithmetic),
        };
    }

    /// <summary>The weights as a transformer holds them, named <c>{name}.old_v.weight</c> [T_max + K × 1] and so on.</summary>
    public IEnumerable<WeightTensor> Tensors(string name) =>
    [
        .. Tensors($"{name}.old_v", OldPrefixWeight, OldBias), .. Tensors($"{name}.new_v", NewPrefixWeight, NewBias),
    ];

    /// <summary>tanh x; exact where it is 0 or rounds to ±1 with 1 − |tanh x| below e⁻⁷⁰, else within two units of roundoff.</summary>
    internal static TrackedScalar Tanh(double x, Arithmetic arithmetic)
    {
        var value = Elementwise.Tanh(x);
        return new TrackedScalar(value, x == 0 || Math.Abs(x) > 35 ? 0 : 2 * arithmetic.UnitRoundoff * Math.Abs(value));
    }

    private static Slots Combine(Slots old, TrackedScalar oldGate, Slots @new, TrackedScalar newGate, Arithmetic arithmetic) =>
        old.Zip(@new, (kept, added) => arithmetic.Add(arithmetic.Scale(kept, oldGate), arithmetic.Scale(added, newGate)));

    private IEnumerable<WeightTensor> Tensors(string name, double prefixWeight, double bias)
    {
        int[] shape = [_configuration.PositionCount, 1];
        return
        [
            new WeightTensor($"{name}.weight", shape, () =>
            {
                // Twins, which follow behind all positions, are gated as their positions are.
                var weights = new double[shape[0]];
                for (var first = _configuration.Auxiliary.MaximumPositions; first < weights.Length; first += _configuration.Auxiliary.MaximumPositions + _configuration.PrefixCount)
                {
                    Array.Fill(weights, prefixWeight, first, _configuration.PrefixCount);
                }

                return new Tensor(shape, weights);
            }),
            new WeightTensor($"{name}.bias", [1], () => new Tensor([1], [bias])),
        ];
    }
}
