using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Properties.Mutants;

/// <summary>
/// What a mutant is derived from: whole models composed of modules, in which attention's combined backward pass is composed as well, so that
/// a fault in the linear modules or in attention's backward pass is at work there too. Without a fault it computes what its modules do.
/// </summary>
internal class MutantTint(ITintModules modules) : ModularTint(modules)
{
    /// <inheritdoc/>
    /// <remarks>
    /// The gate that follows attention's backward pass scales prefixes and memory by ρ as well: the value layer's backward and descent read ρW_V,
    /// ρb_V and ρ times the memory of x.
    /// </remarks>
    public override (Matrix<double> InputGradient, LinearParameters Updated) AttentionBackwardDescent(
        TintConfiguration configuration,
        LinearParameters value,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask)
    {
        if (!configuration.BackpropagateThroughAttention)
        {
            return BackwardValue(configuration, value, gradient, memory, trainMask);
        }

        var rho = SimulatedGate.Factor(configuration);
        return BackwardValue(
            configuration,
            new LinearParameters(value.Weight * rho, value.Bias * rho),
            AttentionBackward(configuration, gradient, memory, trainMask, iclMask),
            memory with { Input = memory.Input * rho },
            trainMask);
    }

    /// <summary>Backward and descent of the value layer, with the gradient at the values; backward reads the weights before the descent.</summary>
    protected virtual (Matrix<double> InputGradient, LinearParameters Updated) BackwardValue(
        TintConfiguration configuration,
        LinearParameters value,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask) => (
        LinearBackward(configuration, value, gradient),
        LinearDescent(configuration, value, gradient, memory.Input, trainMask));
}
