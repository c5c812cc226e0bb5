using System.Text.Json;
using Tint.Reference;
using Tint.Reference.Configuration;
using Tint.Verification.Counting;

namespace Tint.Verification.Tests.Counting;

public class ParameterDocumentTests
{
    private static readonly ParameterDocument Small = ParameterDocument.Of("gpt2-small");

    [Fact]
    public void The_parts_of_gpt2_small_add_up_to_the_published_code_s_count()
    {
        Assert.Equal(1_476_796_914, Small.Total);
        Assert.Equal(1_476_796_914, Small.Parts.Sum(part => part.Parameters * part.Copies));
    }

    [Fact]
    public void A_module_s_tensors_add_up_to_the_module() =>
        Assert.All(Small.Modules, module => Assert.Equal(module.Parameters, module.Tensors.Sum(tensor => tensor.Parameters)));

    [Fact]
    public void A_part_s_modules_add_up_to_the_part()
    {
        var modules = Small.Modules.ToDictionary(module => module.Name, module => module.Parameters);
        Assert.Equal(3, ParameterTensors.Composition.Count);
        Assert.All(ParameterTensors.Composition, part => Assert.Equal(
            Small.Parts.Single(item => item.Name == part.Key).Parameters, part.Value.Sum(item => item.Copies * modules[item.Module])));
    }

    [Fact]
    public void The_paper_s_table_stands_beside_its_formula()
    {
        Assert.Equal(
            [("OPT-125M", 1.28, 1.2), ("OPT-350M", 3.17, 3.4), ("OPT-1.3B", 10.82, 10.8), ("OPT-2.7B", 21.77, 21.8)],
            Small.Paper.Select(row => (row.Name, Math.Round(row.Formula / 1e9, 2), row.QuotedBillions)));
    }

    [Fact]
    public void Every_published_shape_has_its_total() =>
        Assert.Equal(PublishedShapes.All.Keys, Small.PublishedShapeTotals.Select(row => row.Name));

    [Fact]
    public void Refuses_a_shape_that_is_not_published() => Assert.Equal(
        "the shape must be a published one", Assert.Throws<RuleViolationException>(() => ParameterDocument.Of("gpt3")).Rule);

    [Fact]
    public void The_JSON_has_the_same_numbers()
    {
        using var stream = new MemoryStream();
        Small.WriteTo(stream);
        var root = JsonDocument.Parse(stream.ToArray()).RootElement;
        Assert.Equal(1_476_796_914, root.GetProperty("total").GetInt64());
        Assert.Equal("published_shape_totals", Assert.Single(root.EnumerateObject(), item => item.Name.StartsWith("pub", StringComparison.Ordinal)).Name);
        Assert.Equal(11, root.GetProperty("modules").GetArrayLength());
    }
}
