using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Families;
using Tint.Reference.Model;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Simulation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Families;

/// <summary>Whole models of every family in a TinT, by the closed form and the construction, against the families' exact models, whose wiring is their own.</summary>
public sealed class FamilyTintTests
{
    /// <summary>Every small model whose heads fill the width, which is what is simulated.</summary>
    public static TheoryData<string> Simulated =>
        [.. SmallModels.Configurations.Keys.Where(name => !name.StartsWith("t5", StringComparison.Ordinal) || name.Contains("full", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Simulated))]
    public void With_exact_gates_a_family_s_logits_are_the_exact_model_s(string name)
    {
        var model = new SimulatedModel(name, Departures.Paper);
        var exact = model.Family.Exact(model.Parameters, model.Input).Logits;
        var logits = model.Simulate().OriginalLogits;

        // Two stacks of two blocks and a head of some dozen sums of at most 32 terms each, in two orders.
        Assert.InRange((logits - exact).FrobeniusNorm() / exact.FrobeniusNorm(), 0, 1000 * Math.Pow(2, -53));
    }

    /// <summary>
    /// Where no score depends on what it is of, the path that TinT drops (V1) carries nothing, and finite differences alone lie between its update and SGD's: of
    /// every block, the encoder's included, and of the norms behind them.
    /// </summary>
    [Theory]
    [MemberData(nameof(Simulated))]
    public void Without_a_path_through_the_scores_every_update_goes_to_SGD_s_as_the_finite_difference_does(string name)
    {
        var errors = Array.ConvertAll([1e4, 1e5], scale => new SimulatedModel(name, Departures.Paper, scale, withScores: false).UpdateErrors());
        Assert.NotEmpty(errors[0]);
        foreach (var (place, coarse) in errors[0])
        {
            // Linear in 1/N where a finite difference lies between; where none does, it is rounding alone, which N multiplies below one.
            var fine = errors[1][place];
            Assert.True(fine < 1e-10 || coarse / fine is > 8 and < 12, $"{place}: {coarse:E2} at N = 1e4, {fine:E2} at N = 1e5");
            Assert.InRange(coarse, 0, 0.05);
        }
    }

    /// <summary>Queries, keys and what lies below them included.</summary>
    [Theory]
    [InlineData("gpt2")]
    [InlineData("opt post-norm projected")]
    [InlineData("llama grouped, biases, scaled")]
    [InlineData("gpt_neox")]
    [InlineData("gptj")]
    public void With_the_score_path_kept_every_update_of_every_layer_goes_to_SGD_s_as_the_central_difference_does(string name)
    {
        var errors = Array.ConvertAll([1e2, 1e3], scale => SimulatedModel.Faithful(name, scale).UpdateErrors());
        Assert.Contains(errors[0].Keys, place => place == "layers.0.attention.query.weight");
        foreach (var (place, coarse) in errors[0])
        {
            var fine = errors[1][place];
            Assert.True(fine < 1e-9 || coarse / fine is > 50 and < 200, $"{place}: {coarse:E2} at N = 1e2, {fine:E2} at N = 1e3");
            Assert.InRange(fine, 0, 1e-4);
        }
    }

