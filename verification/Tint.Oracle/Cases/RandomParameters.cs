using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Oracle.Cases;

/// <summary>Random parameters and masks of fresh cases.</summary>
internal static class RandomParameters
{
    private const double Bias = 0.25;

    /// <summary>W of standard deviation 1/√in, so that signals keep their size, and b.</summary>
    public static LinearParameters Linear(PortableNumbers numbers, int outputs, int inputs) =>
        new(numbers.Matrix(outputs, inputs, 1 / Math.Sqrt(inputs)), numbers.Vector(outputs, Bias));

    /// <summary>γ about 1 and β.</summary>
    public static LayerNormParameters Norm(PortableNumbers numbers, int width) => new(numbers.Vector(width, Bias, mean: 1), numbers.Vector(width, Bias));

    /// <summary>All parameters of a model.</summary>
    public static AuxiliaryWeights Model(PortableNumbers numbers, AuxiliaryConfiguration configuration)
    {
        var (width, inner) = (configuration.HiddenSize, configuration.InnerSize);
        return new AuxiliaryWeights
        {
            Configuration = configuration,
            TokenEmbedding = numbers.Matrix(configuration.VocabularySize, width, 0.5),
            PositionEmbedding = numbers.Matrix(configuration.MaximumPositions, width, 0.5),
            Layers =
            [
                .. Enumerable.Range(0, configuration.LayerCount).Select(_ => new AuxiliaryLayer
                {
                    AttentionNorm = Norm(numbers, width),
                    Query = Linear(numbers, width, width),
                    Key = Linear(numbers, width, width),
                    Value = Linear(numbers, width, width),
                    Output = Linear(numbers, width, width),
                    MlpNorm = Norm(numbers, width),
                    Inner = Linear(numbers, inner, width),
                    Outer = Linear(numbers, width, inner),
                }),
            ],
            FinalNorm = Norm(numbers, width),
        };
    }

    /// <summary>
    /// A mask with at least two ones and, from three tokens on, a zero: with one trained token a mean is a sum, and without an untrained one a mask that is
    /// ignored is not seen.
    /// </summary>
    public static double[] Mask(PortableNumbers numbers, int tokens)
    {
        double[] mask = [.. Enumerable.Range(0, tokens).Select(_ => numbers.Below(5) < 3 ? 1.0 : 0.0)];
        mask[^1] = 1;
        if (tokens > 2)
        {
            (mask[tokens / 2], mask[(tokens / 2) - 1]) = (0, 1);
        }

        return mask;
    }

    /// <summary>Which earlier tokens a token may attend to; itself always, above the diagonal anything.</summary>
    public static Matrix<double> IclMask(PortableNumbers numbers, int tokens) =>
        Matrix<double>.Build.Dense(tokens, tokens, (i, j) => i == j || numbers.Below(3) > 0 ? 1 : 0);
}
