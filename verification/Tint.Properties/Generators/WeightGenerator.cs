using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Properties.Generators;

/// <summary>
/// Parameters and signals. Most are normal numbers of usual size; some models have layers that are zero, tiny, large, of whole numbers, or
/// with one large entry, which is where summation, one-hot attention and the kinks of relu come to light.
/// </summary>
internal static class WeightGenerator
{
    private const double Usual = 0.5;
    private const double Tiny = 1e-8;
    private const double Large = 4;

    /// <summary>How the numbers of a tensor are drawn.</summary>
    private enum Kind
    {
        Usual,
        Zero,
        Tiny,
        Large,
        Whole,
        Spike,
    }

    /// <summary>Parameters of a shape.</summary>
    public static Gen<AuxiliaryWeights> Weights(AuxiliaryConfiguration configuration) =>
        from seed in Seed()
        from adversarial in ShapeGenerator.Flag(1)
        select Draw(configuration, new Numbers(seed), adversarial);

    /// <summary>A signal, [rows × columns].</summary>
    public static Gen<Matrix<double>> Signal(int rows, int columns) =>
        from seed in Seed()
        from kind in Gen.Frequency(
            (8, Gen.Constant(Kind.Usual)),
            (1, Gen.Elements(Kind.Zero, Kind.Tiny, Kind.Large)),
            (1, Gen.Elements(Kind.Whole, Kind.Spike)))
        select Matrix(new Numbers(seed), kind, rows, columns, 1);

    private static Gen<ulong> Seed() =>
        from high in Gen.Choose(0, int.MaxValue)
        from low in Gen.Choose(0, int.MaxValue)
        select ((ulong)high << 32) | (uint)low;

    private static AuxiliaryWeights Draw(AuxiliaryConfiguration configuration, Numbers numbers, bool adversarial)
    {
        var (plan, width) = (BlockPlan.Of(configuration), configuration.HiddenSize);
        return new AuxiliaryWeights
        {
            Configuration = configuration,
            TokenEmbedding = Embedding(configuration.VocabularySize),
            PositionEmbedding = Embedding(configuration.MaximumPositions),
            Layers = [.. Enumerable.Range(0, configuration.LayerCount).Select(_ => AuxiliaryLayer.Of(plan, leaf => leaf switch
            {
                Norm _ => Norm(),
                Linear linear => Linear(linear.Outputs, linear.Inputs),
                _ => throw leaf.Unread("the generator"),
            }))],
            FinalNorm = Norm(),
        };

        Kind Draw() => !adversarial || numbers.Below(3) > 0 ? Kind.Usual : (Kind)numbers.Below(6);

        // The embeddings are drawn as usual: where all tokens embed to zero, a normalisation divides by √eps alone.
        Matrix<double> Embedding(int rows) => numbers.Matrix(rows, width, Usual);

        LinearParameters Linear(int outputs, int inputs)
        {
            var kind = Draw();
            return new(Matrix(numbers, kind, outputs, inputs, Usual), Matrix(numbers, kind, outputs, 1, Usual / 2).Column(0));
        }

        LayerNormParameters Norm()
        {
            var kind = Draw();
            var shift = kind == Kind.Zero ? 0 : 1;
            return new(shift + Matrix(numbers, kind, width, 1, Usual / 2).Column(0), Matrix(numbers, kind, width, 1, Usual / 2).Column(0));
        }
    }

    private static Matrix<double> Matrix(Numbers numbers, Kind kind, int rows, int columns, double scale) => kind switch
    {
        Kind.Usual => numbers.Matrix(rows, columns, scale),
        Kind.Zero => Matrix<double>.Build.Dense(rows, columns),
        Kind.Tiny => numbers.Matrix(rows, columns, scale * Tiny),
        Kind.Large => numbers.Matrix(rows, columns, scale * Large),
        Kind.Whole => Matrix<double>.Build.Dense(rows, columns, (_, _) => numbers.Below(5) - 2),
        Kind.Spike => Spiked(numbers, rows, columns, scale),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static Matrix<double> Spiked(Numbers numbers, int rows, int columns, double scale)
    {
        var matrix = numbers.Matrix(rows, columns, scale);
        matrix.At(numbers.Below(rows), numbers.Below(columns), 4 * Large * scale);
        return matrix;
    }
}
