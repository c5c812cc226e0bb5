using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Device;

/// <summary><see cref="SimulatedLinear"/> on a device: forward, backward and descent of y = W x + b.</summary>
internal static class DeviceLinear
{
    /// <summary>Y = ρ(X Wᵀ + 1bᵀ), [T × out], and the memory ρX, [T × in].</summary>
    public static (DeviceMatrix Output, DeviceMatrix Memory) Forward(
        DeviceAlgebra algebra, TintConfiguration configuration, DeviceLinearLayer layer, DeviceMatrix x) =>
        (Output(algebra, configuration, layer, x), algebra.Scaled(x, SimulatedGate.Factor(configuration)));

    /// <summary>Y alone.</summary>
    public static DeviceMatrix Output(DeviceAlgebra algebra, TintConfiguration configuration, DeviceLinearLayer layer, DeviceMatrix x)
    {
        var output = algebra.ProductWithTransposed(x, layer.Weight);
        algebra.AddBiasAndScale(output, layer.Bias, SimulatedGate.Factor(configuration));
        return output;
    }

    /// <summary>∂X = ρ G W, [T × in].</summary>
    public static DeviceMatrix Backward(DeviceAlgebra algebra, TintConfiguration configuration, DeviceMatrix weight, DeviceMatrix gradient)
    {
        var result = algebra.Product(gradient, weight);
        algebra.Scale(result, SimulatedGate.Factor(configuration));
        return result;
    }

    /// <summary>W ← ρ(W − η S), b ← ρ(b − η·copies·s), and S and copies·s: the summed gradients S = Σ m g xᵀ and s = Σ m g.</summary>
    public static (DeviceLinearLayer Updated, DeviceLinearLayer Gradient) Descent(
        DeviceAlgebra algebra,
        TintConfiguration configuration,
        DeviceLinearLayer layer,
        DeviceMatrix gradient,
        DeviceMatrix memory,
        DeviceTokens tokens,
        int biasCopies)
    {
        var step = Sum(algebra, gradient, memory, tokens);
        if (biasCopies != 1)
        {
            algebra.Scale(step.Bias, biasCopies);
        }

        return (new DeviceLinearLayer(Descended(algebra, configuration, layer.Weight, step.Weight), Descended(algebra, configuration, layer.Bias, step.Bias)), step);
    }

    /// <summary>Σ_t m_t g_t x_tᵀ and Σ_t m_t g_t.</summary>
    public static DeviceLinearLayer Sum(DeviceAlgebra algebra, DeviceMatrix gradient, DeviceMatrix memory, DeviceTokens tokens)
    {
        if (tokens.None)
        {
            return new DeviceLinearLayer(algebra.Arena.Zeros(gradient.Columns, memory.Columns), algebra.Arena.Zeros(gradient.Columns, 1));
        }

        using DeviceMatrix g = tokens.Select(algebra, gradient), x = tokens.Select(algebra, memory);
        return new DeviceLinearLayer(algebra.ProductOfTransposed(g, x), algebra.SumOfRows(g));
    }

    /// <summary>ρ(old − η·gradient).</summary>
    public static DeviceMatrix Descended(DeviceAlgebra algebra, TintConfiguration configuration, DeviceMatrix old, DeviceMatrix gradient)
    {
        DeviceSimulatedTint.RequirePlain(configuration);
        return algebra.Descended(old, gradient, SimulatedGate.Factor(configuration), configuration.InnerLearningRate);
    }
}
