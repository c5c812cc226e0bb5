using Tint.Experiments.Differences;
using Tint.Experiments.Evaluation;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Experiments.Tests.Differences;

public sealed class DifferenceTests
{
    private static readonly LoadedModel Model = LoadedModel.Open(ShippedExperiment.ModelFolder);
    private static readonly int[][] Windows = [[.. "The book of Seses"u8.ToArray().Select(static value => (int)value)], [.. "has six grey thel"u8.ToArray().Select(static value => (int)value)]];
    private static readonly DifferenceSetting Setting = new(EvaluationMethod.Paper, Scale: 100, Gate: 10, Rate: 0.01, Fraction: 0.5, Layers: 2, Steps: 1);

    [Fact]
    public void A_layers_difference_is_that_of_the_engines_updates_over_all_windows()
    {
        var point = Assert.Single(new DifferenceRun(Model, Windows, [Setting], constructs: false).Run(1, null, default));
        Assert.Equal([2, 3, null], point.Layers.Select(static layer => layer.Layer));
        var configuration = Setting.Configuration(Model.Weights.Configuration);
        var (mixed, difference, simulated, exact) = (0.0, 0.0, 0.0, 0.0);
        foreach (var window in Windows)
        {
            var sequence = TokenSequence.Of(window, 0.5);
            var mine = Update(new SimulatedTint(configuration, Model.Weights).Run(sequence).UpdatedWeights);
            var truth = Update(new ExactTint(configuration, Model.Weights).Run(sequence).UpdatedWeights);
            foreach (var (one, other) in mine.Zip(truth))
            {
                (mixed, difference) = (mixed + (one * other), difference + ((one - other) * (one - other)));
                (simulated, exact) = (simulated + (one * one), exact + (other * other));
            }
        }

        var layer = point.Layers[1];
        Assert.Equal(mixed / Math.Sqrt(simulated * exact), layer.Cosine!.Value, 10);
        Assert.Equal(Math.Sqrt(difference / exact), layer.Relative!.Value, 10);
        Assert.Equal(Math.Sqrt(exact), layer.TrueNorm, 10);
        Assert.InRange(layer.GradientError!.Value, 0, layer.Certificate!.Value);

        static double[] Update(AuxiliaryWeights weights) =>
        [
            .. AuxiliaryWeightsAlgebra.Blocks(AuxiliaryWeightsAlgebra.Subtract(weights, Model.Weights)).Where(static block => block.Layer == 3 && block.Kind != ParameterKind.NormWeight)
                .SelectMany(static block => block.Values.ToArray()),
        ];
    }

    [Fact]
    public void A_faithful_TinT_moves_as_SGD_does()
    {
        var points = new DifferenceRun(Model, Windows, [Setting, Setting with { Method = EvaluationMethod.Faithful }, Setting with { Method = EvaluationMethod.Faithful, Scale = 1000 }], constructs: false).Run(2, null, default);
        Assert.All(points[1].Layers, static layer => Assert.InRange(layer.Relative!.Value, 0, 1e-3));
        Assert.All(points[0].Layers.Zip(points[1].Layers).Take(2), static pair => Assert.True(pair.First.Relative > 100 * pair.Second.Relative));
        Assert.All(points[1].Layers.Zip(points[2].Layers).Take(2), static pair => Assert.InRange(pair.First.Relative!.Value / pair.Second.Relative!.Value, 30, 300));
        Assert.All(points[2].Layers, static layer => Assert.InRange(layer.GradientError!.Value, 0, layer.Certificate!.Value));
    }

    [Fact]
    public void Settings_that_are_not_admissible_are_refused_and_those_that_diverge_say_so()
    {
        Assert.Throws<RuleViolationException>(() => new DifferenceRun(Model, Windows, [Setting with { Layers = 9 }], constructs: false));
        Assert.Throws<RuleViolationException>(() => new DifferenceRun(Model, Windows, [Setting with { Fraction = 2 }], constructs: false));
        var point = Assert.Single(new DifferenceRun(Model, Windows, [Setting with { Rate = 1e300 }], constructs: false).Run(1, null, default));
        Assert.Empty(point.Layers);
        Assert.NotNull(point.Problem);
    }

    [Fact]
    public void A_page_has_a_heat_map_with_every_layer_and_setting()
    {
        DifferenceSetting[] settings = [Setting, Setting with { Scale = 1000 }];
        var points = new DifferenceRun(Model, Windows, settings, constructs: false).Run(2, null, default);
        using var stream = new MemoryStream();
        DifferencePage.Write(new DifferenceDocument("model", "<text>", 2, 17, "simulation", "simd", points), stream);
        var page = System.Text.Encoding.UTF8.GetString(stream.ToArray());
        Assert.Contains("&lt;text&gt;", page, StringComparison.Ordinal);
        Assert.Equal(3 * 3 * 2, page.Split("<rect").Length - 1);
        Assert.Contains("paper, N 1000", page, StringComparison.Ordinal);
    }
}
