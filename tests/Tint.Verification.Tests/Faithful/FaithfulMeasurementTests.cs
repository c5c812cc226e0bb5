using Tint.Fixtures;
using Tint.Verification.Departing;
using Tint.Verification.Faithful;
using Tint.Verification.Tests.Support;

namespace Tint.Verification.Tests.Faithful;

public class FaithfulMeasurementTests
{
    private static readonly FixtureCase[] Models = [.. FixtureManifest.Load(FixtureLocator.FindShipped()).Cases.Where(DepartureSizes.IsMeasured)];

    /// <summary>Every shipped whole model that takes a step, every layer: GPT-2 and OPT, all losses, masks with gaps, several steps.</summary>
    [Fact]
    public void Every_layer_of_every_whole_model_has_plain_SGD_s_update_to_a_cosine_of_1_minus_1e_minus_8()
    {
        var models = Models.Where(model => !model.Id.EndsWith("long", StringComparison.Ordinal)).ToArray();
        var updates = models.AsParallel().SelectMany(model =>
            ModelRun.Of(model).Updates(configuration => Ingredient.All[^1].Of(configuration with { FiniteDifferenceScale = 1e5 }))).ToArray();
        Assert.True(updates.Length > 80, $"{updates.Length} layers");
        Assert.All(updates, update => Assert.InRange(update.Cosine ?? (update.Relative is null or 0 ? 1 : 0), 1 - 1e-8, 1 + 1e-12));
    }

    [Fact]
    public void Each_ingredient_comes_nearer_and_the_last_one_falls_as_the_square_of_the_step()
    {
        var results = FaithfulMeasurement.Measure([Shipped.Case("TinT.gpt2.quad_loss"), Shipped.Case("TinT.gpt2.mean_embedding_masks")]);
        Assert.Equal(Ingredient.All.Select(ingredient => ingredient.Name), results.Select(result => result.Name));
        Assert.Equal(results.Select(result => result.Angle).OrderDescending(), results.Select(result => result.Angle));
        var (forward, central) = (Distances(results[^2]), Distances(results[^1]));
        Assert.InRange(forward[1e3] / forward[1e4], 8, 12);
        Assert.InRange(central[1e2] / central[1e3], 80, 125);
        Assert.InRange(results[^1].Angle, 0, 1e-12);

        // What each costs: the score path's modules and products, and a mixing for each normalisation's second point.
        Assert.Equal(results[0].Parameters, results[2].Parameters);
        Assert.True(results[3].Parameters > results[2].Parameters && results[4].Parameters > results[3].Parameters);
        Assert.True(results[3].Flops > results[2].Flops && results[4].Flops == results[3].Flops);

        static Dictionary<double, double> Distances(IngredientResult result) => result.Points.ToDictionary(point => point.Scale, point => point.Distance!.Value);
    }

    [Fact]
    public void Without_whole_models_there_is_nothing_to_measure() => Assert.Empty(FaithfulMeasurement.Measure([Shipped.Case("LinearForward.a")]));

    [Fact]
    public void Central_differences_have_their_bottom_at_a_smaller_scale_and_lower()
    {
        var bottoms = CurveBottom.Measure().ToDictionary(bottom => (bottom.Module, bottom.Arithmetic));
        foreach (var module in new[] { "ActivationBackward", "LayerNormBackward" })
        {
            foreach (var arithmetic in new[] { "float64", "float32" })
            {
                var (forward, central) = (bottoms[(module, arithmetic)], bottoms[(module, $"{arithmetic}, central")]);
                Assert.True(central.MeasuredScale < forward.MeasuredScale && central.PredictedScale < forward.PredictedScale, $"{module}, {arithmetic}");
                Assert.InRange(central.Error / forward.Error, 0, 0.5);
                Assert.All([forward, central], bottom => Assert.InRange(bottom.Error, 0, bottom.Bound));
                Assert.All([forward, central], bottom => Assert.InRange(bottom.MeasuredScale / bottom.PredictedScale, 0.01, 100));
            }
        }
    }
}
