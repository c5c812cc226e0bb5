using Tint.Cli;
using Tint.Properties.Implementations;
using Tint.Properties.Tests.Support;

namespace Tint.Properties.Tests.Commands;

[Collection(GlobalControl.Name)]
public sealed class ReplayCommandTests : IDisposable
{
    private readonly GlobalControl _control = new();
    private readonly TemporaryDirectory _directory = new();

    public void Dispose()
    {
        _directory.Dispose();
        _control.Dispose();
    }

    [Fact]
    public async Task A_foreign_implementation_s_failure_is_saved_and_replayed_on_it_and_on_another()
    {
        var foreign = ImplementationNames.Of(new FaultyTint())!;
        var (code, output, _) = await Run("properties", "--law", "L02", "--cases", "2", "--implementation", foreign, "--save", _directory.Path);
        Assert.Equal(1, code);
        Assert.Matches($"(?m)^  reproduce: tint properties --law L02 --seed 1 --case [01] --implementation {System.Text.RegularExpressions.Regex.Escape(foreign)} --provider simd$", output);
        var file = Assert.Single(Directory.GetFiles(_directory.Path, "*.safetensors"));
        Assert.Contains($": tint replay {file}", output, StringComparison.Ordinal);

        (code, output, _) = await Run("replay", file, "--implementation", foreign);
        Assert.Equal(1, code);
        Assert.Matches(@"L02\s+faulty\s+\S+\s+broken", output);
        (code, output, var error) = await Run("replay", file, "--implementation", "simulation");
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Matches(@"L02\s+simulation\s+\S+\s+holds", output);
    }

    [Fact]
    public async Task A_file_s_word_alone_loads_nobody_s_code()
    {
        await Run("properties", "--law", "L02", "--cases", "2", "--implementation", ImplementationNames.Of(new FaultyTint())!, "--save", _directory.Path);
        var (code, output, error) = await Run("replay", Directory.GetFiles(_directory.Path, "*.safetensors")[0]);
        Assert.Equal((2, string.Empty), (code, output));
        Assert.EndsWith("add --implementation FILE.dll:CLASS\n", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/no/such/file.safetensors")]
    [InlineData("")]
    public async Task A_file_that_cannot_be_used_is_one_line(string file)
    {
        var (code, output, error) = await Run("replay", file);
        Assert.Equal((2, string.Empty), (code, output));
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    private static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var code = await Task.Run(() => TintCommand.Run(arguments, Terminal.Of(output, error), []));
        return (code, output.ToString(), error.ToString());
    }
}
