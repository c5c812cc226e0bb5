using Tint.Reference.Configuration;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Families;

/// <summary>Every family's update with no departure and central differences, against its exact model's, whose wiring is its own.</summary>
public sealed class FaithfulFamilyTests
{
    /// <summary>Those within one sequence: across sequences the score path is not known; and with slopes two heads have no room for it.</summary>
    public static TheoryData<string> Faithfuls =>
        [.. SmallModels.Configurations.Keys.Where(static name => !name.StartsWith("t5", StringComparison.Ordinal) && name != "bloom")];

    /// <summary>Of every parameter of every block, queries and keys included.</summary>
    [Theory]
    [MemberData(nameof(Faithfuls))]
    public void The_update_is_SGD_s_up_to_the_square_of_the_step(string name)
    {
        var errors = Array.ConvertAll([1e2, 1e3, 1e4], scale => SimulatedModel.Faithful(name, scale).UpdateErrors());
        Assert.Contains(errors[0].Keys, place => place.EndsWith(".query.weight", StringComparison.Ordinal));
        foreach (var (place, coarse) in errors[0].Where(static error => !error.Key.EndsWith(".key.bias", StringComparison.Ordinal)))
        {
            var fine = errors[1][place];
            Assert.True(fine < 1e-8 || coarse / fine is > 50 and < 200, $"{place}: {coarse:E2} at N = 1e2, {fine:E2} at N = 1e3");

            // ‖s − t‖ ≤ ε‖t‖ keeps the cosine of s and t above 1 − ε².
            Assert.InRange(errors[2][place], 0, 1e-5);
        }
    }

    [Fact]
    public void The_score_path_is_refused_where_heads_have_no_room_and_across_sequences()
    {
        Refusal.Of(() => new SimulatedModel("bloom", Departures.Faithful).Simulate(), "slopes need a coordinate", "at least 9", "heads of 8");
        Refusal.Of(() => new SimulatedModel("t5 of full heads", Departures.Faithful).Simulate(), "within one sequence", "leave departure V1 on");
    }
}
