using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Device;

/// <summary><see cref="SimulatedAttention"/> on a device, all heads at once.</summary>
internal static class DeviceAttention
{
    /// <summary>Row j: ρ Σ_{i ≤ j} a_{j,i} v_i, [T × D_aux], and what the backward pass needs.</summary>
    public static (DeviceMatrix Output, DeviceAttentionMemory Memory) Forward(
        DeviceAlgebra algebra,
        TintConfiguration configuration,
        DeviceLinearLayer query,
        DeviceLinearLayer key,
        DeviceLinearLayer value,
        DeviceMatrix x,
        DeviceTokens tokens,
        AttentionForm? form = null)
    {
        var rho = SimulatedGate.Factor(configuration);
        var q = DeviceLinear.Output(algebra, configuration, query, x);
        var k = DeviceLinear.Output(algebra, configuration, key, x);
        using var v = DeviceLinear.Output(algebra, configuration, value, x);
        var attended = Heads(algebra, configuration, form).Attend(q, k, v, tokens.IclMask, tokens.Trained);
        algebra.Scale(attended, rho);
        algebra.Scale(q, rho);
        algebra.Scale(k, rho);
        return (attended, new DeviceAttentionMemory(q, k, algebra.Scaled(x, rho)));
    }

    /// <summary>Row i: ∂v_i = ρ Σ_j a′_{j,i} g_j over j with i = j or m_j = 1, [T × D_aux].</summary>
    public static DeviceMatrix Backward(
        DeviceAlgebra algebra,
        TintConfiguration configuration,
        DeviceMatrix gradient,
        DeviceAttentionMemory memory,
        DeviceTokens tokens,
        AttentionForm? form = null)
    {
        var dispersed = Heads(algebra, configuration, form).Disperse(memory.Query, memory.Key, gradient, tokens.IclMask, tokens.Trained);
        algebra.Scale(dispersed, SimulatedGate.Factor(configuration));
        return dispersed;
    }

    /// <summary>Backward and descent together: ∂x, the value layer after the step, and its summed gradients.</summary>
    public static (DeviceMatrix InputGradient, DeviceLinearLayer Updated, DeviceLinearLayer Gradient) BackwardDescent(
        DeviceAlgebra algebra,
        TintConfiguration configuration,
        DeviceLinearLayer value,
        DeviceMatrix gradient,
        DeviceAttentionMemory memory,
        DeviceTokens tokens,
        AttentionForm? form = null)
    {
        form?.CheckSkipping(configuration);
        if (!configuration.BackpropagateThroughAttention)
        {
            return Descend(algebra, configuration, value, gradient, memory.Input, tokens);
        }

        var rho = SimulatedGate.Factor(configuration);
        using var dispersed = Backward(algebra, configuration, gradient, memory, tokens, form);
        using var gated = new DeviceLinearLayer(algebra.Scaled(value.Weight, rho), algebra.Scaled(value.Bias, rho));
        using var input = algebra.Scaled(memory.Input, rho);
        return Descend(algebra, configuration, gated, dispersed, input, tokens);
    }

    private static (DeviceMatrix InputGradient, DeviceLinearLayer Updated, DeviceLinearLayer Gradient) Descend(
        DeviceAlgebra algebra,
        TintConfiguration configuration,
        DeviceLinearLayer value,
        DeviceMatrix gradient,
        DeviceMatrix input,
        DeviceTokens tokens)
    {
        var (updated, step) = DeviceLinear.Descent(algebra, configuration, value, gradient, input, tokens, biasCopies: 1);
        return (DeviceLinear.Backward(algebra, configuration, value.Weight, gradient), updated, step);
    }

    private static DeviceHeads Heads(DeviceAlgebra algebra, TintConfiguration configuration, AttentionForm? form)
    {
        form?.Check(configuration.Auxiliary);
        return new DeviceHeads(algebra, configuration.Auxiliary, form ?? AttentionForm.Published);
    }
}
