using Tint.Reference.Families;

namespace Tint.Reference.Tests.Families;

public class PublishedSizeTests
{
    /// <summary>The parameters that the models' own pages state, tied heads counted once.</summary>
    [Theory]
    [InlineData("gpt2", "small", 124_439_808)]
    [InlineData("opt", "125m", 125_239_296)]
    [InlineData("opt", "350m", 331_196_416)]
    [InlineData("gpt2", "medium", 354_823_168)]
    [InlineData("gpt2", "large", 774_030_080)]
    [InlineData("gpt2", "xl", 1_557_611_200)]
    [InlineData("opt", "1.3b", 1_315_758_080)]
    [InlineData("opt", "2.7b", 2_651_596_800)]
    [InlineData("opt", "6.7b", 6_658_473_984)]
    [InlineData("opt", "13b", 12_853_473_280)]
    [InlineData("llama", "7b", 6_738_415_616)]
    [InlineData("llama", "13b", 13_015_864_320)]
    [InlineData("llama", "70b", 68_976_648_192)]
    [InlineData("llama", "qwen2-1.5b", 1_543_714_304)]
    [InlineData("llama", "qwen2-7b", 7_615_616_512)]
    [InlineData("gpt_neox", "410m", 405_334_016)]
    [InlineData("gpt_neox", "1b", 1_011_781_632)]
    [InlineData("gpt_neox", "1.4b", 1_414_647_808)]
    [InlineData("gpt_neox", "6.9b", 6_857_302_016)]
    [InlineData("gpt_neox", "12b", 11_846_072_320)]
    [InlineData("gpt_neox", "20b", 20_554_567_680)]
    [InlineData("bloom", "1.1b", 1_065_314_304)]
    [InlineData("bloom", "1.7b", 1_722_408_960)]
    [InlineData("bloom", "3b", 3_002_557_440)]
    [InlineData("t5", "large", 737_668_096)]
    [InlineData("t5", "3b", 2_851_598_336)]
    [InlineData("t5", "v1.1-base", 247_577_856)]
    [InlineData("t5", "v1.1-large", 783_150_080)]
    [InlineData("llama", "3-8b", 8_030_261_248)]
    [InlineData("llama", "mistral-7b", 7_241_732_096)]
    [InlineData("llama", "qwen2-0.5b", 494_032_768)]
    [InlineData("gpt_neox", "70m", 70_426_624)]
    [InlineData("gpt_neox", "160m", 162_322_944)]
    [InlineData("gpt_neox", "2.8b", 2_775_208_960)]
    [InlineData("gptj", "6b", 6_050_882_784)]
    [InlineData("bloom", "560m", 559_214_592)]
    [InlineData("bloom", "7.1b", 7_069_016_064)]
    [InlineData("gpt_bigcode", "santacoder", 1_124_886_528)]
    [InlineData("gpt_bigcode", "starcoder-1b", 1_137_207_296)]
    [InlineData("gpt_bigcode", "starcoder-15b", 15_517_456_384)]
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
