using Tint.Reference.Families;

namespace Tint.Reference.Tests.Families;

public class PublishedSizeTests
{
    /// <summary>The parameters that the models' own pages state, tied heads counted once.</summary>
    [Theory]
    [InlineData("gpt2", "small", 124_439_808)]
    [InlineData("opt", "125m", 125_239_296)]
    [InlineData("opt", "350m", 331_196_416)]
    [InlineData("llama", "7b", 6_738_415_616)]
    [InlineData("llama", "3-8b", 8_030_261_248)]
    [InlineData("llama", "mistral-7b", 7_241_732_096)]
    [InlineData("llama", "qwen2-0.5b", 494_032_768)]
    [InlineData("gpt_neox", "70m", 70_426_624)]
    [InlineData("gpt_neox", "160m", 162_322_944)]
    [InlineData("gpt_neox", "2.8b", 2_775_208_960)]
    [InlineData("gptj", "6b", 6_050_882_784)]
    [InlineData("bloom", "560m", 559_214_592)]
    [InlineData("bloom", "7.1b", 7_069_016_064)]
    [InlineData("t5", "small", 60_506_624)]
    [InlineData("t5", "base", 222_903_552)]
    public void A_published_model_has_as_many_parameters_as_it_is_known_for(string family, string size, long parameters) =>
        Assert.Equal(parameters, FamilyCatalogue.Size(family, size).Tensors().Sum(
            tensor => tensor.Shape.Aggregate(1L, (product, axis) => product * axis)));

    [Fact]
    public void An_unknown_size_or_family_is_refused_with_those_that_are()
    {
        var size = Assert.Throws<RuleViolationException>(() => FamilyCatalogue.Size("llama", "70t"));
        var family = Assert.Throws<RuleViolationException>(() => FamilyCatalogue.Sizes("lama"));

        Assert.Contains("'70t'", size.Message, StringComparison.Ordinal);
        Assert.Contains("13b", size.Message, StringComparison.Ordinal);
        Assert.Contains("gpt_neox", family.Message, StringComparison.Ordinal);
    }
}
