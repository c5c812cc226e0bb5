using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tracing;

/// <summary>What mistakes of a normalisation give: other statistics, taken over something else, another place of eps, another use of γ.</summary>
internal static class NormMistakes
{
    /// <summary>x̂ of the numbers that are normalised together, and eps.</summary>
    private delegate double[] Rule(double[] x, double epsilon);

    private enum Group
    {
        Token,
        Coordinate,
        Sequence,
    }

    private static readonly (string Name, string Words, Group Over, Rule Rule)[] Rules =
    [
        ("norm.mean-not-subtracted", "x̂ is x/√(var + eps): the mean is not subtracted.", Group.Token, (x, eps) => Each(x, (value, _, variance) => value / Math.Sqrt(variance + eps))),
        ("norm.root-mean-square", "x̂ is x/√(mean x² + eps), as in an RMSNorm.", Group.Token, (x, eps) => Each(x, (value, mean, variance) => value / Math.Sqrt(variance + (mean * mean) + eps))),
        ("norm.mean-square", "x̂ is (x − μ)/√(mean x² + eps).", Group.Token, (x, eps) => Each(x, (value, mean, variance) => (value - mean) / Math.Sqrt(variance + (mean * mean) + eps))),
        ("norm.not-divided", "x̂ is x − μ: nothing is divided by the deviation.", Group.Token, (x, _) => Each(x, (value, mean, _) => value - mean)),
        ("norm.variance-for-deviation", "x̂ is divided by the variance, not by its root.", Group.Token, (x, eps) => Each(x, (value, mean, variance) => (value - mean) / (variance + eps))),
        ("norm.epsilon-forgotten", "eps is 0.", Group.Token, (x, _) => Each(x, (value, mean, variance) => (value - mean) / Math.Sqrt(variance))),
        ("norm.epsilon-outside-root", "eps is added to the deviation, outside of the root.", Group.Token, (x, eps) => Each(x, (value, mean, variance) => (value - mean) / (Math.Sqrt(variance) + eps))),
        ("norm.epsilon-squared", "eps² stands under the root.", Group.Token, (x, eps) => Each(x, (value, mean, variance) => (value - mean) / Math.Sqrt(variance + (eps * eps)))),
        ("norm.bessel", "The variance divides by D − 1.", Group.Token, (x, eps) => Each(x, (value, mean, variance) => (value - mean) / Math.Sqrt((variance * x.Length / (x.Length - 1)) + eps))),
        ("norm.bessel", "The deviation divides by D − 1, and eps is outside of the root.", Group.Token, (x, eps) => Each(x, (value, mean, variance) => (value - mean) / (Math.Sqrt(variance * x.Length / (x.Length - 1)) + eps))),
        ("norm.absolute-deviation", "x̂ is divided by the mean of |x − μ|.", Group.Token, (x, eps) => { var away = x.Average(value => Math.Abs(value - x.Average())); return Each(x, (value, mean, _) => (value - mean) / (away + eps)); }),
        ("norm.length", "x̂ is x/|x|.", Group.Token, (x, eps) => { var length = Math.Sqrt(x.Sum(value => value * value)); return Each(x, (value, _, _) => value / Math.Max(length, eps)); }),
        ("norm.over-tokens", "Mean and variance are those of a coordinate over all tokens, not of a token.", Group.Coordinate, (x, eps) => Each(x, (value, mean, variance) => (value - mean) / Math.Sqrt(variance + eps))),
        ("norm.over-everything", "Mean and variance are those of all tokens and coordinates together.", Group.Sequence, (x, eps) => Each(x, (value, mean, variance) => (value - mean) / Math.Sqrt(variance + eps))),
    ];

    private static readonly (string Name, string Words, Func<double, double> Change)[] Gammas =
    [
        ("norm.gamma-left-out", "γ is left out.", _ => 1),
        ("norm.gamma-twice", "γ is applied twice.", gamma => gamma * gamma),
        ("norm.gamma-plus-one", "1 + γ stands where γ belongs.", gamma => 1 + gamma),
        ("norm.divided-by-gamma", "1/γ stands where γ belongs.", gamma => gamma == 0 ? 0 : 1 / gamma),
    ];

