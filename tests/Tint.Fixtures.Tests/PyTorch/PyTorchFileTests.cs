using Tint.Fixtures.PyTorch;

namespace Tint.Fixtures.Tests.PyTorch;

public class PyTorchFileTests
{
    [Theory]
    [InlineData("zip.bin")]
    [InlineData("legacy.bin")]
    public void What_PyTorch_saved_is_read_in_every_type_and_stride(string name)
    {
        var file = PyTorchFile.Open(Saved(name));

        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], file.ReadDoubles("plain"));
        Assert.Equal([4, 3], file.ShapeOf("transposed"));
        Assert.Equal([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11], file.ReadDoubles("transposed"));
        Assert.Equal([5, 6, 9, 10], file.ReadDoubles("part"));
        Assert.Equal([1.5, -2.25], file.ReadDoubles("double"));
        Assert.Equal([0.5, -3], file.ReadDoubles("half"));
        Assert.Equal([0.5, -3], file.ReadDoubles("brain"));
        Assert.Equal([7, -9], file.ReadDoubles("long"));
        Assert.Equal([1, 0], file.ReadDoubles("bool"));
        Assert.Equal([4], file.ReadDoubles("scalar"));
        Assert.Empty(file.ShapeOf("scalar")!);
        Assert.Empty(file.ReadDoubles("empty"));
        Assert.Equal(file.ReadDoubles("plain"), file.ReadDoubles("tied"));
        Assert.Equal([1, 2], file.ReadDoubles("parameter"));
        Assert.Equal(12, file.TensorNames.Count);
    }

    [Fact]
    public void A_state_dict_with_its_versions_is_read() =>
        Assert.Equal(["0.weight", "0.bias", "1.weight", "1.bias"], PyTorchFile.Open(Saved("state_dict.bin")).TensorNames);

    [Fact]
    public void Several_threads_read_at_once()
    {
        var file = PyTorchFile.Open(Saved("zip.bin"));

        Parallel.For(0, 64, _ => Assert.Equal([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11], file.ReadDoubles("transposed")));
    }

    [Theory]
    [InlineData("module.bin", "torch.nn.modules.container.Sequential")]
    [InlineData("with_step.bin", "'model'")]
    public void A_file_that_is_more_than_tensors_is_refused_by_name(string name, string named)
    {
        var refusal = Assert.Throws<FixtureException>(() => PyTorchFile.Open(Saved(name)));

        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }

    private static string Saved(string name) => Path.Combine(AppContext.BaseDirectory, "PyTorch", "Data", name);
}
