using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.SelfAttention;

/// <summary>AttentionBackward, then the value layer's backward and descent: tokens hold W_Vᵀ g_v, prefixes the updated value layer.</summary>
/// <remarks>Source: C11, C12.</remarks>
public sealed class AttentionBackwardDescent
{
    private readonly AttentionBackward _backward;
    private readonly bool _runsBackward;
    private readonly LinearDescentBackward _value;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape; without backpropagation through attention g goes to the value layer as it is.</param>
    /// <param name="memorySlot">The first of the three slots that hold Qx, Kx and x.</param>
    /// <param name="form">What the attention is; null for the published one.</param>
    /// <param name="value">How the value layer descends; null for weights and bias with the configured η.</param>
    /// <exception cref="RuleViolationException">A rule is broken; gradients cannot skip attention whose heads share values.</exception>
    public AttentionBackwardDescent(TintConfiguration configuration, int memorySlot, AttentionForm? form = null, DescentOptions? value = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        form?.CheckSkipping(configuration);
        _backward = new AttentionBackward(configuration, memorySlot, form);
        _runsBackward = configuration.BackpropagateThroughAttention;
        _value = new LinearDescentBackward(configuration, memorySlot + 2, value);
    }

    /// <summary>Runs the modules; parameters as in <see cref="AttentionBackward.Run"/>, with the value layer in the prefixes.</summary>
    public HiddenStates Run(HiddenStates states, IReadOnlyList<double> trainMask, Matrix<double>? iclMask, Arithmetic arithmetic) =>
        _value.Run(_runsBackward ? _backward.Run(states, trainMask, iclMask, arithmetic) : states, trainMask, arithmetic);

    /// <summary>The weights as a transformer holds them; the attention's are there even where it is not run.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
        [.. _backward.Tensors().Select(tensor => tensor.In("attention_back")), .. _value.Tensors().Select(tensor => tensor.In("linearback_descent"))];
}
