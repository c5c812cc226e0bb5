using Tint.Reference.Configuration;

namespace Tint.Reference.Tests.Configuration;

public sealed class PublishedShapesTests
{
    public static TheoryData<string> Names { get; } = [.. PublishedShapes.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_published_shape_is_admissible_with_all_layers_trained(string name)
    {
        var configuration = PublishedShapes.All[name];
        AdmissibleShapes.Check(configuration);
        Assert.Equal(configuration.Auxiliary.LayerCount, configuration.TrainedLayers);
        Assert.Equal(name == "opt-2.7b" ? 80 : 64, configuration.Auxiliary.HeadSize);
    }

    [Theory]
    [InlineData("gpt2-small", 3072, 256, 12)]
    [InlineData("opt-125m", 3072, 256, 12)]
    [InlineData("gpt2-medium", 5120, 256, 20)]
    [InlineData("gpt2-large", 6400, 320, 20)]
    [InlineData("gpt2-xl", 9600, 320, 30)]
    [InlineData("opt-1.3b", 10240, 512, 40)]
    [InlineData("opt-2.7b", 12800, 640, 40)]
    public void Shapes_are_those_of_the_published_code(string name, int hiddenSize, int prefixes, int heads)
    {
        var configuration = PublishedShapes.All[name];
        Assert.Equal((hiddenSize, prefixes, heads), (configuration.HiddenSize, configuration.PrefixCount, configuration.HeadCount));
        var isOpt = name.StartsWith("opt", StringComparison.Ordinal);
        Assert.Equal(isOpt ? AuxiliaryFamily.Opt : AuxiliaryFamily.Gpt2, configuration.Auxiliary.Family);
        Assert.Equal(isOpt ? ActivationKind.Relu : ActivationKind.GeluNew, configuration.Auxiliary.Activation);
        Assert.Equal(isOpt ? 2048 : 1024, configuration.Auxiliary.MaximumPositions);
    }
}
