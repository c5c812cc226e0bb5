using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Families;

namespace Tint.Reference.Tests.Architecture;

public sealed class FamilyPlanTests
{
    public static TheoryData<string, string> Sizes => WalkTests.Sizes;

    public static TheoryData<string> Small => [.. Families.SmallModels.Configurations.Keys];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_published_block_has_the_parameters_of_its_checkpoint(string family, string size) => Agree(FamilyCatalogue.Size(family, size));

    [Theory]
    [MemberData(nameof(Small))]
    public void Every_variant_of_a_block_has_the_parameters_of_its_checkpoint(string name) => Agree(Families.SmallModels.Read(name));

    [Fact]
    public void The_auxiliary_model_is_the_family_of_its_name()
    {
        var expected = FamilyCatalogue.Size("gpt2", "small").Blocks();
        var actual = BlockPlan.Of(AuxiliaryConfiguration.Gpt2Small);
        Assert.All(expected, block => Assert.Equal(block.Plan.Steps, actual.Steps));
        Assert.Equal(6 + (3 * 4), actual.Loads.Count());
        Assert.Equal(BlockPlan.Of(AuxiliaryConfiguration.Opt125M).Steps, FamilyCatalogue.Size("opt", "125m").Blocks()[0].Plan.Steps);
    }

    [Fact]
    public void Widths_that_do_not_fit_are_named()
    {
        Refuse(new(new Linear(Place.Output, 4, 3)), "attention output", "4 for 3");
        Refuse(new(new Residual(new Linear(Place.Output, 3, 4))), "a sum", "3 for 4");
        Refuse(new(new Linear(Place.Output, 3, 4)), "the block", "3 for 4");
        Refuse(new(new Norm(Place.MlpNorm, 5)), "MLP norm", "4 for 5");

        static void Refuse(BlockPlan plan, params string[] named)
        {
            var message = Assert.Throws<RuleViolationException>(() => WidthReading.Count(plan, 4)).Message;
            Assert.All(named, part => Assert.Contains(part, message, StringComparison.Ordinal));
        }
    }

    private static void Agree(FamilyConfiguration model)
    {
        var tensors = model.Tensors();
        var blocks = model.Blocks();
        Assert.NotEmpty(blocks);
        foreach (var (name, plan) in blocks)
        {
            var width = ((Linear)plan[Place.Output]).Outputs;
            TensorName[] own = [.. tensors.Where(tensor => tensor.Places.All(place => place.StartsWith($"{name}.", StringComparison.Ordinal)))];
            Assert.Equal(
                own.SelectMany(tensor => tensor.Places).Order(StringComparer.Ordinal),
                plan.Parameters.SelectMany(leaf => Names(name, leaf)).Order(StringComparer.Ordinal));
            Assert.Equal(own.Sum(tensor => tensor.Shape.Aggregate(1L, static (product, size) => product * size)), WidthReading.Count(plan, width));
        }

        var elsewhere = tensors.SelectMany(tensor => tensor.Places)
            .Where(place => place.Contains("layers.", StringComparison.Ordinal))
            .Where(place => !blocks.Any(block => place.StartsWith($"{block.Name}.", StringComparison.Ordinal)));
        Assert.Empty(elsewhere);
    }

    private static IEnumerable<string> Names(string block, ParameterLeaf leaf) =>
        ((string[])[.. leaf.HasWeight ? ["weight"] : Array.Empty<string>(), .. leaf.HasBias ? ["bias"] : Array.Empty<string>()])
            .Select(part => $"{block}.{leaf.Place}.{part}");
}
