using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Simulation;

namespace Tint.Reference.Tests.Simulation;

/// <summary>The whole simulated model against what the published code put out.</summary>
public sealed class WholeModelFixtureTests
{
    public static TheoryData<string> Models => Cases.Ids(fixture => fixture.Module == FixtureModules.WholeModel);

    public static TheoryData<string> TracedModels =>
        Cases.Ids(fixture => fixture.Expected.Any(name => name.StartsWith("trace.", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Models))]
    public void Agrees_with_the_published_models_logits_and_losses(string id)
    {
        var fixture = Cases.Find(id);
        using var tensors = fixture.Open();
        var batch = Run(fixture, tensors);
        double before = 0, after = 0;
        for (var b = 0; b < batch.Sequences.Count; b++)
        {
            var result = batch.Sequences[b];
            var bounds = new Bounds(fixture, result);
            before = Math.Max(before, bounds.BeforeTraining(result.OriginalLogits));
            after = Math.Max(after, bounds.AfterTraining(result.Logits));
            Rounding.Expect($"{id}, sequence {b}, original logits", Expected("original_logits", b), result.OriginalLogits, before);
            Rounding.Expect($"{id}, sequence {b}, logits", Expected("logits", b), result.Logits, after);
        }

        // log-sum-exp and the picked logit each move by no more than the logits do.
        Assert.Equal(tensors.Expected("original_loss").Values[0], batch.OriginalLoss!.Value, 2 * before);
        Assert.Equal(tensors.Expected("final_loss").Values[0], batch.FinalLoss!.Value, 2 * after);

        Matrix<double> Expected(string name, int b) => Cases.Tensor(tensors.Expected(name)).Slice(b).ToMatrix();
    }

    [Theory]
    [MemberData(nameof(TracedModels))]
    public void Agrees_with_every_state_that_the_published_model_went_through(string id)
    {
        var fixture = Cases.Find(id);
        using var tensors = fixture.Open();
        var batch = Run(fixture, tensors);
        var names = tensors.ExpectedNames.Where(name => name.EndsWith(".hidden_states", StringComparison.Ordinal)).ToArray();
        for (var b = 0; b < batch.Sequences.Count; b++)
        {
            var result = batch.Sequences[b];
            var bounds = new Bounds(fixture, result);
            Assert.Equal(names, result.Trace.Select(state => $"trace.{state.Name}.hidden_states"));
            foreach (var state in result.Trace)
            {
                var expected = Cases.Tensor(tensors.Expected($"trace.{state.Name}.hidden_states")).Slice(b).ToMatrix()
                    .SubMatrix(fixture.Config.NumPrefixes, state.Signal.RowCount, 0, state.Signal.ColumnCount);
                Rounding.Expect($"{id}, sequence {b}, {state.Name}", expected, state.Signal, bounds.AfterTraining(state.Signal));
            }
        }
    }

