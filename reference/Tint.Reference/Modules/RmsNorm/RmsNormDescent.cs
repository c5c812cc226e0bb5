using Tint.Reference.Configuration;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.RmsNorm;

/// <summary>
/// RmsNormDescent: diag γ −= η Σ m g x̂ᵀ, a <see cref="LinearDescent"/> with x̂ in memory and a bias rate of 0: there is no bias, and none comes to be.
/// </summary>
/// <remarks>
/// As of a LayerNorm, the full outer product is subtracted where departure V5 is on and its diagonal alone where it is off, and where biases alone are
/// trained nothing changes.
/// Source: C28, V5.
/// </remarks>
public sealed class RmsNormDescent
{
    private readonly LinearDescent _linear;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape and options.</param>
    /// <param name="memorySlot">The slot that holds x̂.</param>
    public RmsNormDescent(TintConfiguration configuration, int memorySlot)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _linear = new LinearDescent(configuration, memorySlot, new DescentOptions
        {
            BiasOnly = configuration.LayerNormBiasOnly,
            BiasRateFactor = 0,
            DiagonalOnly = !configuration.Departures.DenseLayerNormDescent,
        });
    }

    /// <summary>Runs the module: prefixes hold the updated γ.</summary>
    public HiddenStates Run(HiddenStates states, IReadOnlyList<double> trainMask, Arithmetic arithmetic) =>
        _linear.Run(states, trainMask, arithmetic);

    /// <summary>The weights as a transformer holds them.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
        _linear.Tensors().Select(tensor => tensor.In("linear"));
}
