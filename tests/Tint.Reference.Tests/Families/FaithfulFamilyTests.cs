using Tint.Reference.Configuration;
using Tint.Reference.Model;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Families;

/// <summary>Every family's update with no departure and central differences, against its exact model's, whose wiring is its own.</summary>
public sealed class FaithfulFamilyTests
{
    /// <summary>Those whose TinT has room for the score path: with slopes two heads have none, and a TinT has no heads of another width than D/H.</summary>
    public static TheoryData<string> Faithfuls =>
        [.. SmallModels.Configurations.Keys.Where(static name => name != "bloom" && (!name.StartsWith("t5", StringComparison.Ordinal) || name.StartsWith("t5 of full heads", StringComparison.Ordinal)))];

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
    public void The_score_path_is_refused_where_heads_have_no_room() =>
        Refusal.Of(() => new SimulatedModel("bloom", Departures.Faithful).Simulate(), "slopes need a coordinate", "at least 9", "heads of 8");

    /// <summary>What across sequences goes through the scores changes queries, keys, what is before them in the decoder, and the whole encoder.</summary>
    [Theory]
    [InlineData("t5 of full heads")]
    [InlineData("t5 of full heads, gated")]
    public void The_construction_of_an_encoder_and_decoder_is_its_closed_form(string name)
    {
        var model = SimulatedModel.Faithful(name, 100);
        var (closed, literal) = (model.Simulate(), new ConstructedTint(model.Configuration, model.Weights).Run(model.Sequence));
        var (expected, actual) = (model.Family.Parameters(closed.UpdatedWeights), model.Family.Parameters(literal.UpdatedWeights));
        Assert.All(model.Parameters.Names, place =>
        {
            var step = (expected[place] - model.Parameters[place]).FrobeniusNorm();
            Assert.InRange((expected[place] - actual[place]).FrobeniusNorm(), 0, 1e-10 * (step + expected[place].FrobeniusNorm()));
            Assert.True(step > 0 || !place.Contains(".cross.", StringComparison.Ordinal), place);
        });
    }
}
