using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.Primitives;

namespace Tint.Reference.Simulation;

/// <summary>What TinT's activation modules compute, in closed form.</summary>
/// <remarks>
/// <b>Forward.</b> σ(z), with z added to the memory, passes one gate: ρσ(z) and ρ z. <b>Backward.</b> The first layer adds memory and scaled
/// gradient, the second subtracts; no gate follows: N(σ(ρz + g/N) − σ(ρz)), a first-order step of σ′ at the remembered ρz, or (N/2)(σ(ρz + g/N) −
/// σ(ρz − g/N)), one of second order.
/// </remarks>
public static class SimulatedActivation
{
    /// <summary>A rough count of scalar operations in one activation.</summary>
    private const int WorkPerEntry = 32;

    /// <summary>ρσ(Z) and the memory ρZ, both as <paramref name="z"/>, [T × width].</summary>
    public static (Matrix<double> Output, Matrix<double> Memory) Forward(TintConfiguration configuration, Matrix<double> z)
    {
        ArgumentNullException.ThrowIfNull(z);
        var rho = SimulatedGate.Factor(configuration);
        var kind = configuration.Auxiliary.Activation;
        var source = ColumnMajor.Entries(z);
        double[] output = LargeObjects.Uninitialized(source.Length), memory = LargeObjects.Uninitialized(source.Length);
        Parallelism.ForRanges(source.Length, WorkPerEntry, (from, to) =>
        {
            VectorActivation.Apply(kind, source.AsSpan(from..to), output.AsSpan(from..to));
            for (var i = from; i < to; i++)
            {
                output[i] *= rho;
                memory[i] = rho * source[i];
            }
        });
        return (ColumnMajor.Wrap(z.RowCount, z.ColumnCount, output), ColumnMajor.Wrap(z.RowCount, z.ColumnCount, memory));
    }

    /// <summary>
    /// ∂Z = N(σ(memory + G/N) − σ(memory)), or (N/2)(σ(memory + G/N) − σ(memory − G/N)) with the central stencil, for the gradient G of the output and the
    /// memory ρZ, all [T × width].
    /// </summary>
    /// <exception cref="RuleViolationException">The memory has another shape than the gradient.</exception>
    public static Matrix<double> Backward(TintConfiguration configuration, Matrix<double> gradient, Matrix<double> memory)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(memory);
        Require.Shape(memory, gradient.RowCount, gradient.ColumnCount, "the activation's memory");
        var kind = configuration.Auxiliary.Activation;
        double scale = configuration.FiniteDifferenceScale, behind = configuration.Stencil.Behind, factor = scale * configuration.Stencil.Weight;
        double[] g = ColumnMajor.Entries(gradient), z = ColumnMajor.Entries(memory);
        var result = LargeObjects.Uninitialized(g.Length);
        Parallelism.ForRanges(g.Length, 2 * WorkPerEntry, (from, to) =>
        {
            for (var i = from; i < to; i++)
            {
                result[i] = z[i] + (g[i] / scale);
            }

            var shifted = result.AsSpan(from..to);
            var activated = z.AsSpan(from..to).ToArray();
            for (var i = 0; behind != 0 && i < activated.Length; i++)
            {
                activated[i] += behind * (g[from + i] / scale);
            }

            VectorActivation.Apply(kind, shifted, shifted);
            VectorActivation.Apply(kind, activated, activated);
            for (var i = 0; i < activated.Length; i++)
            {
                shifted[i] = factor * (shifted[i] - activated[i]);
            }
        });
        return ColumnMajor.Wrap(gradient.RowCount, gradient.ColumnCount, result);
    }
}
