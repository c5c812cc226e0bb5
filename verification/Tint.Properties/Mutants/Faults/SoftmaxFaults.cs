using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Reference.Configuration;

namespace Tint.Properties.Mutants.Faults;

/// <summary>Faults of softmax attention over positions and twins; with linear attention nothing is wrong.</summary>
internal static class SoftmaxFaults
{
    private const string Off = "the published code asserts that this mode is off";

    public static IReadOnlyList<Mutant> All { get; } =
    [
        Of(
            "softmax.linear",
            "Forward passes multiply exactly where softmax attention alone is asked for.",
            "an option that nothing reads, right up to O(1/M²)",
            Faulty.LinearForward(correct => (configuration, layer, x) => correct(configuration with { UseSoftmax = false }, layer, x))),
        Of(
            "softmax.pairs-forgotten",
            "The output of forward passes is multiplied by M, not by M·K.",
            "the mean that a softmax takes left as it is",
            Faulty.LinearForward(correct => (configuration, layer, x) =>
            {
                var (output, memory) = correct(configuration, layer, x);
                return (configuration.UseSoftmax ? output / configuration.PrefixCount : output, memory);
            })),
        Of(
            "softmax.half-scale",
            "Forward passes take M/2 for M, in the scores and in the factor.",
            "a scale that two places read and one of them halves, right up to O(1/M²)",
            Faulty.LinearForward(correct => (configuration, layer, x) => correct(configuration with { TwinScale = configuration.TwinScale / 2 }, layer, x))),
        OfBackward(
            "softmax.cosh-ignored",
            "Backward passes compute M sinh(g/M) and not K·M sinh(g/M)/Σ cosh(g/M).",
            "the sum under a softmax taken for the constant that it is at first order",
            static (own, twin, _, _) => (own - twin) / 2),
        OfBackward(
            "softmax.twin-values-kept",
            "In backward passes the value of a twin is that of its position, not the negative.",
            "a mirrored key without its value",
            static (own, twin, sum, pairs) => pairs * (own + twin) / sum),
        OfBackward(
            "softmax.first-twin-missing",
            "In backward passes prefix 0 has no twin.",
            "a loop over twins that begins at one",
            static (own, twin, sum, pairs) => pairs * (own - twin) / sum,
            isMissing: static prefix => prefix == 0),
        Of(
            "softmax.trained-alone",
            "In descents the softmax runs over the trained tokens alone, and its result is multiplied by M times their number.",
            "untrained tokens masked by −∞ and not by a score of 0, the factor made up for: right up to O(1/M²)",
            Faulty.LinearDescent(correct => (configuration, layer, gradient, memory, mask) =>
            {
                int[] trained = [.. Enumerable.Range(0, mask.Count).Where(t => mask[t] == 1)];
                return configuration.UseSoftmax && trained.Length > 0
                    ? correct(
                        configuration with { Auxiliary = configuration.Auxiliary with { MaximumPositions = trained.Length } },
                        layer,
                        Rows(gradient, trained),
                        Rows(memory, trained),
                        [.. trained.Select(_ => 1.0)])
                    : correct(configuration, layer, gradient, memory, mask);
            })),
    ];

    /// <summary>A backward pass in which g counts as M times a function of e^(g/M), e^(−g/M), the sum of both over a softmax, and the number of pairs.</summary>
    private static Mutant OfBackward(
        string name, string fault, string models, Func<double, double, double, int, double> score, Func<int, bool>? isMissing = null) => Of(
        name,
        fault,
        models,
        Faulty.LinearBackward(correct => (configuration, layer, gradient) => configuration.UseSoftmax
            ? correct(configuration with { UseSoftmax = false }, layer, Scored(configuration, gradient, score, isMissing ?? (static _ => false)))
            : correct(configuration, layer, gradient)));

    private static Mutant Of(string name, string fault, string models, Func<ITintModules, ITint> apply) =>
        Faulty.Mutant(name, fault, models, apply, unseenByFixtures: Off);

    /// <summary>Row r of the weight is in prefix ⌊r/n⌋ of its chunk, and shares a softmax with those that are alike modulo n.</summary>
    private static Matrix<double> Scored(
        TintConfiguration configuration, Matrix<double> gradient, Func<double, double, double, int, double> score, Func<int, bool> isMissing)
    {
        var (width, rows, pairs, scale) = (configuration.Auxiliary.HiddenSize, configuration.RowsPerPrefix, configuration.PrefixCount, configuration.TwinScale);
        double Twin(int t, int r) => isMissing(r % width / rows) ? 0 : Math.Exp(-gradient[t, r] / scale);
        double Own(int t, int r) => Math.Exp(gradient[t, r] / scale);
        return gradient.MapIndexed(
            (t, r, _) =>
            {
                int[] alike = [.. Enumerable.Range(0, gradient.ColumnCount).Where(other => other / width == r / width && other % rows == r % rows)];
                var sum = alike.Sum(other => Own(t, other) + Twin(t, other)) + (2 * (pairs - alike.Length));
                return scale * score(Own(t, r), Twin(t, r), sum, pairs);
            },
            Zeros.Include);
    }

    private static Matrix<double> Rows(Matrix<double> matrix, int[] rows) =>
        Matrix<double>.Build.Dense(rows.Length, matrix.ColumnCount, (row, column) => matrix[rows[row], column]);
}
