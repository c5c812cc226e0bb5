using Tint.Reference.Families;

namespace Tint.Reference.Tests.Families;

/// <summary>What each family says of its own <c>config.json</c>, which cases, laws and training make their small models from, against what it reads.</summary>
public sealed class FamilyFieldsTests
{
    public static TheoryData<string> Families => [.. FamilyCatalogue.Families];

    public static TheoryData<string> ModelTypes => [.. FamilyCatalogue.ModelTypes];

    [Theory]
    [MemberData(nameof(ModelTypes))]
    public void Sizes_come_back_as_they_were_asked_for(string type)
    {
        var (fields, sizes) = Of(type);
        var isFamily = FamilyCatalogue.NameOf(type) == type;
        foreach (var more in isFamily ? [fields.Small(sizes), fields.Trained(sizes)] : new[] { fields.Trained(sizes) })
        {
            var model = FamilyCatalogue.Read(sizes, more);
            Assert.Equal(type, model.ModelType);
            Assert.Equal(
                (sizes.Vocabulary, sizes.Width, sizes.Heads, sizes.Layers * fields.Stacks),
                (model.VocabularySize, model.HiddenSize, model.HeadCount, model.Blocks().Count));
            Assert.Equal(fields.Stacks, model.HasEncoder ? 2 : 1);
            Assert.Equal(sizes.Inner, model.GetType().GetProperty("InnerSize")?.GetValue(model) ?? sizes.Inner);
        }

        Assert.Equal(sizes.Positions, FamilyCatalogue.Read(sizes, isFamily ? fields.Small(sizes) : fields.Trained(sizes)).MaximumPositions);
    }

    /// <summary>A switch whose values read the same, or a property that no switch turns, is a wiring that laws never see.</summary>
    [Theory]
    [MemberData(nameof(Families))]
    public void Every_switch_gives_another_model_and_every_property_that_is_on_or_off_has_a_switch(string family)
    {
        var (fields, sizes) = Of(family);
        var models = fields.Switches(sizes).Select(item => item.Values.Select(
            value => FamilyCatalogue.Read(sizes, fields.Small(sizes), $$"""{"{{item.Field}}":{{value}}}""")).ToArray()).ToArray();
        Assert.All(models, values => Assert.Equal(values.Length, values.Distinct().Count()));
        var properties = models[0][0].GetType().GetProperties().Where(property => property.PropertyType == typeof(bool) && property.CanWrite);
        Assert.All(properties, property => Assert.Equal(2, models.SelectMany(values => values).Select(property.GetValue).Distinct().Count()));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_variant_gives_another_model(string family)
    {
        var (fields, sizes) = Of(family);
        var models = fields.Variants.Select(item => FamilyCatalogue.Read(sizes, fields.Small(sizes), item.Fields)).Prepend(FamilyCatalogue.Read(sizes, fields.Small(sizes))).ToArray();
        Assert.Equal(models.Length, models.Distinct().Count());
        Assert.True(models.Length > 1 || family is "gpt2" or "opt", "fresh cases of a family that the published code does not have show its wirings");
    }

    /// <summary>Every tensor gets its name before one is looked for: a number from a hostile file must not fill the memory.</summary>
    [Theory]
    [MemberData(nameof(ModelTypes))]
    public void More_layers_than_a_model_has_are_refused(string type) => Assert.Contains(
        $"from 1 to {ConfigFields.MostLayers}",
        Assert.Throws<RuleViolationException>(() => FamilyCatalogue.Read(Of(type).Sizes with { Layers = ConfigFields.MostLayers + 1 })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void An_unknown_family_is_refused() => Assert.Contains(
        "got 'gpt9'; use one of gpt2", Assert.Throws<RuleViolationException>(() => FamilyCatalogue.Fields("gpt9")).Message, StringComparison.Ordinal);

    private static (FamilyFields Fields, FamilySizes Sizes) Of(string type)
    {
        var fields = FamilyCatalogue.Fields(type);
        return (fields, fields.Nearest(new(type, 11, 9, 12, 3, 3, 17)));
    }
}
