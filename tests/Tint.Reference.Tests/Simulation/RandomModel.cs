using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;

namespace Tint.Reference.Tests.Simulation;

/// <summary>A small random TinT, its weights and sequences, from a seed.</summary>
internal sealed class RandomModel(int seed)
{
    private readonly Random _random = new(seed);

    public TintConfiguration Configuration { get; } = new()
    {
        Auxiliary = new AuxiliaryConfiguration
        {
            HiddenSize = 12,
            HeadCount = 3,
            LayerCount = 2,
            VocabularySize = 17,
            MaximumPositions = 8,
            MlpChunkCount = 3,
        },
        HiddenSize = 48,
        HeadCount = 12,
        PrefixCount = 4,
        TrainedLayers = 2,
        InnerLearningRate = 0.01,
    };

    public AuxiliaryWeights Weights()
    {
        var auxiliary = Configuration.Auxiliary;
        int width = auxiliary.HiddenSize, inner = auxiliary.InnerSize;
        return new AuxiliaryWeights
        {
            Configuration = auxiliary,
            TokenEmbedding = Matrix(auxiliary.VocabularySize, width, 0.5),
            PositionEmbedding = Matrix(auxiliary.MaximumPositions, width, 0.5),
            Layers =
            [
                .. Enumerable.Range(0, auxiliary.LayerCount).Select(_ => new AuxiliaryLayer
                {
                    AttentionNorm = Norm(width),
                    Query = Linear(width, width),
                    Key = Linear(width, width),
                    Value = Linear(width, width),
                    Output = Linear(width, width),
                    MlpNorm = Norm(width),
                    Inner = Linear(inner, width),
                    Outer = Linear(width, inner),
                }),
            ],
            FinalNorm = Norm(width),
        };
    }

    /// <summary>Seven tokens; the mask is drawn except for the last entry.</summary>
    public TokenSequence Sequence(double lastMask = 1)
    {
        var vocabulary = Configuration.Auxiliary.VocabularySize;
        var ids = Enumerable.Range(0, 7).Select(_ => _random.Next(vocabulary)).ToArray();
        return new TokenSequence
        {
            InputIds = ids,
            TrainMask = [1, 0, 1, .. Enumerable.Range(0, 3).Select(_ => (double)_random.Next(2)), lastMask],
            Labels = [.. ids.Select((id, t) => t is 2 ? TokenSequence.IgnoredLabel : id)],
        };
    }

    public Matrix<double> Matrix(int rows, int columns, double scale = 1) =>
        Matrix<double>.Build.Dense(rows, columns, (_, _) => scale * Normal());

    public Vector<double> Vector(int length, double scale = 1) => Vector<double>.Build.Dense(length, _ => scale * Normal());

    public LinearParameters Linear(int outputs, int inputs) => new(Matrix(outputs, inputs, 0.4), Vector(outputs, 0.2));

    private LayerNormParameters Norm(int width) => new(1 + Vector(width, 0.3), Vector(width, 0.2));

    private double Normal() => MathNet.Numerics.Distributions.Normal.Sample(_random, 0, 1);
}
