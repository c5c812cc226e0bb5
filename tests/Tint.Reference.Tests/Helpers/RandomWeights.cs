using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Reference.Tests.Helpers;

/// <summary>Random auxiliary models whose parameters are floats, with linear weights of size 1/√D, so that signals keep their size.</summary>
internal static class RandomWeights
{
    public static AuxiliaryWeights Of(AuxiliaryConfiguration configuration, int seed)
    {
        var random = new RandomNumbers(seed);
        int width = configuration.HiddenSize, inner = configuration.InnerSize;
        LinearParameters Linear(int outputs, int inputs) =>
            new(random.Matrix(outputs, inputs, 1 / Math.Sqrt(inputs)), random.Vector(outputs, 0.3));
        LayerNormParameters Norm() => new(random.Vector(width, 0.3).Map(x => (double)(float)(1 + x)), random.Vector(width, 0.3));
        return new AuxiliaryWeights
        {
            Configuration = configuration,
            TokenEmbedding = random.Matrix(configuration.VocabularySize, width),
            PositionEmbedding = random.Matrix(configuration.MaximumPositions, width, 0.5),
            Layers =
            [
                .. Enumerable.Range(0, configuration.LayerCount).Select(_ => new AuxiliaryLayer
                {
                    AttentionNorm = Norm(),
                    Query = Linear(width, width),
                    Key = Linear(width, width),
                    Value = Linear(width, width),
                    Output = Linear(width, width),
                    MlpNorm = Norm(),
                    Inner = Linear(inner, width),
                    Outer = Linear(width, inner),
                }),
            ],
            FinalNorm = Norm(),
        };
    }
}
