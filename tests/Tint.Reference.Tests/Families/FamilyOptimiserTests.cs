using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Families;
using Tint.Reference.Model;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;

namespace Tint.Reference.Tests.Families;

/// <summary>Weight decay, momentum, rates by layer and a mean loss in the TinT of every family, over steps of which the later ones repeat the earlier.</summary>
public sealed class FamilyOptimiserTests
{
    private static readonly MeanSquareRounding Rounding = new(RoundingModel.DoubleRoundoff);

    private static Optimiser Everything(string name) => new()
    {
        WeightDecay = 0.5,
        Momentum = 0.9,
        MeanOverTargets = true,
        LayerRates = [.. Enumerable.Range(0, new SimulatedModel(name, Departures.Published).Configuration.Auxiliary.LayerCount).Select(static layer => layer == 0 ? 0.5 : 1.5)],
    };

    /// <summary>Every option at once, gates leaking and whatever else the published code does.</summary>
    [Theory]
    [MemberData(nameof(FamilyTintTests.Simulated), MemberType = typeof(FamilyTintTests))]
    public void The_construction_is_its_closed_form_to_rounding(string name)
    {
        var model = SimulatedModel.Optimised(name, Everything(name), steps: 2, scale: 100);
        var constructed = new ConstructedTint(model.Configuration, model.Weights).RunTracked([model.Sequence], Arithmetic.Tracking(Rounding), trace: true).Sequences[0];
        var simulated = model.Simulate();
        Assert.InRange(Ratio(simulated.Logits, constructed.Logits), 0, 1);
        Assert.InRange(Rounding.Bound(constructed.Logits.Error!).FrobeniusNorm() / simulated.Logits.FrobeniusNorm(), 0, 1e-6);
        foreach (var (place, expected, load) in model.LastLoads(simulated.UpdatedWeights, constructed.Trace))
        {
            for (var slot = 0; slot < load.Count - 1; slot++)
            {
                var contents = expected[slot]?.Value ?? Matrix<double>.Build.Dense(expected.RowCount, expected.Width);
                Assert.True(Ratio(contents, load[slot]) <= 1, $"{place}, row {slot}");
            }
        }
    }

    /// <summary>The optimiser by its definition on the family's own gradients, which the simulated update goes to as the square of the finite difference.</summary>
    [Theory]
    [MemberData(nameof(FaithfulFamilyTests.Faithfuls), MemberType = typeof(FaithfulFamilyTests))]
    public void The_update_is_the_optimiser_s_up_to_the_square_of_the_finite_difference(string name)
    {
        var errors = Array.ConvertAll([1e2, 1e3], scale =>
        {
            var model = SimulatedModel.Optimised(name, Everything(name), steps: 3, scale, faithful: true);
            var truth = new ExactFamilyTint(model.Configuration, model.Family, model.Weights).Run(model.Sequence).UpdatedWeights;
            var step = AuxiliaryWeightsAlgebra.Subtract(model.Simulate().UpdatedWeights, truth);
            return AuxiliaryWeightsAlgebra.Norm(step) / AuxiliaryWeightsAlgebra.Norm(AuxiliaryWeightsAlgebra.Subtract(truth, model.Weights));
        });
        Assert.True(errors[0] / errors[1] is > 50 and < 200, $"{errors[0]:E2} at N = 1e2, {errors[1]:E2} at N = 1e3");
        Assert.InRange(errors[1], 0, 1e-5);
    }

    private static double Ratio(Matrix<double> expected, Tracked? got)
    {
        got ??= new Tracked(Matrix<double>.Build.Dense(expected.RowCount, expected.ColumnCount));
        var bound = got.Error is null ? null : Rounding.Bound(got.Error);
        return expected.EnumerateIndexed().Max(entry =>
        {
            var error = Math.Abs(entry.Item3 - got.Value.At(entry.Item1, entry.Item2));
            return error == 0 ? 0 : double.IsNaN(error) ? double.PositiveInfinity : error / (bound?.At(entry.Item1, entry.Item2) ?? 0);
        });
    }
}
