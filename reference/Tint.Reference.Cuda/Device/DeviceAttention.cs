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
        return Attend(algebra, configuration, Heads(algebra, configuration, form), (query, key, value), x, x, tokens, tokens.IclMask);
    }

    /// <summary>Attention of queries of x over keys and values of another sequence or of x itself; the memory's input is what keys and values are of.</summary>
    public static (DeviceMatrix Output, DeviceAttentionMemory Memory) Attend(
        DeviceAlgebra algebra,
        TintConfiguration configuration,
        DeviceHeads heads,
        (DeviceLinearLayer Query, DeviceLinearLayer Key, DeviceLinearLayer Value) layers,
        DeviceMatrix x,
        DeviceMatrix other,
        DeviceTokens tokens,
        DeviceMatrix? iclMask)
    {
        var rho = SimulatedGate.Factor(configuration);
        var q = DeviceLinear.Output(algebra, configuration, layers.Query, x);
        var k = DeviceLinear.Output(algebra, configuration, layers.Key, other);
        using var v = DeviceLinear.Output(algebra, configuration, layers.Value, other);
        var attended = heads.Attend(q, k, v, iclMask, tokens.Trained);
        algebra.Scale(attended, rho);
        algebra.Scale(q, rho);
        algebra.Scale(k, rho);
        return (attended, new DeviceAttentionMemory(q, k, algebra.Scaled(other, rho)));
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

        using var dispersed = Backward(algebra, configuration, gradient, memory, tokens, form);
        return GatedDescent(algebra, configuration, value, dispersed, memory, tokens);
    }

    /// <summary>The gradients at queries and keys through the scores, as of <see cref="SimulatedAttention.ScoreBackward"/>, [T × D_aux] and [S × heads·d].</summary>
    public static (DeviceMatrix Query, DeviceMatrix Key) ScoreBackward(
        DeviceAlgebra algebra,
        TintConfiguration configuration,
        DeviceLinearLayer value,
        DeviceMatrix gradient,
        DeviceAttentionMemory memory,
        DeviceTokens tokens,
        DeviceMatrix? iclMask,
        AttentionForm? form = null,
        bool isCrossing = false)
    {
        using var v = DeviceLinear.Output(algebra, configuration, value, memory.Input);
        var (atQueries, atKeys) = Heads(algebra, configuration, form, isCrossing).Differentiate(
            memory.Query, memory.Key, v, gradient, iclMask, tokens.Trained, configuration.FiniteDifferenceScale, configuration.Stencil);
        var rho = SimulatedGate.Factor(configuration);
        algebra.Scale(atQueries, rho);
        algebra.Scale(atKeys, rho);
        return (atQueries, atKeys);
    }

    /// <summary>The value layer's backward and descent behind attention's gate, which scales weights and memory as well.</summary>
    public static (DeviceMatrix InputGradient, DeviceLinearLayer Updated, DeviceLinearLayer Gradient) GatedDescent(
        DeviceAlgebra algebra,
        TintConfiguration configuration,
        DeviceLinearLayer value,
        DeviceMatrix dispersed,
        DeviceAttentionMemory memory,
        DeviceTokens tokens)
    {
        var rho = SimulatedGate.Factor(configuration);
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

    /// <summary>The heads of a form, over the tokens themselves or over those of another sequence.</summary>
    public static DeviceHeads Heads(DeviceAlgebra algebra, TintConfiguration configuration, AttentionForm? form, bool isCrossing = false)
    {
        form?.Check(configuration.Auxiliary);
        return new DeviceHeads(algebra, configuration.Auxiliary, form ?? AttentionForm.Published, isCrossing);
    }
}
