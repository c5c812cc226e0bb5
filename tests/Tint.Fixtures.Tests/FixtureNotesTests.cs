using System.Text.Json.Nodes;
using Tint.Fixtures.Tests.Helpers;

namespace Tint.Fixtures.Tests;

public sealed class FixtureNotesTests : IDisposable
{
    private static readonly Schema Schema = new("notes.schema.json");

    private readonly TemporaryDirectory _directory = new();
    private readonly JsonObject _notes = JsonNode.Parse("""
        {
          "format": 1,
          "flags": { "sum": { "description": "d", "bug": "b", "effect": "e" } },
          "cases": { "A.a": ["sum"] }
        }
        """)!.AsObject();

    /// <summary>Ways to break valid notes that the loader and the schema must both refuse, and what the loader must say.</summary>
    private static readonly Dictionary<string, (Action<JsonObject> Break, string Fragment)> FaultsByName = new()
    {
        ["another format"] = (notes => notes["format"] = 2, "'format' must be 1"),
        ["no flags"] = (notes => notes.Remove("flags"), "must have 'flags'"),
        ["no cases"] = (notes => notes.Remove("cases"), "must have 'cases'"),
        ["an unknown field"] = (notes => notes["more"] = 1, "'more'"),
        ["a flag without an effect"] = (notes => notes["flags"]!["sum"]!.AsObject().Remove("effect"), "'sum': must have 'effect'"),
        ["an unknown field of a flag"] = (notes => notes["flags"]!["sum"]!["more"] = 1, "'more'"),
        ["a flag that is a text"] = (notes => notes["flags"]!["sum"] = "d", "'sum': must be a JSON object"),
        ["a flag twice"] = (notes => notes["cases"]!["A.a"]!.AsArray().Add("sum"), "'sum' twice"),
        ["flags that are no list"] = (notes => notes["cases"]!["A.a"] = "sum", "'A.a' must be a list"),
    };

    public static TheoryData<string> Faults => [.. FaultsByName.Keys];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Reads_flags_and_the_cases_that_have_them()
    {
        Assert.True(Schema.Accepts(_notes));
        var notes = Load();
        var flag = new FixtureFlag("sum", "d", "b", "e");
        Assert.Equal(flag, Assert.Single(notes.Flags).Value);
        Assert.Equal(["A.a"], notes.CaseIds);
        Assert.Equal([flag], notes.Of("A.a"));
        Assert.Empty(notes.Of("B.b"));
    }

    [Fact]
    public void A_directory_without_notes_has_none()
    {
        var notes = FixtureNotes.Load(_directory.Path);
        Assert.Empty(notes.Flags);
        Assert.Empty(notes.CaseIds);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Rejects_notes_with(string fault)
    {
        FaultsByName[fault].Break(_notes);
        Refusal.Of(Load, FixtureNotes.FileName, FaultsByName[fault].Fragment);
        Assert.False(Schema.Accepts(_notes));
    }

    [Fact]
    public void Rejects_a_flag_that_is_not_described()
    {
        _notes["cases"]!["A.a"]!.AsArray().Add("mean");
        Refusal.Of(Load, "notes.json: cases: 'A.a'", "'mean'");
    }

    private FixtureNotes Load()
    {
        File.WriteAllText(_directory.File(FixtureNotes.FileName), _notes.ToJsonString());
        return FixtureNotes.Load(_directory.Path);
    }
}
