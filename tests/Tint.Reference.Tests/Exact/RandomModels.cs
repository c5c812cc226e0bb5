using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;

namespace Tint.Reference.Tests.Exact;

/// <summary>Small random models and sequences that follow from a seed.</summary>
internal static class RandomModels
{
    public static AuxiliaryConfiguration Configuration(
        AuxiliaryFamily family = AuxiliaryFamily.Gpt2, ActivationKind activation = ActivationKind.GeluNew, int layers = 2) => new()
        {
            Family = family,
            HiddenSize = 8,
            HeadCount = 2,
            LayerCount = layers,
            VocabularySize = 11,
            MaximumPositions = 9,
            MlpChunkCount = 2,
            Activation = activation,
        };

    /// <summary>Weights with normal entries of the sizes that trained models show, γ around 1; with dense maps where asked for.</summary>
    public static AuxiliaryWeights Weights(AuxiliaryConfiguration configuration, int seed, bool dense = false)
    {
        var random = new RandomNumbers(seed);
        int width = configuration.HiddenSize, inner = configuration.InnerSize;
        LinearParameters Linear(int outputs, int inputs) => new(random.Matrix(outputs, inputs, 1 / Math.Sqrt(inputs)), random.Vector(outputs, 0.1));
        LayerNormParameters Norm()
        {
            var map = random.Matrix(width, width, 0.2) + Matrix<double>.Build.DenseIdentity(width);
            return new LayerNormParameters(map.Diagonal(), random.Vector(width, 0.1)) { Dense = dense ? map : null };
        }

        var layers = Enumerable.Range(0, configuration.LayerCount).Select(_ => new AuxiliaryLayer
        {
            AttentionNorm = Norm(),
            Query = Linear(width, width),
            Key = Linear(width, width),
            Value = Linear(width, width),
            Output = Linear(width, width),
            MlpNorm = Norm(),
            Inner = Linear(inner, width),
            Outer = Linear(width, inner),
        });
        return new AuxiliaryWeights
        {
            Configuration = configuration,
            TokenEmbedding = random.Matrix(configuration.VocabularySize, width, 0.5),
            PositionEmbedding = random.Matrix(configuration.MaximumPositions, width, 0.3),
            Layers = [.. layers],
            FinalNorm = Norm(),
        };
    }

    /// <summary>A sequence that is trained on everywhere, with a gradient mask that leaves out every fourth token, and, where asked for, an icl mask.</summary>
    public static TokenSequence Sequence(AuxiliaryConfiguration configuration, int length, int seed, bool iclMask = false)
    {
        var random = new RandomNumbers(seed);
        return new TokenSequence
        {
            InputIds = [.. Enumerable.Range(0, length).Select(_ => random.Integer(configuration.VocabularySize))],
            TrainMask = [.. Enumerable.Repeat(1.0, length)],
            GradientMask = [.. Enumerable.Range(0, length).Select(t => t % 4 == 3 ? 0.0 : 1)],
            IclMask = iclMask ? Matrix<double>.Build.Dense(length, length, (i, j) => i == j ? 1 : random.Integer(2)) : null,
        };
    }
}
