using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>What TinT's LayerNorm modules compute: forward, backward and descent of y = Γ x̂ + β, in closed form.</summary>
/// <remarks>
/// Derivation, with S(x) = ρ(x − μ)/√(eps + ρ·var) + (1 − ρ)x the gated normalisation and z = S(x).
/// <b>Forward.</b> A gate follows the normalisation: tokens ρ z, prefixes ρΓ and ρβ. The linear module then gives ρ((ρΓ)(ρ z) + ρβ) =
/// ρ³Γz + ρ²β and remembers ρ·ρ z; x is added to the memory behind its gate, unscaled.
/// <b>Backward.</b> The linear module gives u = ρ Γᵀg and scales the memory to (ρ·ρ²z, ρ x). The first layer forms u/N + ρ x and its feature gate
/// mixes it with u: f = ρ(u/N + ρ x) + (1 − ρ)u. Normalised, s = S(f). The second layer forms N(s − ρ·ρ²z), its feature gate mixes it
/// with s, and the module's gate follows: ∂x = ρ[ρ N(s − ρ³z) + (1 − ρ)s]. At ρ = 1 this is N(x̂(x + u/N) − x̂(x)). At ρ &lt; 1 the difference
/// N(s − ρ³z) keeps about 3(1 − ρ)N·x̂ that does not cancel (deviation V3).
/// <b>Backward, central.</b> No feature gate acts on the mixings: both points ρ x ± u/N are normalised alike, and the module's gate follows:
/// ∂x = ρ(N/2)(S(ρ x + u/N) − S(ρ x − u/N)), in which leaks cancel.
/// <b>Descent.</b> The linear descent on g and the memory ρ²z: β ← ρ(β − η Σ m g). With biases only, Γ ← ρΓ; otherwise Γ ← ρ(Γ − η Σ m g (ρ²z)ᵀ),
/// dense from then on (deviation V5), or the diagonal of that alone where the deviation is turned off. Where softmax stands for linear attention, the linear modules' scores count as
/// <see cref="SimulatedTwins"/> has them.
/// </remarks>
public static class SimulatedLayerNorm
{
    /// <summary>Y = ρ³ S(X) Γᵀ + ρ² 1βᵀ, [T × D_aux], and what the backward pass needs.</summary>
    /// <param name="configuration">Gives ρ and eps.</param>
    /// <param name="layer">γ (or a dense Γ) and β.</param>
    /// <param name="x">X, [T × D_aux].</param>
    /// <exception cref="RuleViolationException">X has another width than γ.</exception>
    public static (Matrix<double> Output, LayerNormMemory Memory) Forward(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> x) => Forward(configuration, layer, x, centred: true);

