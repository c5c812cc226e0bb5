using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>What TinT's linear modules compute: forward, backward and descent of y = W x + b, in closed form.</summary>
/// <remarks>
/// Derivation, rows are tokens. <b>Forward.</b> The heads that hold weight row r and input shard s score ⟨W_rs, x_s⟩ on the prefix that holds
/// the row, and the value there is the prefix's one-hot, so the projection collects W x; the bias heads score 1 on prefix 0. The output,
/// with x added to the memory, passes one gate: ρ(W x + b) and ρ x. Keys of weight heads have no one-hot among tokens, hence tokens that
/// may attend to tokens (unrestricted prefixes) add zeros. <b>Backward.</b> Score g_r on the prefix that holds row r, value W_r: Wᵀg, one gate:
/// ρ Wᵀg. <b>Descent.</b> Prefixes attend to the trained tokens with score g_r and value −η x; the gate scales old and new alike: W ← ρ(W − η Σ_t
/// m_t g_t x_tᵀ), b ← ρ(b − η Σ_t m_t g_t), and with weight decay a factor 1 − ηλ at W and b, x being the memory as it stands there. The bias in prefixes other than the first only shrinks
/// (deviation V6) and is not simulated: nothing reads it. Where softmax stands for linear attention, scores count as <see cref="SimulatedTwins"/> has them.
/// </remarks>
public static class SimulatedLinear
{
    /// <summary>Y = ρ(X Wᵀ + 1bᵀ), [T × out], and the memory ρ X, [T × in].</summary>
    /// <param name="configuration">Gives ρ.</param>
    /// <param name="layer">W, [out × in], and b.</param>
    /// <param name="x">X, [T × in].</param>
    /// <exception cref="RuleViolationException">X has another width than W takes.</exception>
    public static (Matrix<double> Output, Matrix<double> Memory) Forward(
        TintConfiguration configuration, LinearParameters layer, Matrix<double> x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return (Output(configuration, layer, x), ColumnMajor.Scaled(x, SimulatedGate.Factor(configuration)));
    }

