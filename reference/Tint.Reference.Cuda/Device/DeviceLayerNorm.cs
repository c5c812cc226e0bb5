using Tint.Reference.Configuration;
using Tint.Reference.Cuda.Kernels;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Device;

/// <summary><see cref="SimulatedLayerNorm"/> on a device: forward, backward and descent of y = Γ x̂ + β.</summary>
internal static class DeviceLayerNorm
{
    /// <summary>Y = ρ³ S(X) Γᵀ + ρ² 1βᵀ, [T × D_aux], and what the backward pass needs, X included.</summary>
    public static (DeviceMatrix Output, DeviceNormMemory Memory) Forward(
        DeviceAlgebra algebra, TintConfiguration configuration, DeviceNormLayer layer, DeviceMatrix x, bool centred = true)
    {
        var rho = SimulatedGate.Factor(configuration);
        var z = algebra.Scaled(x, 1);
        Normalise(algebra, configuration, z, centred);
        var output = Mapped(algebra, layer, z, transposed: false);
        algebra.Run(output.Length, new GateNormalised(output.View, layer.Bias.View, output.Rows, rho));
        algebra.Scale(z, rho * rho);
        return (output, new DeviceNormMemory(z, x));
    }

    /// <summary>
    /// ∂X = ρ[ρ N(S(F) − ρ·memory) + (1 − ρ)S(F)], F = ρ(U/N + ρ X) + (1 − ρ)U, U = ρ G Γ; with the central stencil ρ(N/2)(S(ρX + U/N) − S(ρX − U/N));
    /// all [T × D_aux].
    /// </summary>
    public static DeviceMatrix Backward(
        DeviceAlgebra algebra,
        TintConfiguration configuration,
        DeviceNormLayer layer,
        DeviceMatrix gradient,
        DeviceNormMemory memory,
        bool centred = true)
    {
        double rho = SimulatedGate.Factor(configuration), scale = configuration.FiniteDifferenceScale;
        var (result, stencil) = (Mapped(algebra, layer, gradient, transposed: true), configuration.Stencil);
        if (!stencil.StartsAtPoint)
        {
            using var back = algebra.Like(result);
            algebra.Run(result.Length, new ShiftBothWays(result.View, memory.Input.View, rho, scale, stencil.Behind, back.View));
            Normalise(algebra, configuration, result, centred);
            Normalise(algebra, configuration, back, centred);
            algebra.Run(result.Length, new SubtractAndScale(result.View, back.View, rho * scale * stencil.Weight));
            return result;
        }

        algebra.Run(result.Length, new ShiftByGradient(result.View, memory.Input.View, rho, scale));
        Normalise(algebra, configuration, result, centred);
        algebra.Run(result.Length, new ScaleDifference(result.View, memory.Normalized.View, rho, scale));
        return result;
    }

    /// <summary>β ← ρ(β − η Σ m g) and, unless biases alone are trained, Γ ← ρ(Γ − η Σ m g (ρ²z)ᵀ); and the summed gradients.</summary>
    public static (DeviceNormLayer Updated, DeviceNormLayer Gradient) Descent(
        DeviceAlgebra algebra,
        TintConfiguration configuration,
        DeviceNormLayer layer,
        DeviceMatrix gradient,
        DeviceNormMemory memory,
        DeviceTokens tokens)
    {
        var step = Gradient(algebra, configuration, gradient, memory, tokens);
        var bias = DeviceLinear.Descended(algebra, configuration, layer.Bias, step.Bias);
        if (step.Dense is null && layer.Dense is null)
        {
            return (new DeviceNormLayer(DeviceLinear.Descended(algebra, configuration, layer.Weight, step.Weight), bias, Dense: null), step);
        }

        using var spreadLayer = layer.Dense is null ? Spread(algebra, layer.Weight) : null;
        using var spreadStep = step.Dense is null ? Spread(algebra, step.Weight) : null;
        var dense = DeviceLinear.Descended(algebra, configuration, spreadLayer ?? layer.Dense!, spreadStep ?? step.Dense!);
        return (new DeviceNormLayer(Diagonal(algebra, dense), bias, dense), step);
    }

