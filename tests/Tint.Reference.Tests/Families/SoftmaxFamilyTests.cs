using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Materialised;
using Tint.Reference.Model;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Simulation;
using Tint.Reference.Tests.DenseEvaluation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Families;

/// <summary>Whole models of every family in a TinT of softmax attention alone: forward, backward and descents, against the linear TinT and the construction.</summary>
public sealed class SoftmaxFamilyTests
{
    public static TheoryData<string> Simulated => FamilyTintTests.Simulated;

    /// <summary>Every layer's weights after a step, and the logits before and after it.</summary>
    [Theory]
    [MemberData(nameof(Simulated))]
    public void Every_update_and_logit_goes_to_the_linear_TinT_s_as_the_square_of_M(string name)
    {
        var model = new SimulatedModel(name, Departures.Paper);
        var linear = Results(model, null);
        var (coarse, fine) = (Results(model, 1e3), Results(model, 1e4));
        foreach (var (place, expected) in linear)
        {
            // Nothing but rounding is left where a term vanishes; roundings are some M·u, and N·u in the normalisations that follow.
            double Error(Dictionary<string, Matrix<double>> results) => (results[place] - expected).FrobeniusNorm() / Math.Max(expected.FrobeniusNorm(), 1e-3);
            Assert.InRange(Error(coarse), 0, 1e-4);
            Assert.True(Error(fine) < 1e-9 || Error(coarse) / Error(fine) is > 95 and < 105, $"{place}: {Error(coarse):E2} at M = 1e3, {Error(fine):E2} at M = 1e4");
        }
    }

    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama grouped, biases, scaled")]
    [InlineData("bloom three heads, behind norms")]
    [InlineData("t5 of full heads, gated")]
    public void The_construction_of_a_family_is_its_closed_form_to_rounding(string name)
    {
        var model = new SimulatedModel(name, Departures.Published, scale: 100);
        var rounding = new MeanSquareRounding(FloatFormat.Binary64.Apart);
        var c = Softmax(model.Configuration, 5);
        var constructed = new ConstructedTint(c, model.Weights).RunTracked([model.Sequence], Arithmetic.Tracking(rounding)).Sequences[0];
        var simulated = new SimulatedTint(c, model.Weights).Run(model.Sequence);
        Assert.InRange(Ratio(simulated.OriginalLogits, constructed.OriginalLogits), 0, 1);
        Assert.InRange(Ratio(simulated.Logits, constructed.Logits), 0, 1);
        Assert.InRange(rounding.Bound(constructed.Logits.Error!).FrobeniusNorm() / simulated.Logits.FrobeniusNorm(), 0, 1e-6);

        double Ratio(Matrix<double> expected, Tracked got) => expected.EnumerateIndexed().Max(
            entry => Math.Abs(entry.Item3 - got.Value[entry.Item1, entry.Item2]) / rounding.Bound(got.Error!)[entry.Item1, entry.Item2]);
    }

    /// <summary>The score path's descents go through twins as well.</summary>
    [Theory]
    [InlineData("gpt2")]
    [InlineData("gptj")]
    public void The_faithful_update_runs_in_softmax_alone(string name)
    {
        var model = SimulatedModel.Faithful(name, 1e4);
        var (linear, softmax) = (Results(model, null), Results(model, 1e4));
        Assert.All(linear, item => Assert.InRange((softmax[item.Key] - item.Value).FrobeniusNorm() / Math.Max(item.Value.FrobeniusNorm(), 1e-3), 1e-16, 1e-5));
    }

    [Fact]
    public void What_knows_linear_attention_alone_refuses_by_name()
    {
        var c = Softmax(Helpers.SmallModels.Configuration, 1e3);
        var weights = RandomWeights.Of(c.Auxiliary, 1);
        Refusal.Of(() => new MaterialisedTint(c, weights), "UseSoftmax", "written out with linear attention");
        Refusal.Of(() => ModelCertificate.Of(c, weights, Helpers.SmallModels.Sequence(c.Auxiliary, 4, 1)), "UseSoftmax", "TwinCertificate");
    }

    /// <summary>By parameter after the step, and logits.</summary>
    private static Dictionary<string, Matrix<double>> Results(SimulatedModel model, double? scale)
    {
        var result = new SimulatedTint(scale is { } m ? Softmax(model.Configuration, m) : model.Configuration, model.Weights).Run(model.Sequence);
        var (before, after) = (model.Parameters, model.Family.Parameters(result.UpdatedWeights));
        var all = after.Names.Where(place => (after[place] - before[place]).FrobeniusNorm() > 0).ToDictionary(place => place, place => after[place] - before[place]);
        all["logits before"] = result.OriginalLogits;
        all["logits after"] = result.Logits;
        return all;
    }

    private static TintConfiguration Softmax(TintConfiguration configuration, double scale) =>
        configuration with { UseSoftmax = true, RestrictPrefixes = true, TwinScale = scale };
}