    [Theory]
    [MemberData(nameof(TracedModels))]
    public void Agrees_with_every_weight_that_the_published_model_wrote(string id)
    {
        var fixture = Cases.Find(id);
        using var tensors = fixture.Open();
        var batch = Run(fixture, tensors);
        int width = fixture.Config.AuxHiddenSize, chunks = Cases.Configuration(fixture).Auxiliary.MlpChunkCount;
        for (var b = 0; b < batch.Sequences.Count; b++)
        {
            var result = batch.Sequences[b];
            var bounds = new Bounds(fixture, result);
            var pass = fixture.Config.AuxNumLayers + 1;
            Expect($"{pass:000}.backward.final_norm", 0, Diagonal(result.UpdatedWeights.FinalNorm.Weight), result.UpdatedWeights.FinalNorm.Bias);
            for (var index = fixture.Config.AuxNumLayers - 1; index >= 0; index--)
            {
                pass++;
                var (layer, place) = (result.UpdatedWeights.Layers[index], $"{pass:000}.backward.layer{index:00}");
                Expect(place, 0, Diagonal(layer.AttentionNorm.Weight), layer.AttentionNorm.Bias);
                Expect(place, 1, layer.Query.Weight, layer.Query.Bias);
                Expect(place, 2, layer.Key.Weight, layer.Key.Bias);
                Expect(place, 3, layer.Value.Weight, layer.Value.Bias);
                Expect(place, 4, layer.Output.Weight, layer.Output.Bias);
                Expect(place, 5, Diagonal(layer.MlpNorm.Weight), layer.MlpNorm.Bias);
                for (var c = 0; c < chunks; c++)
                {
                    var first = c * width;
                    Expect(place, 6 + (3 * c), layer.Inner.Weight.SubMatrix(first, width, 0, width), layer.Inner.Bias.SubVector(first, width));
                    Expect(place, 8 + (3 * c), layer.Outer.Weight.SubMatrix(0, width, first, width), layer.Outer.Bias / chunks);
                }
            }

            void Expect(string place, int number, Matrix<double> weight, Vector<double> bias)
            {
                var name = $"trace.{place}.updated_prefixes.{number:00}";
                var expected = Cases.Unstacked(Cases.Tensor(tensors.Expected(name)).Slice(b).ToMatrix(), width);
                Rounding.Expect($"{id}, sequence {b}, {name}", expected.Weight, weight, bounds.AfterTraining(weight));
                Rounding.Expect(
                    $"{id}, sequence {b}, {name}, bias",
                    expected.Bias.ToRowMatrix(),
                    bias.ToRowMatrix(),
                    bounds.AfterTraining(bias.ToRowMatrix()));
            }
        }

        static Matrix<double> Diagonal(Vector<double> weight) => Matrix<double>.Build.DenseOfDiagonalVector(weight);
    }

    private static TintBatchResult Run(FixtureCase fixture, FixtureTensors tensors)
    {
        var configuration = Cases.Configuration(fixture);
        if (fixture.DataType == "float32")
        {
            // tanh(10) rounds to 1 in float32: such a case has no gate leak.
            configuration = configuration with { Departures = Departures.Published with { GateLeak = false } };
        }

        return new SimulatedTint(configuration, Cases.Weights(configuration.Auxiliary, tensors)) { RecordTrace = true }
            .Run(Cases.Sequences(tensors));
    }

    /// <summary>
    /// Rounding of a whole model. A pass through a block chains nine modules of sums over D terms. Before training nothing is amplified. A
    /// backward module multiplies roundings of x̂, at most √D in size, by N; relative to a gradient whose largest entry is g that is N√D/g,
    /// and as updates are linear in gradients, what follows the update inherits it, taken at the smallest g on the way.
    /// </summary>
    private sealed class Bounds
    {
        private const int ModulesPerBlock = 9;

        private readonly int _operations;
        private readonly double _amplification;
        private readonly double _unit;

        public Bounds(FixtureCase fixture, TintResult result)
        {
            var config = fixture.Config;
            var passes = 1 + (2 * config.NumSgdSteps);
            _operations = passes * ((config.AuxNumLayers * ModulesPerBlock) + 1) * config.AuxHiddenSize;
            _unit = fixture.DataType == "float32" ? Rounding.Single : Rounding.Double;
            var smallest = result.Trace
                .Where(state => state.Name.Contains("backward", StringComparison.Ordinal))
                .Min(state => state.Signal.Enumerate().Max(Math.Abs));
            _amplification = config.FiniteDifferenceScale * Math.Sqrt(config.AuxHiddenSize) / smallest;
        }

        public double BeforeTraining(Matrix<double> value) => Rounding.Bound(_operations, Largest(value), _unit);

        public double AfterTraining(Matrix<double> value) => Rounding.Bound(_operations, (1 + _amplification) * Largest(value), _unit);

        private static double Largest(Matrix<double> value) => value.Enumerate().Max(Math.Abs);
    }
}
