using Tint.Reference.Families;

namespace Tint.Reference.Tests.Families;

public class PublishedSizeTests
{
    /// <summary>The parameters that the models' own pages state, tied heads counted once.</summary>
    private static readonly Dictionary<string, long> Known = new()
    {
        ["gpt2 small"] = 124_439_808,
        ["gpt2 medium"] = 354_823_168,
        ["gpt2 large"] = 774_030_080,
        ["gpt2 xl"] = 1_557_611_200,
        ["opt 125m"] = 125_239_296,
        ["opt 350m"] = 331_196_416,
        ["opt 1.3b"] = 1_315_758_080,
        ["opt 2.7b"] = 2_651_596_800,
        ["opt 6.7b"] = 6_658_473_984,
        ["opt 13b"] = 12_853_473_280,
        ["opt 30b"] = 29_974_540_288,
        ["opt 66b"] = 65_719_701_504,
        ["llama qwen2-0.5b"] = 494_032_768,
        ["llama qwen2-1.5b"] = 1_543_714_304,
        ["llama 7b"] = 6_738_415_616,
        ["llama 1-7b"] = 6_738_415_616,
        ["llama mistral-7b"] = 7_241_732_096,
        ["llama qwen2-7b"] = 7_615_616_512,
        ["llama 3-8b"] = 8_030_261_248,
        ["llama 13b"] = 13_015_864_320,
        ["llama 1-13b"] = 13_015_864_320,
        ["llama 1-30b"] = 32_528_943_616,
        ["llama 1-65b"] = 65_285_660_672,
        ["llama 70b"] = 68_976_648_192,
        ["llama 3-70b"] = 70_553_706_496,
        ["llama qwen2-72b"] = 72_706_203_648,
        ["gpt_neox 70m"] = 70_426_624,
        ["gpt_neox 160m"] = 162_322_944,
        ["gpt_neox 410m"] = 405_334_016,
        ["gpt_neox 1b"] = 1_011_781_632,
        ["gpt_neox 1.4b"] = 1_414_647_808,
        ["gpt_neox 2.8b"] = 2_775_208_960,
        ["gpt_neox 6.9b"] = 6_857_302_016,
        ["gpt_neox 12b"] = 11_846_072_320,
        ["gpt_neox 20b"] = 20_554_567_680,
        ["gptj 6b"] = 6_050_882_784,
        ["bloom 560m"] = 559_214_592,
        ["bloom 1.1b"] = 1_065_314_304,
        ["bloom 1.7b"] = 1_722_408_960,
        ["bloom 3b"] = 3_002_557_440,
        ["bloom 7.1b"] = 7_069_016_064,
        ["bloom 176b"] = 176_247_271_424,
        ["t5 small"] = 60_506_624,
        ["t5 v1.1-small"] = 76_961_152,
        ["t5 base"] = 222_903_552,
        ["t5 v1.1-base"] = 247_577_856,
        ["t5 large"] = 737_668_096,
        ["t5 v1.1-large"] = 783_150_080,
        ["t5 v1.1-xl"] = 2_849_757_184,
        ["t5 3b"] = 2_851_598_336,
        ["t5 v1.1-xxl"] = 11_135_332_352,
        ["t5 11b"] = 11_307_321_344,
        ["gpt_bigcode santacoder"] = 1_124_886_528,
        ["gpt_bigcode starcoder-1b"] = 1_137_207_296,
        ["gpt_bigcode starcoder-3b"] = 3_043_311_104,
        ["gpt_bigcode starcoder-7b"] = 7_327_263_232,
        ["gpt_bigcode starcoder-15b"] = 15_517_456_384,
    };

    private static readonly (string Family, string Size)[] All =
        [.. FamilyCatalogue.Families.SelectMany(static family => FamilyCatalogue.Sizes(family).Select(size => (family, size)))];

    public static TheoryData<string, string> Sizes
    {
        get
        {
            var sizes = new TheoryData<string, string>();
            Array.ForEach(All, item => sizes.Add(item.Family, item.Size));
            return sizes;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_published_model_has_as_many_parameters_as_it_is_known_for(string family, string size) =>
        Assert.Equal(Known[$"{family} {size}"], FamilyCatalogue.Size(family, size).Tensors().Sum(
            tensor => tensor.Shape.Aggregate(1L, (product, axis) => product * axis)));

    [Fact]
    public void Every_number_is_of_a_size_that_there_is() =>
        Assert.Equal(Known.Keys.Order(StringComparer.Ordinal), All.Select(static item => $"{item.Family} {item.Size}").Order(StringComparer.Ordinal));

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