    [Theory]
    [MemberData(nameof(Simulated))]
    public void The_construction_of_a_family_is_its_closed_form_to_rounding(string name)
    {
        foreach (var departures in new[] { Departures.Published, Departures.Paper })
        {
            // Two steps through four blocks: a worst case that adds up says nothing any more, the mean square of roundings does.
            var model = new SimulatedModel(name, departures, scale: 100, steps: 2);
            var constructed = new ConstructedTint(model.Configuration, model.Weights)
                .RunTracked([model.Sequence], Arithmetic.Tracking(Rounding), trace: true).Sequences[0];
            var simulated = model.Simulate();
            Assert.InRange(Ratio(simulated.OriginalLogits, constructed.OriginalLogits), 0, 1);
            Assert.InRange(Ratio(simulated.Logits, constructed.Logits), 0, 1);
            Assert.InRange(Rounding.Bound(constructed.Logits.Error!).FrobeniusNorm() / simulated.Logits.FrobeniusNorm(), 0, 1e-6);
            Assert.Equal(simulated.Trace.Select(entry => entry.Name), constructed.Trace.Select(entry => entry.Name));
            foreach (var (signal, entry) in simulated.Trace.Zip(constructed.Trace))
            {
                Assert.True(Ratio(signal.Signal, entry.States.Tokens[0]) <= 1, entry.Name);
            }

            foreach (var (place, expected, load) in model.LastLoads(simulated.UpdatedWeights, constructed.Trace))
            {
                for (var slot = 0; slot < load.Count - 1; slot++)
                {
                    var contents = expected[slot]?.Value ?? Matrix<double>.Build.Dense(expected.RowCount, expected.Width);
                    Assert.True(Ratio(contents, load[slot]) <= 1, $"{place}, row {slot}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Simulated))]
    public void Weights_of_a_family_are_its_parameters_and_back(string name)
    {
        var model = new SimulatedModel(name, Departures.Published);
        var back = model.Family.Parameters(model.Weights);
        Assert.Equal(model.Parameters.Names.Order(StringComparer.Ordinal), back.Names.Order(StringComparer.Ordinal));
        var front = model.Family.FrontPositions;
        foreach (var place in back.Names)
        {
            var (expected, got) = (model.Parameters[place], back[place]);
            var skipped = place == "embedding.positions.weight" ? front : 0;
            Assert.Equal(expected.SubMatrix(skipped, expected.RowCount - skipped, 0, expected.ColumnCount), got.SubMatrix(skipped, got.RowCount - skipped, 0, got.ColumnCount));
        }

        var flat = AuxiliaryWeightsAlgebra.Flatten(model.Weights);
        Assert.Equal(model.Parameters.Names.Sum(place => model.Parameters[place].RowCount * model.Parameters[place].ColumnCount) - (front * (front > 0 ? 8 : 0)), flat.Count);
        Assert.StartsWith($"{flat.Count:N0}", $"{model.Weights}", StringComparison.Ordinal);
        Assert.Equal(flat, AuxiliaryWeightsAlgebra.Flatten(AuxiliaryWeightsAlgebra.Unflatten(model.Weights, flat)));
    }

    [Theory]
    [InlineData("t5")]
    [InlineData("t5 gated")]
    public void Heads_that_do_not_fill_the_width_are_refused_by_name(string name) =>
        Refusal.Of(() => SmallModels.Read(name).Auxiliary(), "as wide together as the model", "2 heads of 3");

    /// <summary>A model of another architecture is never taken for a GPT-2, which some of its parameters would let pass.</summary>
    [Fact]
    public void What_knows_the_published_code_s_models_alone_refuses_others_by_name()
    {
        var model = new SimulatedModel("gpt2 by layer, own head", Departures.Published);
        Refusal.Of(() => ExactModel.Forward(model.Weights, model.Sequence), "architecture", "gpt2");
        Refusal.Of(() => new ExactTint(model.Configuration, model.Weights).Run(model.Sequence), "architecture", "gpt2");
        Refusal.Of(() => ModelCertificate.Of(model.Configuration, model.Weights, model.Sequence), "architecture", "gpt2");
        Refusal.Of(() => HuggingFaceWeights.Export(model.Weights), "architecture", "gpt2");
        Refusal.Of(() => SimulatedBlock.Forward(model.Configuration, model.Weights.Layers[0], Matrix<double>.Build.Dense(1, 8), null), "architecture", "gpt2");
    }

    [Fact]
    public void What_an_encoder_reads_belongs_to_an_encoder_decoder_alone()
    {
        var (t5, llama) = (new SimulatedModel("t5 of full heads", Departures.Published), new SimulatedModel("llama", Departures.Published));
        Refusal.Of(() => t5.Simulate(t5.Sequence with { EncoderIds = null }), "encoder_input_ids", "none");
        Refusal.Of(() => t5.Simulate(t5.Sequence with { EncoderIds = [] }), "encoder_input_ids", "0 tokens");
        Refusal.Of(() => t5.Simulate(t5.Sequence with { EncoderIds = [11] }), "encoder_input_ids", "11 at position 0");
        Refusal.Of(() => llama.Simulate(llama.Sequence with { EncoderIds = [1] }), "encoder_input_ids", "1 tokens");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_encoder_trains_where_its_blocks_are_among_the_trained_ones(int trained)
    {
        var model = new SimulatedModel("t5 of full heads", Departures.Published);
        var configuration = model.Configuration with { TrainedLayers = trained };
        var updated = new SimulatedTint(configuration, model.Weights).Run(model.Sequence).UpdatedWeights;
        for (var layer = 0; layer < 4; layer++)
        {
            Assert.Equal(layer < 4 - trained, updated.Layers[layer] == model.Weights.Layers[layer]);
        }

        Assert.Equal(trained > 2, updated.Outside.Norm(Place.EncoderNorm) != model.Weights.Outside.Norm(Place.EncoderNorm));
        Assert.NotEqual(model.Weights.Outside.Norm(Place.DecoderNorm), updated.Outside.Norm(Place.DecoderNorm));
    }

    private static RoundingModel Rounding { get; } = new MeanSquareRounding(RoundingModel.DoubleRoundoff);

    /// <summary>max |expected − got|/bound over the entries; ∞ where they differ and nothing was rounded.</summary>
    private static double Ratio(Matrix<double> expected, Tracked? got)
    {
        got ??= new Tracked(Matrix<double>.Build.Dense(expected.RowCount, expected.ColumnCount));
        Assert.Equal((expected.RowCount, expected.ColumnCount), (got.RowCount, got.ColumnCount));
        var bound = got.Error is null ? null : Rounding.Bound(got.Error);
        return (expected - got.Value).EnumerateIndexed().Max(entry =>
            entry.Item3 == 0 ? 0 : double.IsNaN(entry.Item3) ? double.PositiveInfinity : Math.Abs(entry.Item3) / (bound?.At(entry.Item1, entry.Item2) ?? 0));
    }
}