    /// <summary>The forward pass with an S that subtracts the mean or does not.</summary>
    internal static (Matrix<double> Output, LayerNormMemory Memory) Forward(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> x, bool centred)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(x);
        int tokens = x.RowCount, width = layer.Weight.Count;
        Require.Shape(x, tokens, width, "the normalisation's input");
        var rho = SimulatedGate.Factor(configuration);
        var normalized = ColumnMajor.Copy(x);
        GatedNormalization.Apply(normalized, rho, configuration.Auxiliary.LayerNormEpsilon, centred);
        var output = configuration.UseSoftmax
            ? GatedScores(configuration, layer, normalized, rho)
            : Mapped(configuration, layer, normalized, transposed: false);
        var gates = configuration.UseSoftmax ? 1 : rho * rho;
        double[] o = ColumnMajor.Writable(output), z = ColumnMajor.Writable(normalized), beta = ColumnMajor.Entries(SimulatedLinear.Bias(configuration, layer.Bias));
        Entrywise.Set(o, i => rho * ((gates * o[i]) + (rho * beta[i / tokens])));
        Entrywise.Set(z, i => z[i] * (rho * rho));
        return (output, new LayerNormMemory(normalized, x));
    }

    /// <summary>
    /// ∂X = ρ[ρ N(S(F) − ρ·memory) + (1 − ρ)S(F)], F = ρ(U/N + ρ X) + (1 − ρ)U, U = ρ G Γ; with the central stencil ρ(N/2)(S(ρX + U/N) − S(ρX − U/N));
    /// all [T × D_aux].
    /// </summary>
    /// <param name="configuration">Gives ρ, N, the stencil and eps.</param>
    /// <param name="layer">γ (or a dense Γ) as it was before the descent.</param>
    /// <param name="gradient">G = ∂Y, [T × D_aux].</param>
    /// <param name="memory">What the forward pass left.</param>
    /// <exception cref="RuleViolationException">A shape does not fit.</exception>
    public static Matrix<double> Backward(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory) =>
        Backward(configuration, layer, gradient, memory, centred: true);

    /// <summary>The backward pass with an S that subtracts the mean or does not.</summary>
    internal static Matrix<double> Backward(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory, bool centred)
    {
        Check(configuration, layer, gradient, memory);
        var u = Mapped(configuration, layer, gradient, transposed: true);
        return configuration.Stencil.StartsAtPoint ? FromPoint(configuration, u, memory, centred) : AcrossPoint(configuration, u, memory.Input, centred);
    }

    /// <summary>The difference from the stored S(x), in the room of GΓ.</summary>
    private static Matrix<double> FromPoint(TintConfiguration configuration, Matrix<double> result, LayerNormMemory memory, bool centred)
    {
        double rho = SimulatedGate.Factor(configuration), scale = configuration.FiniteDifferenceScale;
        double[] f = ColumnMajor.Writable(result), x = ColumnMajor.Entries(memory.Input), z = ColumnMajor.Entries(memory.Normalized);
        Entrywise.Set(f, i => rho * f[i]);
        Entrywise.Set(f, i => (rho * ((f[i] / scale) + (rho * x[i]))) + ((1 - rho) * f[i]));
        GatedNormalization.Apply(result, rho, configuration.Auxiliary.LayerNormEpsilon, centred);
        Entrywise.Set(f, i => rho * ((rho * (scale * (f[i] - (rho * z[i])))) + ((1 - rho) * f[i])));
        return result;
    }

    /// <summary>The difference between two points of which neither is x, in the room of GΓ.</summary>
    private static Matrix<double> AcrossPoint(TintConfiguration configuration, Matrix<double> result, Matrix<double> input, bool centred)
    {
        double rho = SimulatedGate.Factor(configuration), scale = configuration.FiniteDifferenceScale, epsilon = configuration.Auxiliary.LayerNormEpsilon;
        double behind = configuration.Stencil.Behind, factor = rho * scale * configuration.Stencil.Weight;
        double[] ahead = ColumnMajor.Writable(result), x = ColumnMajor.Entries(input);
        var back = Entrywise.Array(ahead.Length, i => (rho * x[i]) + (behind * (rho * ahead[i] / scale)));
        Entrywise.Set(ahead, i => (rho * x[i]) + (rho * ahead[i] / scale));
        GatedNormalization.Apply(result, rho, epsilon, centred);
        GatedNormalization.Apply(ColumnMajor.Wrap(result.RowCount, result.ColumnCount, back), rho, epsilon, centred);
        Entrywise.Set(ahead, i => factor * (ahead[i] - back[i]));
        return result;
    }

    /// <summary>β ← ρ(β − η Σ m g) and, unless biases alone are trained, Γ ← ρ(Γ − η Σ m g (ρ²z)ᵀ).</summary>
    /// <param name="configuration">Gives ρ, η and the switches.</param>
    /// <param name="layer">γ (or a dense Γ) and β.</param>
    /// <param name="gradient">Rows g_t, [T × D_aux].</param>
    /// <param name="memory">What the forward pass left.</param>
    /// <param name="trainMask">m, [T] of 0 and 1.</param>
    /// <returns>The layer after the step, and the summed gradients, which are 0 for a γ that is not trained.</returns>
    /// <exception cref="RuleViolationException">A shape or the mask breaks a rule.</exception>
    public static (LayerNormParameters Updated, LayerNormParameters Gradient) Descent(
        TintConfiguration configuration,
        LayerNormParameters layer,
        Matrix<double> gradient,
        LayerNormMemory memory,
        IReadOnlyList<double> trainMask)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        var step = Step(configuration, layer, gradient, memory, new TrainedTokens(trainMask, gradient.RowCount));
        return (Updated(configuration, layer, step), step);
    }

    /// <summary>The summed gradients that a descent subtracts, 0 for a γ that is not trained.</summary>
    internal static LayerNormParameters Step(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory, TrainedTokens tokens)
    {
        Check(configuration, layer, gradient, memory);
        return Gradient(configuration, gradient, memory, tokens);
    }

    /// <summary>The layer after a step: Γ ← ρ(Γ − η S), β ← ρ(β − η s); Γ is dense once one of both is.</summary>
    internal static LayerNormParameters Updated(TintConfiguration configuration, LayerNormParameters layer, LayerNormParameters step)
    {
        var (bias, decays) = (SimulatedLinear.Updated(configuration, layer.Bias, step.Bias), !configuration.LayerNormBiasOnly);
        if (step.Dense is null && layer.Dense is null)
        {
            return new LayerNormParameters(SimulatedLinear.Updated(configuration, layer.Weight, step.Weight, decays), bias);
        }

        var dense = SimulatedLinear.Updated(
            configuration,
            layer.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(layer.Weight),
            step.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(step.Weight),
            decays);
        return new LayerNormParameters(dense.Diagonal(), bias) { Dense = dense };
    }

    private static LayerNormParameters Gradient(
        TintConfiguration configuration, Matrix<double> gradient, LayerNormMemory memory, TrainedTokens tokens)
    {
        if (!configuration.LayerNormBiasOnly && configuration.Departures.DenseLayerNormDescent)
        {
            var sum = SimulatedLinear.Sum(configuration, gradient, memory.Normalized, tokens);
            return new LayerNormParameters(sum.Weight.Diagonal(), sum.Bias) { Dense = sum.Weight };
        }

        var weight = Vector<double>.Build.Dense(gradient.ColumnCount);
        if (tokens.None)
        {
            return new LayerNormParameters(weight, Vector<double>.Build.Dense(gradient.ColumnCount));
        }

        var (scores, bias) = SimulatedLinear.OnTokens(configuration, tokens.Select(gradient));
        if (!configuration.LayerNormBiasOnly)
        {
            weight = ColumnMajor.Wrap(ColumnMajor.SumOfRows(scores.PointwiseMultiply(tokens.Select(memory.Normalized))));
        }

        return new LayerNormParameters(weight, bias);
    }

    /// <summary>X Γᵀ, or X Γ where <paramref name="transposed"/>; a new matrix.</summary>
    private static Matrix<double> Mapped(TintConfiguration configuration, LayerNormParameters layer, Matrix<double> x, bool transposed)
    {
        x = transposed ? SimulatedLinear.OnPrefixes(configuration, x) : x;
        if (layer.Dense is { } dense)
        {
            return transposed ? ColumnMajor.Product(x, dense) : ColumnMajor.ProductWithTransposed(x, dense);
        }

        return ColumnMajor.ScaledColumns(x, layer.Weight);
    }

    /// <summary>(ρX)(ρΓ)ᵀ as softmax attention over twins computes it, whose scores are not linear in what gates have left of them.</summary>
    private static Matrix<double> GatedScores(TintConfiguration configuration, LayerNormParameters layer, Matrix<double> x, double rho) =>
        layer.Dense is { } dense
            ? SimulatedTwins.Product(configuration, ColumnMajor.Scaled(x, rho), ColumnMajor.Scaled(dense, rho))
            : SimulatedTwins.OnDiagonal(configuration, ColumnMajor.Scaled(Mapped(configuration, layer, x, transposed: false), rho * rho));

    private static void Check(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(memory);
        int tokens = gradient.RowCount, width = layer.Weight.Count;
        Require.Shape(gradient, tokens, width, "the normalisation's output gradient");
        Require.Shape(memory.Normalized, tokens, width, "the normalisation's normalised memory");
        Require.Shape(memory.Input, tokens, width, "the normalisation's input memory");
    }
}
