using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Reference.Tests.Auxiliary;

public sealed class RandomWeightsTests
{
    private static readonly AuxiliaryConfiguration Shape = AuxiliaryConfiguration.Tiny with { HiddenSize = 96, VocabularySize = 300 };

    /// <summary>These bits are the same on every machine: they come from integers and one product.</summary>
    [Fact]
    public void Are_the_same_bits_everywhere()
    {
        var weights = AuxiliaryWeights.Random(AuxiliaryConfiguration.Tiny, seed: 1);
        Assert.Equal(
            [0.012306398592075538, 0.041508855555240094, 0.004788934423340107, 0.007185251664864651],
            [weights.TokenEmbedding[0, 0], weights.TokenEmbedding[49, 23], weights.PositionEmbedding[0, 0], weights.Layers[1].Outer.Weight[0, 0]]);
    }

    [Fact]
    public void Follow_from_the_seed_and_nothing_else()
    {
        var first = Flat(AuxiliaryWeights.Random(Shape, seed: 1));
        Assert.Equal(first, Flat(AuxiliaryWeights.Random(Shape, seed: 1)));
        Assert.Equal(first, Flat(AuxiliaryWeights.Random(Shape, seed: 1, streamed: true)));
        Assert.NotEqual(first, Flat(AuxiliaryWeights.Random(Shape, seed: 2)));
    }

    /// <summary>A sample of m numbers has a standard deviation within 1 ± 5/√(2m) of the true one, and a mean within 5σ/√m of zero.</summary>
    [Fact]
    public void Have_the_sizes_that_gpt_2_starts_with()
    {
        var weights = AuxiliaryWeights.Random(Shape, seed: 3);
        weights.Check();
        foreach (var block in AuxiliaryWeightsAlgebra.Blocks(weights))
        {
            var expected = block.Name switch
            {
                "position embedding" => 0.01,
                _ when block.Kind is ParameterKind.LinearBias or ParameterKind.NormBias or ParameterKind.NormWeight => 0,
                _ when block.Name.EndsWith("output weight", StringComparison.Ordinal) || block.Name.EndsWith("outer weight", StringComparison.Ordinal) => 0.01,
                _ => 0.02,
            };
            var values = block.Values.ToArray();
            var mean = values.Average();
            Assert.Equal(block.Kind == ParameterKind.NormWeight ? 1 : 0, mean, 5 * expected / Math.Sqrt(values.Length));
            Assert.Equal(expected, Math.Sqrt(values.Average(x => (x - mean) * (x - mean))), 5 * expected / Math.Sqrt(2 * values.Length));
        }
    }

    [Fact]
    public void Say_how_many_they_are()
    {
        var weights = AuxiliaryWeights.Random(Shape, seed: 1);
        var count = AuxiliaryWeightsAlgebra.Blocks(weights).Sum(block => block.Values.Length);
        Assert.StartsWith(FormattableString.Invariant($"{count:N0} parameters of Gpt2: width 96,"), weights.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Need_heads_that_divide_the_width() =>
        Assert.Throws<RuleViolationException>(() => AuxiliaryWeights.Random(Shape with { HeadCount = 7 }, seed: 1));

    private static double[] Flat(AuxiliaryWeights weights) => [.. AuxiliaryWeightsAlgebra.Flatten(weights)];
}
