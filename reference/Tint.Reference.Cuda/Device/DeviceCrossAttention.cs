using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Device;

/// <summary><see cref="SimulatedCrossAttention"/> on a device: queries of one sequence, keys and values of another.</summary>
internal static class DeviceCrossAttention
{
    /// <summary>Row j: ρ Σ_i a_{j,i} v_i over all tokens i of the other sequence, [T × D_aux], and what the backward pass needs: its input is the other sequence's.</summary>
    public static (DeviceMatrix Output, DeviceAttentionMemory Memory) Forward(
        DeviceAlgebra algebra,
        TintConfiguration configuration,
        DeviceLinearLayer query,
        DeviceLinearLayer key,
        DeviceLinearLayer value,
        DeviceMatrix x,
        DeviceMatrix other,
        DeviceTokens others,
        AttentionForm? form = null)
    {
        var (output, memory) = DeviceAttention.Attend(
            algebra, configuration, Heads(algebra, configuration, form), (query, key, value), x, other, others, iclMask: null);
        return (output, configuration.KeepsScorePath ? memory with { Asking = algebra.Scaled(x, SimulatedGate.Factor(configuration)) } : memory);
    }

    /// <summary>∂e, [S × D_aux], the value layer after the step, and its summed gradients; <paramref name="others"/> are all trained on.</summary>
    public static (DeviceMatrix OtherGradient, DeviceLinearLayer Updated, DeviceLinearLayer Gradient) BackwardDescent(
        DeviceAlgebra algebra,
        TintConfiguration configuration,
        DeviceLinearLayer value,
        DeviceMatrix gradient,
        DeviceAttentionMemory memory,
        DeviceTokens others,
        AttentionForm? form = null)
    {
        using var dispersed = Heads(algebra, configuration, form).Disperse(memory.Query, memory.Key, gradient, iclMask: null, others.Trained);
        algebra.Scale(dispersed, SimulatedGate.Factor(configuration));
        return DeviceAttention.GatedDescent(algebra, configuration, value, dispersed, memory, others);
    }

    private static DeviceHeads Heads(DeviceAlgebra algebra, TintConfiguration configuration, AttentionForm? form) =>
        DeviceAttention.Heads(algebra, configuration, form, isCrossing: true);
}
