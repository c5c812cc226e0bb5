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
        var output = Entrywise.Mapped(ColumnMajor.Entries(z), WorkPerEntry, (x, target) =>
        {
            VectorActivation.Apply(kind, x, target);
            Elementwise.Scale(target, rho, target);
        });
        return (ColumnMajor.Wrap(z.RowCount, z.ColumnCount, output), ColumnMajor.Scaled(z, rho));
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
        var ahead = Activated(Entrywise.Array(g.Length, i => z[i] + (g[i] / scale)));
        var back = Activated(configuration.Stencil.StartsAtPoint ? z : Entrywise.Array(g.Length, i => z[i] + (behind * (g[i] / scale))));
        Entrywise.Set(ahead, i => factor * (ahead[i] - back[i]));
        return ColumnMajor.Wrap(gradient.RowCount, gradient.ColumnCount, ahead);

        double[] Activated(double[] entries) => Entrywise.Mapped(entries, WorkPerEntry, (x, target) => VectorActivation.Apply(kind, x, target));
    }
}
