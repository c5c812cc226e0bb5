using Tint.Reference.Configuration;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.LayerNorm;

/// <summary>
/// LayerNormDescent: β −= η Σ m g and, unless only biases are trained, diag γ −= η Σ m g x̂ᵀ: a <see cref="LinearDescent"/> with x̂ in memory.
/// </summary>
/// <remarks>
/// The full outer product is subtracted, so γ stops being diagonal (departure V5); with that departure off only its diagonal is.
/// Source: C9, V5.
/// </remarks>
public sealed class LayerNormDescent
{
    private readonly LinearDescent _linear;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape and options.</param>
    /// <param name="memorySlot">The slot that holds x̂.</param>
    public LayerNormDescent(TintConfiguration configuration, int memorySlot)
        : this(configuration, memorySlot, hasBias: true)
    {
    }

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape and options.</param>
    /// <param name="memorySlot">The slot that holds x̂.</param>
    /// <param name="hasBias">Whether the layer has β; where it has none, none comes to be.</param>
    public LayerNormDescent(TintConfiguration configuration, int memorySlot, bool hasBias)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _linear = new LinearDescent(configuration, memorySlot, new DescentOptions
        {
            BiasOnly = configuration.LayerNormBiasOnly,
            BiasRateFactor = hasBias ? 1 : 0,
            DiagonalOnly = !configuration.Departures.DenseLayerNormDescent,
        });
    }

    /// <summary>Runs the module: prefixes hold the updated γ and β.</summary>
    public HiddenStates Run(HiddenStates states, IReadOnlyList<double> trainMask, Arithmetic arithmetic) =>
        _linear.Run(states, trainMask, arithmetic);

    /// <summary>The weights as a transformer holds them, under the names of the fixtures.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
        _linear.Tensors().Select(tensor => tensor.In("linear"));
}