    /// <summary>The forward pass by another rule, or with another γ, by which <paramref name="forward"/> computes it.</summary>
    public static IEnumerable<(string Name, string Sentence, Func<Matrix<double>> Value)> Forward(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> x, Func<LayerNormParameters, Matrix<double>> forward)
    {
        foreach (var (name, words, over, rule) in Rules)
        {
            yield return (name, words, () => Output(Normalised(configuration, x, over, rule), Matrix(layer)));
        }

        foreach (var (name, words, change) in Gammas)
        {
            yield return (name, words, () => forward(Changed(layer, change)));
        }

        yield return ("norm.gamma-of-bias", "β is added before γ is applied: γ∘(x̂ + β).", () =>
        {
            var shifted = Matrix(layer) * layer.Bias;
            return forward(layer with { Bias = shifted });
        }
        );
        yield return ("norm.gamma-and-beta-exchanged", "γ and β are exchanged.", () =>
            forward(new LayerNormParameters(layer.Bias, layer.Dense?.Diagonal() ?? layer.Weight)));

        Matrix<double> Output(Matrix<double> z, Matrix<double> gamma)
        {
            var rho = SimulatedGate.Factor(configuration);
            return (z.TransposeAndMultiply(gamma) * (rho * rho * rho)).MapIndexed((_, d, value) => value + (rho * rho * layer.Bias.At(d)), Zeros.Include);
        }
    }

    /// <summary>The backward pass as a finite difference of another rule, or with another γ, by which <paramref name="backward"/> computes it.</summary>
    public static IEnumerable<(string Name, string Sentence, Func<Matrix<double>> Value)> Backward(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory, Func<LayerNormParameters, Matrix<double>> backward)
    {
        foreach (var (name, words, change) in Gammas)
        {
            yield return (name, $"Backward: {words}", () => backward(Changed(layer, change)));
        }

        foreach (var (name, words, over, rule) in Rules)
        {
            yield return (name, $"Backward, a finite difference of another rule: {words}", () => Difference(over, rule));
        }

        Matrix<double> Difference(Group over, Rule rule)
        {
            var (rho, scale) = (SimulatedGate.Factor(configuration), configuration.FiniteDifferenceScale);
            var u = rho * (gradient * Matrix(layer));
            var moved = (rho * ((u / scale) + (rho * memory.Input))) + ((1 - rho) * u);
            var s = (rho * Normalised(configuration, moved, over, rule)) + ((1 - rho) * moved);
            return rho * ((rho * (scale * (s - (rho * memory.Normalized)))) + ((1 - rho) * s));
        }
    }

    private static Matrix<double> Normalised(TintConfiguration configuration, Matrix<double> x, Group over, Rule rule)
    {
        var epsilon = configuration.Auxiliary.LayerNormEpsilon;
        return over switch
        {
            Group.Token => Matrix<double>.Build.DenseOfRowArrays(x.EnumerateRows().Select(row => rule([.. row], epsilon))),
            Group.Coordinate => Matrix<double>.Build.DenseOfColumnArrays(x.EnumerateColumns().Select(column => rule([.. column], epsilon))),
            _ => Matrix<double>.Build.Dense(x.RowCount, x.ColumnCount, rule([.. x.Enumerate()], epsilon)),
        };
    }

    private static Matrix<double> Matrix(LayerNormParameters layer) => layer.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(layer.Weight);

    private static LayerNormParameters Changed(LayerNormParameters layer, Func<double, double> change) =>
        new((layer.Dense?.Diagonal() ?? layer.Weight).Map(change, Zeros.Include), layer.Bias);

    private static double[] Each(double[] x, Func<double, double, double, double> rule)
    {
        var mean = x.Average();
        var variance = x.Average(value => (value - mean) * (value - mean));
        return Array.ConvertAll(x, value => rule(value, mean, variance));
    }
}
