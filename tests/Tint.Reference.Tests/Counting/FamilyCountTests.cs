using Tint.Reference.Configuration;
using Tint.Reference.Counting;
using Tint.Reference.Families;
using Tint.Reference.Modules;

namespace Tint.Reference.Tests.Counting;

public sealed class FamilyCountTests
{
    /// <summary>Published sizes without a TinT, and what the refusal says.</summary>
    private static readonly Dictionary<(string Family, string Size), string> Refused = new()
    {
        [("t5", "3b")] = "32 heads of 128 for width 1024",
        [("t5", "11b")] = "128 heads of 128 for width 1024",
        [("t5", "v1.1-small")] = "6 heads of 64 for width 512",
        [("bloom", "176b")] = "the token embedding must have at most",
    };

    public static IEnumerable<object[]> Published => FamilyCatalogue.Families.SelectMany(family => FamilyCatalogue.Sizes(family).Select(size => new object[] { family, size }));

    [Theory]
    [InlineData("gpt2", "small", "gpt2-small")]
    [InlineData("gpt2", "xl", "gpt2-xl")]
    [InlineData("opt", "125m", "opt-125m")]
    [InlineData("opt", "2.7b", "opt-2.7b")]
    public void A_model_of_the_published_code_has_the_shape_and_the_count_that_it_has_there(string family, string size, string name)
    {
        var (model, shape) = (FamilyCatalogue.Size(family, size), PublishedShapes.All[name]);
        var chosen = FamilyShape.Of(model);
        Assert.Equal((shape.HiddenSize, shape.PrefixCount, shape.HeadCount), (chosen.HiddenSize, chosen.PrefixCount, chosen.HeadCount));
        Assert.Equal(ParameterCount.Parts(shape), FamilyCount.Parts(model));
        Assert.Equal(ParameterCount.WholeModel(shape), FamilyCount.Whole(model));
    }

    /// <summary>LLaMA-2 7B: modules counted one by one at its shape, 3 chunks of gate, activation, inner and outer layer, and tables of T_max·d numbers.</summary>
    [Fact]
    public void A_llama_s_blocks_are_the_modules_of_its_plan()
    {
        var model = FamilyCatalogue.Size("llama", "7b");
        var shape = FamilyShape.Of(model);
        Assert.Equal((20480, 1024, 40), (shape.HiddenSize, shape.PrefixCount, shape.HeadCount));
        var published = ParameterCount.Modules(shape).ToDictionary(module => module.Name, module => module.Parameters);
        var others = OperationCount.Modules(shape).ToDictionary(module => module.Name, module => module.Parameters);
        const long Rotary = 4096 * 128, Load = 1024 * 20480;
        var parts = FamilyCount.Parts(model).ToDictionary(part => part.Name);
        Assert.Equal(
            (2 * others["RmsNormForward"]) + published["AttentionForward"] + Rotary + (4 * published["LinearForward"]) + published["ActivationForward"]
            + others["ProductForward"],
            parts["forward block"].Parameters);
        Assert.Equal(
            (2 * (others["RmsNormBackward"] + others["RmsNormDescent"])) + published["AttentionBackward"] + Rotary
            + (5 * (published["LinearBackward"] + published["LinearDescent"])) + published["ActivationBackward"] + others["ProductBackward"],
            parts["backward block"].Parameters);
        Assert.Equal((6 + (3 * 4)) * Load, parts["prefix loads of a block"].Parameters);
        Assert.Equal((32000L * 4096, 32000L * 4096), (parts["token embeddings"].Total, parts["head"].Total));
        Assert.DoesNotContain("position table", parts.Keys);
    }

    [Fact]
    public void An_encoder_and_a_decoder_have_blocks_tables_and_final_norms_of_their_own()
    {
        var parts = FamilyCount.Parts(FamilyCatalogue.Size("t5", "small")).ToDictionary(part => part.Name);
        Assert.Equal((6, 6), (parts["encoder forward block"].Copies, parts["decoder forward block"].Copies));
        Assert.Equal(32 * 8, parts["encoder table of relative positions"].Total);
        Assert.Equal(32 * 8, parts["decoder table of relative positions"].Total);
        Assert.True(parts["decoder backward block"].Parameters > parts["encoder backward block"].Parameters);
        Assert.Contains("decoder final norm, forward and backward", parts.Keys);
    }

    /// <summary>GPT-2's against the count over its own class, and LLaMA's by hand: the score path, and a backward and a descent of the query and key layer.</summary>
    [Fact]
    public void A_faithful_TinT_counts_the_score_path()
    {
        var (gpt2, shape) = (FamilyCatalogue.Size("gpt2", "small"), PublishedShapes.All["gpt2-small"]);
        Assert.Equal(ParameterCount.Parts(shape.Faithful()), FamilyCount.Parts(gpt2, static configuration => configuration.Faithful()));
        Assert.True(ParameterCount.WholeModel(shape.Faithful()) > ParameterCount.WholeModel(shape));

        var llama = FamilyCatalogue.Size("llama", "7b");
        var faithful = FamilyShape.Of(llama, static configuration => configuration.Faithful());
        var published = ParameterCount.Modules(faithful).ToDictionary(module => module.Name, module => module.Parameters);
        const long Rotary = 4096 * 128;
        long Backward(Func<TintConfiguration, TintConfiguration> settings) => FamilyCount.Parts(llama, settings).Single(part => part.Name == "backward block").Parameters;
        var scores = ModuleCatalogue.Tensors("AttentionScoreBackward", faithful).Sum(tensor => tensor.Count) + Rotary;
        Assert.Equal(
            scores + published["LinearBackward"] + published["LinearDescent"],
            Backward(static configuration => configuration.Faithful()) - Backward(static configuration => configuration with { Stencil = Stencil.Central }));
    }

    [Theory]
    [MemberData(nameof(Published))]
    public void Every_published_size_has_a_TinT_by_the_rule_or_says_why_not(string family, string size)
    {
        var model = FamilyCatalogue.Size(family, size);
        if (Refused.TryGetValue((family, size), out var why))
        {
            Assert.Contains(why, Assert.Throws<RuleViolationException>(() => FamilyShape.Of(model)).Message, StringComparison.Ordinal);
            return;
        }

        var shape = FamilyShape.Of(model);
        AdmissibleShapes.Check(shape);
        Assert.Equal(AdmissibleShapes.HeadCounts(model.HiddenSize, model.HeadCount, shape.HiddenSize).First(), shape.HeadCount);
        Assert.True(FamilyCount.Whole(model) > FamilyCount.OfModel(model));
    }
}
