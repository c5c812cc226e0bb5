using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.Primitives;

namespace Tint.Reference.Simulation;

/// <summary>What TinT's gated unit computes, in closed form: y = σ(z)∘b.</summary>
/// <remarks>
/// <b>Forward.</b> σ(z), with b and z added to the memory, passes one gate, the product a second one: ρ(ρσ(z))∘(ρb), and ρ²b, ρ²z. <b>Backward.</b> The product with the
/// remembered b̃ passes one gate: ρ g∘b̃, beside ρg and ρz̃. The difference has none, and the second product one: ∂z = ρN(σ(ρz̃ + ρ g∘b̃/N) − σ(ρz̃)) and
/// ∂b = ρσ(ρz̃)∘(ρg).
/// </remarks>
public static class SimulatedGatedUnit
{
    /// <summary>Y = ρ³σ(Z)∘B and the memory ρ²B, ρ²Z, all as <paramref name="z"/>, [T × width].</summary>
    /// <param name="configuration">Gives ρ and σ.</param>
    /// <param name="z">Z, the argument of the activation.</param>
    /// <param name="b">B, what it multiplies.</param>
    /// <exception cref="RuleViolationException">B has another shape than Z.</exception>
    public static (Matrix<double> Output, GatedUnitMemory Memory) Forward(TintConfiguration configuration, Matrix<double> z, Matrix<double> b)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(z);
        ArgumentNullException.ThrowIfNull(b);
        Require.Shape(b, z.RowCount, z.ColumnCount, "what the gate multiplies");
        var rho = SimulatedGate.Factor(configuration);
        var output = Activated(configuration, z);
        Combine(output, b, output, (activated, signal) => rho * (rho * activated * (rho * signal)));
        return (output, new GatedUnitMemory(ColumnMajor.Scaled(b, rho * rho), ColumnMajor.Scaled(z, rho * rho)));
    }

    /// <summary>
    /// ∂Z = ρN(σ(ρZ̃ + ρ G∘B̃/N) − σ(ρZ̃)) and ∂B = ρ²σ(ρZ̃)∘G for the gradient G of the output and the memory B̃, Z̃, all [T × width].
    /// </summary>
    /// <exception cref="RuleViolationException">The memory has another shape than the gradient.</exception>
    public static (Matrix<double> Gate, Matrix<double> Signal) Backward(TintConfiguration configuration, Matrix<double> gradient, GatedUnitMemory memory)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(memory);
        Require.Shape(memory.Signal, gradient.RowCount, gradient.ColumnCount, "the gated unit's memory of b");
        Require.Shape(memory.Gate, gradient.RowCount, gradient.ColumnCount, "the gated unit's memory of z");
        double rho = SimulatedGate.Factor(configuration), scale = configuration.FiniteDifferenceScale;
        var z = ColumnMajor.Scaled(memory.Gate, rho);
        var shifted = ColumnMajor.Uninitialized(z.RowCount, z.ColumnCount);
        Combine(gradient, memory.Signal, shifted, (g, b) => rho * (g * b) / scale);
        ColumnMajor.AddTo(shifted, z);
        var (end, start) = (Activated(configuration, shifted), Activated(configuration, z));
        Combine(end, start, end, (to, from) => rho * (scale * (to - from)));
        Combine(start, gradient, start, (activated, g) => rho * (activated * (rho * g)));
        return (end, start);
    }

    private static Matrix<double> Activated(TintConfiguration configuration, Matrix<double> z)
    {
        var activated = ColumnMajor.Uninitialized(z.RowCount, z.ColumnCount);
        double[] source = ColumnMajor.Entries(z), target = ColumnMajor.Writable(activated);
        const int WorkPerEntry = 32;
        Parallelism.ForRanges(source.Length, WorkPerEntry, (from, to) =>
            VectorActivation.Apply(configuration.Auxiliary.Activation, source.AsSpan(from..to), target.AsSpan(from..to)));
        return activated;
    }

    /// <summary>result ← formula(first, second), entry by entry; the result may be one of them.</summary>
    private static void Combine(Matrix<double> first, Matrix<double> second, Matrix<double> result, Func<double, double, double> formula)
    {
        double[] left = ColumnMajor.Entries(first), right = ColumnMajor.Entries(second), target = ColumnMajor.Writable(result);
        Parallelism.ForRanges(target.Length, 2, (from, to) =>
        {
            for (var i = from; i < to; i++)
            {
                target[i] = formula(left[i], right[i]);
            }
        });
    }
}
