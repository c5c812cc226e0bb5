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
        var rho = SimulatedGate.Factor(configuration);
        var q = DeviceLinear.Output(algebra, configuration, query, x);
        var k = DeviceLinear.Output(algebra, configuration, key, other);
        using var v = DeviceLinear.Output(algebra, configuration, value, other);
        var attended = Heads(algebra, configuration, form).Attend(q, k, v, iclMask: null, others.Trained);
        algebra.Scale(attended, rho);
        algebra.Scale(q, rho);
        algebra.Scale(k, rho);
        return (attended, new DeviceAttentionMemory(q, k, algebra.Scaled(other, rho)));
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
        var rho = SimulatedGate.Factor(configuration);
        using var dispersed = Heads(algebra, configuration, form).Disperse(memory.Query, memory.Key, gradient, iclMask: null, others.Trained);
        algebra.Scale(dispersed, rho);
        using var gated = new DeviceLinearLayer(algebra.Scaled(value.Weight, rho), algebra.Scaled(value.Bias, rho));
        using var input = algebra.Scaled(memory.Input, rho);
        var (updated, step) = DeviceLinear.Descent(algebra, configuration, gated, dispersed, input, others, biasCopies: 1);
        return (DeviceLinear.Backward(algebra, configuration, gated.Weight, dispersed), updated, step);
    }

    private static DeviceHeads Heads(DeviceAlgebra algebra, TintConfiguration configuration, AttentionForm? form)
    {
        form?.Check(configuration.Auxiliary);
        return new DeviceHeads(algebra, configuration.Auxiliary, form ?? AttentionForm.Published, isCrossing: true);
    }
}
