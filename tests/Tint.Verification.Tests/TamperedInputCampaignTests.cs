using System.Globalization;
using Tint.Fixtures;
using Tint.Verification.Engines;
using Tint.Verification.Tests.Support;

namespace Tint.Verification.Tests;

/// <summary>
/// Plants a value in every class of entries of every input of a shipped case of TinT, enters the new hash in the manifest, and sees that the case does
/// not pass: it is refused or fails.
/// </summary>
public class TamperedInputCampaignTests
{
    /// <summary>How many plants are tried; TINT_FUZZ_CASES in the environment asks for more, and 1000000 for all of them.</summary>
    private const int Plants = 60;

    private static readonly (string Name, Func<double, double> Plant)[] Values =
    [
        ("NaN", _ => double.NaN),
        ("infinity", _ => double.PositiveInfinity),
        ("twice", value => value == 0 ? 1 : 2 * value),
        ("sign", value => value == 0 ? -1 : -value),
        ("ulp", Math.BitIncrement),
    ];

    [Fact]
    public void No_value_that_is_planted_in_an_input_passes_unseen()
    {
        var plants = int.TryParse(
            Environment.GetEnvironmentVariable("TINT_FUZZ_CASES"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : Plants;
        var all = Shipped.Cases.Where(item => !item.IsAuxiliary).SelectMany(All).ToArray();
        new Random(1).Shuffle(all);
        var passed = new List<string>();
        foreach (var group in all.Take(plants).GroupBy(plant => plant.Id))
        {
            using var copy = new FixtureCopy(group.Key);
            passed.AddRange(group.Where(plant => Passes(copy, plant)).Select(plant => plant.ToString()));
        }

        Assert.Empty(passed);
    }

    private static bool Passes(FixtureCopy copy, Plant plant)
    {
        copy.Put(plant.Id, $"input.{plant.Tensor}", plant.Index, Values.Single(value => value.Name == plant.Value).Plant);
        var report = CaseRunner.Run(copy.Cases[0], ReferenceEngines.All);
        copy.Restore(plant.Id);
        return report.Verdict == CaseVerdict.Passed;
    }

    /// <summary>A place in each class of entries: first and last of every row block that plays a part of its own, and every value there.</summary>
    private static IEnumerable<Plant> All(FixtureCase item)
    {
        using var tensors = item.Open();
        foreach (var name in item.Inputs)
        {
            var tensor = tensors.Input(name);
            if (tensor.IsInteger)
            {
                continue;
            }

            foreach (var index in EntryClasses.Of(item, name, tensor.Shape))
            {
                foreach (var (value, _) in Values.Where(value => EntryClasses.Shows(item, name, value.Name)))
                {
                    yield return new Plant(item.Id, name, index, value);
                }
            }
        }
    }

    private sealed record Plant(string Id, string Tensor, int Index, string Value);
}
