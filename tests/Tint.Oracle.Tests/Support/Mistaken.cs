using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tests.Support;

/// <summary>A backend with a mistake that no mutant of the catalogue makes.</summary>
internal sealed class Mistaken() : ModularTint(new SimulationTint())
{
    /// <summary>What the descent of the values finds in memory in the place of its input.</summary>
    public Func<AttentionMemory, Matrix<double>>? ValueMemory { get; init; }

    /// <summary>What linear layers keep of their input.</summary>
    public Func<Matrix<double>, Matrix<double>>? LinearMemory { get; init; }

    /// <summary>The layer that linear modules run forward in the place of their own.</summary>
    public Func<LinearParameters, LinearParameters>? Layer { get; init; }

    /// <summary>What the tokens count in descents, in the place of the train mask.</summary>
    public Func<int, double>? Weights { get; init; }

    /// <inheritdoc/>
    public override (Matrix<double> Output, AttentionMemory Memory) AttentionForward(
        TintConfiguration configuration, LinearParameters query, LinearParameters key, LinearParameters value, Matrix<double> x, Matrix<double>? iclMask)
    {
        var (output, memory) = base.AttentionForward(configuration, query, key, value, x, iclMask);
        return (output, ValueMemory is null ? memory : memory with { Input = ValueMemory(memory) });
    }

    /// <inheritdoc/>
    public override (Matrix<double> Output, Matrix<double> Memory) LinearForward(TintConfiguration configuration, LinearParameters layer, Matrix<double> x)
    {
        var (output, memory) = base.LinearForward(configuration, Layer?.Invoke(layer) ?? layer, x);
        return (output, LinearMemory?.Invoke(memory) ?? memory);
    }

    /// <inheritdoc/>
    public override LinearParameters LinearDescent(
        TintConfiguration configuration, LinearParameters layer, Matrix<double> gradient, Matrix<double> memory, IReadOnlyList<double> trainMask) =>
        Weights is null
            ? base.LinearDescent(configuration, layer, gradient, memory, trainMask)
            : base.LinearDescent(configuration, layer, gradient.MapIndexed((t, _, g) => Weights(t) * g), memory, [.. trainMask.Select(_ => 1.0)]);
}