    private static DeviceNormLayer Gradient(
        DeviceAlgebra algebra, TintConfiguration configuration, DeviceMatrix gradient, DeviceNormMemory memory, DeviceTokens tokens)
    {
        if (!configuration.LayerNormBiasOnly && configuration.Departures.DenseLayerNormDescent)
        {
            var sum = DeviceLinear.Sum(algebra, gradient, memory.Normalized, tokens);
            return new DeviceNormLayer(Diagonal(algebra, sum.Weight), sum.Bias, sum.Weight);
        }

        var width = gradient.Columns;
        if (tokens.None)
        {
            return new DeviceNormLayer(algebra.Arena.Zeros(width, 1), algebra.Arena.Zeros(width, 1), Dense: null);
        }

        using var g = tokens.Select(algebra, gradient);
        var bias = algebra.SumOfRows(g);
        if (configuration.LayerNormBiasOnly)
        {
            return new DeviceNormLayer(algebra.Arena.Zeros(width, 1), bias, Dense: null);
        }

        using var products = tokens.Select(algebra, memory.Normalized);
        algebra.Run(products.Length, new MultiplyEntries(g.View, products.View, products.View));
        return new DeviceNormLayer(algebra.SumOfRows(products), bias, Dense: null);
    }

    /// <summary>x ← S(x) = ρ(x − μ)/√(eps + ρ·var) + (1 − ρ)x, row by row; with μ = 0 and mean x² for var where it is not centred.</summary>
    private static void Normalise(DeviceAlgebra algebra, TintConfiguration configuration, DeviceMatrix x, bool centred)
    {
        var (rho, width) = (SimulatedGate.Factor(configuration), DeviceAlgebra.PartWidth(x.Columns));
        using var parts = algebra.PartsOf(x);
        if (centred)
        {
            algebra.Run(parts.Length, new SumRowParts(x.View, x.Rows, x.Columns, width, parts.View));
        }

        using var mean = centred ? algebra.Combined(parts, x.Columns) : algebra.Arena.Zeros(x.Rows, 1);
        algebra.Run(parts.Length, new SquareRowParts(x.View, mean.View, x.Rows, x.Columns, width, parts.View));
        using var deviation = algebra.Combined(parts, x.Columns);
        algebra.Run(deviation.Length, new DeviateRows(deviation.View, rho, configuration.Auxiliary.LayerNormEpsilon));
        algebra.Run(x.Length, new NormaliseEntries(x.View, mean.View, deviation.View, x.Rows, rho));
    }

    /// <summary>X Γᵀ, or X Γ where <paramref name="transposed"/>.</summary>
    private static DeviceMatrix Mapped(DeviceAlgebra algebra, DeviceNormLayer layer, DeviceMatrix x, bool transposed)
    {
        if (layer.Dense is { } dense)
        {
            return transposed ? algebra.Product(x, dense) : algebra.ProductWithTransposed(x, dense);
        }

        var result = algebra.Like(x);
        algebra.Run(x.Length, new ScaleColumns(x.View, layer.Weight.View, x.Rows, result.View));
        return result;
    }

    private static DeviceMatrix Spread(DeviceAlgebra algebra, DeviceMatrix diagonal)
    {
        var result = algebra.Arena.Rent(diagonal.Rows, diagonal.Rows);
        algebra.Run(result.Length, new SpreadDiagonal(diagonal.View, diagonal.Rows, result.View));
        return result;
    }

    private static DeviceMatrix Diagonal(DeviceAlgebra algebra, DeviceMatrix matrix)
    {
        var result = algebra.Arena.Rent(matrix.Rows, 1);
        algebra.Run(result.Length, new TakeDiagonal(matrix.View, matrix.Rows, result.View));
        return result;
    }
}
