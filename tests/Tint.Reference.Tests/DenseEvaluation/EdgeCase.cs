using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.DenseEvaluation;

/// <summary>
/// Shapes with options and numbers from the edges: N from 1 to 1e12, gates that leak and that do not, eps and η far from usual, slots that are
/// subnormal, huge or made of powers of two, tokens that are all equal or alternate, prefixes that hold one number.
/// </summary>
internal static class EdgeCase
{
    /// <summary>Those that <see cref="FloatFormat"/> evaluates by their formulas.</summary>
    private static readonly ActivationKind[] Activations = [ActivationKind.Relu, ActivationKind.Gelu, ActivationKind.GeluNew];
    private static readonly double[] Scales = [1, 64, 1000, 1e5, 1e8, 1e12];
    private static readonly double[] Gates = [0.5, 3, 10, 50];
    private static readonly double[] Epsilons = [1e-12, 1e-5, 1e-5, 1, 1e6];
    private static readonly double[] Rates = [1e-12, 1e-3, 0.25, -0.1, 1e4];
    private static readonly double[] Sizes = [1, 1, 1, 1e-45, 1e-42, 1e-38, 1e-30, 1e-20, 1e-3, 30, 1e3, 1e6, 1e9];

    /// <summary>A case from a seed, its numbers exact in the format.</summary>
    public static ShapeCase Of(int seed, FloatFormat format)
    {
        var random = new Random(seed);
        T Pick<T>(IReadOnlyList<T> among) => among[random.Next(among.Count)];
        var (width, prefixes, size) = Pick(ShapeCases.Sizes);
        var auxiliaryHeads = Pick([.. Enumerable.Range(1, width).Where(heads => width % heads == 0)]);
        var tokens = random.Next(4) == 0 ? random.Next(8, 40) : random.Next(1, 7);
        return new ShapeCase(
            new TintConfiguration
            {
                Auxiliary = new AuxiliaryConfiguration
                {
                    HiddenSize = width,
                    HeadCount = auxiliaryHeads,
                    LayerCount = 1,
                    VocabularySize = 5,
                    MaximumPositions = tokens,
                    Activation = Pick(Activations),
                    LayerNormEpsilon = Pick(Epsilons),
                },
                HiddenSize = size,
                PrefixCount = prefixes,
                HeadCount = Pick([.. AdmissibleShapes.HeadCounts(width, auxiliaryHeads, size)]),
                TrainedLayers = 1,
                GateScale = Pick(Gates),
                InnerLearningRate = Pick(Rates),
                FiniteDifferenceScale = Pick(Scales),
                RestrictPrefixes = random.Next(2) == 0,
            },
            tokens,
            seed)
        {
            Alter = (shape, states) => Alter(shape, states, new Random(seed + 1), format),
        };
    }

    private static void Alter(ShapeCase shape, Matrix<double> states, Random random, FloatFormat format)
    {
        var (prefixes, width) = (shape.Configuration.PrefixCount, shape.Configuration.Auxiliary.HiddenSize);
        var (tokens, weights) = (random.Next(4), random.Next(6));
        for (var first = 0; first < states.ColumnCount; first += width)
        {
            var (token, weight) = (Sizes[random.Next(Sizes.Length)], Sizes[random.Next(Sizes.Length)]);
            for (var column = first; column < first + width; column++)
            {
                for (var row = 0; row < states.RowCount; row++)
                {
                    var t = row - prefixes;
                    var source = t < 0 ? row : prefixes + (tokens == 0 ? 0 : tokens == 1 ? t % 2 : t);
                    var value = row < prefixes && weights == 0 ? 1 : source < row ? states[source, column] : Size(format, t < 0 ? weight : token) * states[row, column];
                    states[row, column] = format.Round(tokens == 2 && value != 0 ? Math.CopySign(Math.Pow(2, Math.Round(Math.Log2(Math.Abs(value)))), value) : value);
                }
            }
        }
    }

    /// <summary>Sizes below 1e-15 are squeezed, in the exponent, to where the format's products underflow.</summary>
    private static double Size(FloatFormat format, double size) =>
        size < 1e-15 && format == FloatFormat.Binary64 ? Math.Pow(10, 7.1 * Math.Log10(size)) : size;
}
