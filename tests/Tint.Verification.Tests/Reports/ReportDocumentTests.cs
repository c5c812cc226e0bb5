using System.Text.Json;
using Tint.Verification.Engines;
using Tint.Verification.Reports;
using Tint.Verification.Tests.Support;

namespace Tint.Verification.Tests.Reports;

public class ReportDocumentTests
{
    [Fact]
    public void A_passed_run_has_counts_and_a_row_a_case()
    {
        var root = Json(CaseFilter.Select(Shipped.Cases, "Linear*.a"));
        Assert.Equal((6, 0, 0), (Int(root, "passed"), Int(root, "failed"), Int(root, "skipped")));
        Assert.Equal(Int(root, "tensors_listed"), Int(root, "tensors_checked"));
        var row = root.GetProperty("cases")[0];
        Assert.Equal(("LinearForward.a", "LinearForward", "passed"), (Text(row, "id"), Text(row, "module"), Text(row, "verdict")));
        foreach (var number in new[] { "absolute", "relative", "bound", "ratio" })
        {
            Assert.Equal(JsonValueKind.Number, row.GetProperty(number).ValueKind);
        }
    }

    [Fact]
    public void A_failed_case_names_its_worst_tensor_with_its_numbers()
    {
        using var copy = new FixtureCopy("LinearForward.a");
        copy.Scale("LinearForward.a", "expected.hidden_states", 1 + 1e-6);
        var row = Json(copy.Cases).GetProperty("cases")[0];
        Assert.Equal(("failed", "expected.hidden_states"), (Text(row, "verdict"), Text(row, "tensor")));
        Assert.Equal(1e-6, row.GetProperty("relative").GetDouble(), 1e-8);
        Assert.Equal(1e6, row.GetProperty("ratio").GetDouble(), 1e2);
        Assert.Equal(row.GetProperty("error").GetDouble() / row.GetProperty("bound").GetDouble(), row.GetProperty("ratio").GetDouble());
        Assert.StartsWith("module LinearForward, sequence ", Text(row, "place"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_ratio_to_a_broken_bound_of_zero_is_null()
    {
        using var copy = new FixtureCopy("LinearForward.a");
        copy.Scale("LinearForward.a", "constructed.gates.old_v.weight", 1 + 1e-6);
        var row = Json(copy.Cases).GetProperty("cases")[0];
        Assert.Equal(("failed", "constructed.gates.old_v.weight"), (Text(row, "verdict"), Text(row, "tensor")));
        Assert.Equal(JsonValueKind.Null, row.GetProperty("ratio").ValueKind);
        Assert.Equal(0, row.GetProperty("bound").GetDouble());
    }

    [Fact]
    public void A_file_that_expects_what_is_no_number_is_reported_without_its_numbers()
    {
        using var copy = new FixtureCopy("LinearForward.a");
        copy.Scale("LinearForward.a", "expected.hidden_states", double.NaN);
        var row = Json(copy.Cases, ReferenceEngines.All).GetProperty("cases")[0];
        Assert.Equal(("failed", "expected.hidden_states"), (Text(row, "verdict"), Text(row, "tensor")));
        Assert.All(["error", "ratio", "relative", "ceiling"], number => Assert.Equal(JsonValueKind.Null, row.GetProperty(number).ValueKind));
    }

    [Fact]
    public void A_case_whose_model_is_in_no_TinT_says_why()
    {
        var item = Shipped.Cases[0];
        const string why = "the heads of a model that TinT simulates must be as wide together as the model";

        Assert.Equal(why, ReportCase.Of(new CaseReport { Case = item, Verdict = CaseVerdict.Passed, NotSimulated = why }).NotSimulated);
        Assert.Equal(JsonValueKind.Null, Json([item]).GetProperty("cases")[0].GetProperty("not_simulated").ValueKind);
    }

    private static JsonElement Json(IReadOnlyList<Tint.Fixtures.FixtureCase> cases) => Json(cases, [new FileEngine()]);

    private static JsonElement Json(IReadOnlyList<Tint.Fixtures.FixtureCase> cases, IReadOnlyList<ICaseEngine> engines)
    {
        using var stream = new MemoryStream();
        ReportDocument.Of(Verifier.Run(cases, engines)).WriteTo(stream);
        return JsonDocument.Parse(stream.ToArray()).RootElement;
    }

    private static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