    /// <summary>∂X = ρ G W, [T × in], for the gradient G = ∂Y, [T × out], and the weights as they were before the descent.</summary>
    /// <exception cref="RuleViolationException">G has another width than W gives.</exception>
    public static Matrix<double> Backward(TintConfiguration configuration, Matrix<double> weight, Matrix<double> gradient)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(gradient);
        Require.Shape(gradient, gradient.RowCount, weight.RowCount, "the output gradient");
        var result = ColumnMajor.Product(OnPrefixes(configuration, gradient), weight);
        result.Multiply(SimulatedGate.Factor(configuration), result);
        return result;
    }

    /// <summary>
    /// W ← ρ(W − η S), b ← ρ(b − η s) with the summed gradients S = Σ_t m_t g_t x_tᵀ, [out × in], and s = Σ_t m_t g_t, [out].
    /// </summary>
    /// <param name="configuration">Gives ρ and η.</param>
    /// <param name="layer">W, [out × in], and b.</param>
    /// <param name="gradient">Rows g_t, [T × out].</param>
    /// <param name="memory">Rows x_t as the memory holds them, [T × in].</param>
    /// <param name="trainMask">m, [T] of 0 and 1.</param>
    /// <returns>The layer after the step, and S and s.</returns>
    /// <exception cref="RuleViolationException">A shape or the mask breaks a rule.</exception>
    public static (LinearParameters Updated, LinearParameters Gradient) Descent(
        TintConfiguration configuration,
        LinearParameters layer,
        Matrix<double> gradient,
        Matrix<double> memory,
        IReadOnlyList<double> trainMask)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        return Descent(configuration, layer, gradient, memory, new TrainedTokens(trainMask, gradient.RowCount), biasCopies: 1);
    }

    /// <summary>The forward output alone, for callers that keep their own memory.</summary>
    internal static Matrix<double> Output(TintConfiguration configuration, LinearParameters layer, Matrix<double> x)
    {
        ArgumentNullException.ThrowIfNull(layer);
        Require.Shape(x, x.RowCount, layer.Weight.ColumnCount, "the layer's input");
        var output = configuration.UseSoftmax ? SimulatedTwins.Product(configuration, x, layer.Weight) : ColumnMajor.ProductWithTransposed(x, layer.Weight);
        ColumnMajor.AddBiasAndScale(output, Bias(configuration, layer.Bias), SimulatedGate.Factor(configuration));
        return output;
    }

    /// <summary>The bias as the heads of forward modules read it, [out].</summary>
    internal static Vector<double> Bias(TintConfiguration configuration, Vector<double> bias) =>
        configuration.UseSoftmax ? ColumnMajor.Scaled(bias, SimulatedTwins.BiasFactor(configuration)) : bias;

    /// <summary>The gradients G as the heads of backward modules score them on the prefixes, [T × out].</summary>
    internal static Matrix<double> OnPrefixes(TintConfiguration configuration, Matrix<double> gradient) =>
        configuration.UseSoftmax ? SimulatedTwins.OnPrefixes(configuration, gradient) : gradient;

    /// <summary>The trained tokens' gradients as the weight heads of descents score them, and their sum as the bias heads do.</summary>
    internal static (Matrix<double> Scores, Vector<double> Sum) OnTokens(TintConfiguration configuration, Matrix<double> trained)
    {
        var sum = ColumnMajor.Wrap(ColumnMajor.SumOfRows(trained));
        return configuration.UseSoftmax
            ? (SimulatedTwins.OnTokens(configuration, trained), ColumnMajor.Scaled(sum, SimulatedTwins.BiasFactor(configuration, trained.RowCount)))
            : (trained, sum);
    }

    /// <summary>
    /// The descent, with a bias that <paramref name="biasCopies"/> places share in equal parts and each learn in full: their sum moves by
    /// −η·biasCopies·s (deviation V2).
    /// </summary>
    internal static (LinearParameters Updated, LinearParameters Gradient) Descent(
        TintConfiguration configuration,
        LinearParameters layer,
        Matrix<double> gradient,
        Matrix<double> memory,
        TrainedTokens tokens,
        int biasCopies)
    {
        var step = Step(configuration, layer, gradient, memory, tokens, biasCopies);
        return (Updated(configuration, layer, step), step);
    }

    /// <summary>The summed gradients that a descent subtracts, of the bias <paramref name="biasCopies"/> times.</summary>
    internal static LinearParameters Step(
        TintConfiguration configuration, LinearParameters layer, Matrix<double> gradient, Matrix<double> memory, TrainedTokens tokens, int biasCopies)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(memory);
        Require.Shape(gradient, gradient.RowCount, layer.Weight.RowCount, "the output gradient");
        Require.Shape(memory, gradient.RowCount, layer.Weight.ColumnCount, "the memory of the layer's input");
        var sum = Sum(configuration, gradient, memory, tokens);
        return new LinearParameters(sum.Weight, biasCopies == 1 ? sum.Bias : ColumnMajor.Scaled(sum.Bias, biasCopies));
    }

    /// <summary>The layer after a step: W ← ρ(W − η S), b ← ρ(b − η s).</summary>
    internal static LinearParameters Updated(TintConfiguration configuration, LinearParameters layer, LinearParameters step) =>
        new(Updated(configuration, layer.Weight, step.Weight), Updated(configuration, layer.Bias, step.Bias));

    /// <summary>Σ_t m_t g_t x_tᵀ and Σ_t m_t g_t.</summary>
    internal static LinearParameters Sum(TintConfiguration configuration, Matrix<double> gradient, Matrix<double> memory, TrainedTokens tokens)
    {
        if (tokens.None)
        {
            return new LinearParameters(
                Matrix<double>.Build.Dense(gradient.ColumnCount, memory.ColumnCount), Vector<double>.Build.Dense(gradient.ColumnCount));
        }

        var (scores, bias) = OnTokens(configuration, tokens.Select(gradient));
        return new LinearParameters(ColumnMajor.ProductOfTransposed(scores, tokens.Select(memory)), bias);
    }

    /// <summary>ρ((1 − ηλ)old − η·gradient), a new matrix; without decay ρ(old − η·gradient).</summary>
    internal static Matrix<double> Updated(TintConfiguration configuration, Matrix<double> old, Matrix<double> gradient, bool decays = true) =>
        ColumnMajor.Wrap(
            old.RowCount, old.ColumnCount, Updated(configuration, ColumnMajor.Entries(old), ColumnMajor.Entries(gradient), decays));

    /// <summary>ρ((1 − ηλ)old − η·gradient), a new vector; without decay ρ(old − η·gradient).</summary>
    internal static Vector<double> Updated(TintConfiguration configuration, Vector<double> old, Vector<double> gradient, bool decays = true) =>
        ColumnMajor.Wrap(Updated(configuration, ColumnMajor.Entries(old), ColumnMajor.Entries(gradient), decays));

    private static double[] Updated(TintConfiguration configuration, double[] old, double[] gradient, bool decays)
    {
        var (rho, eta) = (SimulatedGate.Factor(configuration), configuration.InnerLearningRate);
        var kept = decays ? SimulatedGate.Retained(configuration) : 1;
        return Entrywise.Array(old.Length, i => rho * ((kept * old[i]) - (eta * gradient[i])));
    }
}
