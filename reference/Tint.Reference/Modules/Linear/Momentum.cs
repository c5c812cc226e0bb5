using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.Linear;

/// <summary>
/// Momentum: prefixes that a descent has left get μ(W − W⁻) more, W what they held before it and W⁻ what they held before the last one.
/// </summary>
/// <remarks>
/// What is left of earlier steps is the way that the weights went in the last one, so that no velocity is kept: W⁻ rides in one more load of the same K prefixes, n rows and a bias
/// each as W does. Two residual connections and a gate make it, W′ + tanh(artanh μ)(W − W⁻), and no attention. In the first step W⁻ is W.
/// Source: C42.
/// </remarks>
public sealed class Momentum
{
    private readonly Gate _gate;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">Gives μ.</param>
    public Momentum(TintConfiguration configuration)
    {
        AdmissibleShapes.Check(configuration);
        _gate = Gate.AdmitToPrefixes(configuration);
    }

    /// <summary>Runs the module over a load of prefixes, [K × D_sim]: W′ + μ(W − W⁻).</summary>
    /// <param name="descended">W′, as the descent left them.</param>
    /// <param name="before">W, before this descent.</param>
    /// <param name="previous">W⁻, before the last one; W itself in the first.</param>
    /// <param name="arithmetic">The arithmetic.</param>
    public Slots Run(Slots descended, Slots before, Slots previous, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(descended);
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(previous);
        ArgumentNullException.ThrowIfNull(arithmetic);
        var way = before.Zip(previous, (now, then) => arithmetic.Add(now, arithmetic.Scale(then, TrackedScalar.Exact(-1))));
        var none = Slots.Zero(0, descended.Width, descended.Count);
        var admitted = _gate.Apply(new(descended, none), new(way, none), arithmetic).Prefixes;
        return descended.Zip(admitted, arithmetic.Add);
    }

    /// <summary>The weights as a transformer holds them.</summary>
    public IEnumerable<WeightTensor> Tensors() => _gate.Tensors("gates");
}
