using Tint.Experiments.Saving;
using Tint.Experiments.Tests.Support;
using Tint.Fixtures;
using Tint.Fixtures.Safetensors;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Experiments.Tests.Saving;

public sealed class ConstructedFolderTests : IDisposable
{
    private const long OneFile = 1L << 30;

    private static readonly TintConfiguration Configuration = TintConfiguration.For(
        new AuxiliaryConfiguration { HiddenSize = 12, HeadCount = 2, LayerCount = 1, VocabularySize = 11, MaximumPositions = 6 });

    private readonly TemporaryFolder _folder = new();
    private readonly AuxiliaryWeights _weights = AuxiliaryWeights.Random(Configuration.Auxiliary, 3);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(OneFile, 1)]
    [InlineData(100_000, 2)]
    [InlineData(1, 100)]
    public void What_was_written_is_read_back_to_the_last_bit(long bytesAFile, int atLeast)
    {
        var written = new ConstructedFolder(Configuration, _weights);
        var count = 0;
        written.Write(_folder.At("tint"), bytesAFile, () => ConstructedExample.Of(Configuration, _weights, ConstructedExample.Sequence(Configuration, 4)), () => count++, default);
        Assert.Equal(written.TensorCount, count);
        Assert.True(Directory.EnumerateFiles(_folder.At("tint"), "model-*.safetensors").Count() >= atLeast);
        Assert.Null(written.Difference(_folder.At("tint"), null, default));
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder.Path));
        using var example = SafetensorsFile.Open(_folder.At("tint/example.safetensors"));
        Assert.Equal([4, 11], example.Entry("logits").Shape);
        Assert.All(example.ReadDoubles("logits.bound"), static bound => Assert.InRange(bound, 1e-18, 1e-9));
    }

    [Fact]
    public void Another_rate_and_one_other_bit_are_noticed()
    {
        var written = new ConstructedFolder(Configuration, _weights);
        written.Write(_folder.At("tint"), OneFile, null, null, default);
        Assert.Contains(
            "attnt_module.v_attn_head.weight' differs at entry", new ConstructedFolder(Configuration with { InnerLearningRate = 0.5 }, _weights).Difference(_folder.At("tint"), null, default), StringComparison.Ordinal);
        var file = Directory.EnumerateFiles(_folder.At("tint"), "model-*.safetensors").Single();
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 0x80;
        File.WriteAllBytes(file, bytes);
        Assert.NotNull(written.Difference(_folder.At("tint"), null, default));
        bytes[^1] ^= 0x80;
        File.WriteAllBytes(file, bytes);
        File.AppendAllText(_folder.At("tint/config.json"), " ");
        Assert.Equal("config.json describes other layers or options", written.Difference(_folder.At("tint"), null, default));
    }

    [Fact]
    public void A_cancelled_writing_leaves_nothing()
    {
        using var source = new CancellationTokenSource();
        var written = new ConstructedFolder(Configuration, _weights);
        Assert.Throws<OperationCanceledException>(() => written.Write(_folder.At("tint"), 1, null, source.Cancel, source.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_folder_that_holds_something_is_left_alone()
    {
        _folder.Write("mine.txt", "mine");
        var exception = Assert.Throws<FixtureException>(() => new ConstructedFolder(Configuration, _weights).Write(_folder.Path, OneFile, null, null, default));
        Assert.Contains("a folder of its own", exception.Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(_folder.At("mine.txt")));
    }
}
