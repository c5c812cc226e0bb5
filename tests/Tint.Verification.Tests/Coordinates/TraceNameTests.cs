using Tint.Verification.Coordinates;

namespace Tint.Verification.Tests.Coordinates;

public class TraceNameTests
{
    [Fact]
    public void Takes_hidden_states_and_prefixes_apart()
    {
        Assert.Equal(new TraceName(0, "forward", 12, null), TraceName.Parse("expected.trace.000.forward.layer12.hidden_states"));
        Assert.Equal(new TraceName(3, "backward", null, 0), TraceName.Parse("expected.trace.003.backward.final_norm.updated_prefixes.00"));
    }

    [Theory]
    [InlineData("expected.hidden_states")]
    [InlineData("expected.trace.000.sideways.layer00.hidden_states")]
    [InlineData("expected.trace.000.forward.layer00.hidden_states.more")]
    [InlineData("expected.trace.000.forward.layer99999999999.hidden_states")]
    [InlineData("trace.000.forward.layer00.hidden_states")]
    public void Is_null_for_other_names(string name) => Assert.Null(TraceName.Parse(name));

    [Theory]
    [InlineData(0, "attention norm")]
    [InlineData(5, "MLP norm")]
    [InlineData(6, "MLP inner chunk 0")]
    [InlineData(7, "activation chunk 0")]
    [InlineData(17, "MLP outer chunk 3")]
    public void Names_the_module_of_prefixes(int number, string module) =>
        Assert.Equal(module, new TraceName(4, "backward", 1, number).Module);
}
