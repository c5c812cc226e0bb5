using Tint.Reference.Configuration;
using Tint.Reference.Cuda.Kernels;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Device;

/// <summary><see cref="SimulatedAttention"/> on a device, all heads at once.</summary>
/// <remarks>
/// A head's columns of [T × D_aux] are a contiguous block [T × d], so that products of all heads are one call. Weights lie as [T × T·H], entry
/// (j, h·T + i) = a_{j,i} of head h, query j: neighbouring threads take neighbouring queries.
/// </remarks>
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
        DeviceTokens tokens)
    {
        var rho = SimulatedGate.Factor(configuration);
        var q = DeviceLinear.Output(algebra, configuration, query, x);
        var k = DeviceLinear.Output(algebra, configuration, key, x);
        using var v = DeviceLinear.Output(algebra, configuration, value, x);
        using var weights = Weights(algebra, configuration.Auxiliary, q, k, tokens, keepsTrainedOnly: false);
        var attended = algebra.Product(new DeviceOperand(weights, false), new DeviceOperand(v, false), configuration.Auxiliary.HeadCount);
        algebra.Scale(attended, rho);
        algebra.Scale(q, rho);
        algebra.Scale(k, rho);
        return (attended, new DeviceAttentionMemory(q, k, algebra.Scaled(x, rho)));
    }

    /// <summary>Row i: ∂v_i = ρ Σ_j a′_{j,i} g_j over j with i = j or m_j = 1, [T × D_aux].</summary>
    public static DeviceMatrix Backward(
        DeviceAlgebra algebra, TintConfiguration configuration, DeviceMatrix gradient, DeviceAttentionMemory memory, DeviceTokens tokens)
    {
        using var weights = Weights(algebra, configuration.Auxiliary, memory.Query, memory.Key, tokens, keepsTrainedOnly: true);
        var dispersed = algebra.Product(new DeviceOperand(weights, true), new DeviceOperand(gradient, false), configuration.Auxiliary.HeadCount);
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
        DeviceTokens tokens)
    {
        if (!configuration.BackpropagateThroughAttention)
        {
            return Descend(algebra, configuration, value, gradient, memory.Input, tokens);
        }

        var rho = SimulatedGate.Factor(configuration);
        using var dispersed = Backward(algebra, configuration, gradient, memory, tokens);
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

    /// <summary>The softmax of the scaled scores over the keys that a query may see, all heads, [T × T·H].</summary>
    private static DeviceMatrix Weights(
        DeviceAlgebra algebra, AuxiliaryConfiguration auxiliary, DeviceMatrix query, DeviceMatrix key, DeviceTokens tokens, bool keepsTrainedOnly)
    {
        var (heads, scale, count) = (auxiliary.HeadCount, 1 / Math.Sqrt(auxiliary.HeadSize), query.Rows);
        var weights = algebra.Product(new DeviceOperand(query, false), new DeviceOperand(key, true), heads);
        var layout = new ScoreLayout(
            count, DeviceAlgebra.PartWidth(count), (tokens.IclMask ?? weights).View, tokens.IclMask is null ? 0 : 1);
        using var parts = algebra.Arena.Rent(count, layout.Parts * heads);
        algebra.Run(parts.Length, new LargestScoreParts(layout, weights.View, scale, parts.View));
        using var largest = algebra.Largest(parts, heads);
        algebra.Run(parts.Length, new ExponentiateScores(layout, weights.View, scale, largest.View, parts.View));
        using var sums = algebra.Combined(parts, groups: heads);
        algebra.Run(weights.Length, new DivideScores(weights.View, sums.View, count, tokens.Trained, keepsTrainedOnly ? 1 : 0));
        return weights;
    }
}
