using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Generators;
using Tint.Reference.Auxiliary;
using Tint.Reference.Cuda.Device;
using Tint.Reference.Engines;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Tests.Device;

public sealed class DeviceSimulatedTintTests
{
    /// <summary>A case with two trained layers, two steps and labels.</summary>
    private static readonly LawCase Case = Enumerable.Range(0, 10_000)
        .Select(seed => CaseGenerator.FromSeed((ulong)seed))
        .First(item => item.Configuration is { SgdSteps: 2, TrainedLayers: 2, BackpropagateThroughAttention: true } && item.Auxiliary.LayerCount == 2
            && item.Sequence.Labels is not null && item.Sequence.TrainMask.Contains(1) && item.Sequence.Length > 3);

    [Fact]
    public void Two_runs_give_the_same_bits_and_leave_the_weights_on_the_device_as_they_were()
    {
        using var tint = new DeviceSimulatedTint(HostDevice.Instance, Case.Configuration, Case.Weights);
        var (first, second) = (tint.Run(Case.Sequence), tint.Run(Case.Sequence));
        Assert.Equal(first.OriginalLogits, second.OriginalLogits);
        Assert.Equal(first.Logits, second.Logits);
        Assert.Equal(first.OriginalLoss, second.OriginalLoss);
        Assert.Equal(first.FinalLoss, second.FinalLoss);
        Assert.Equal(Values(first.UpdatedWeights), Values(second.UpdatedWeights));
    }

    [Fact]
    public void Without_steps_the_weights_and_logits_are_the_same_objects()
    {
        using var tint = new DeviceSimulatedTint(HostDevice.Instance, Case.Configuration with { SgdSteps = 0 }, Case.Weights);
        var result = tint.Run(Case.Sequence);
        Assert.Same(Case.Weights, result.UpdatedWeights);
        Assert.Same(result.OriginalLogits, result.Logits);
    }

    [Fact]
    public void What_no_descent_touches_is_shared_with_the_weights_that_went_in()
    {
        using var tint = new DeviceSimulatedTint(HostDevice.Instance, Case.Configuration with { TrainedLayers = 1 }, Case.Weights);
        var updated = tint.Run(Case.Sequence).UpdatedWeights;
        Assert.Same(Case.Weights.TokenEmbedding, updated.TokenEmbedding);
        Assert.Same(Case.Weights.Layers[0], updated.Layers[0]);
        Assert.Same(Case.Weights.Layers[1].Query, updated.Layers[1].Query);
        Assert.NotSame(Case.Weights.Layers[1].Value, updated.Layers[1].Value);
    }

    /// <summary>The device multiplies, subtracts and multiplies again as the host does here: the bits agree.</summary>
    [Fact]
    public void The_gradients_of_a_step_are_what_its_descents_subtracted()
    {
        var configuration = Case.Configuration with { SgdSteps = 1 };
        using var tint = new DeviceSimulatedTint(HostDevice.Instance, configuration, Case.Weights) { RecordGradients = true };
        var result = tint.Run(Case.Sequence);
        var gradient = Assert.Single(result.Gradients);
        var (rho, eta) = (SimulatedGate.Factor(configuration), configuration.InnerLearningRate);
        for (var index = 0; index < 2; index++)
        {
            var (before, after, step) = (Case.Weights.Layers[index], result.UpdatedWeights.Layers[index], gradient.Layers[index]);
            Assert.Equal(Descended(before.Output.Weight, step.Output.Weight), after.Output.Weight);
            Assert.Equal(Descended(before.Inner.Weight, step.Inner.Weight), after.Inner.Weight);
            Assert.Equal(Descended(before.Outer.Weight, step.Outer.Weight), after.Outer.Weight);
            Assert.Equal(Descended(rho * before.Value.Weight, step.Value.Weight), after.Value.Weight);
            Assert.Equal(0, step.Query.Weight.FrobeniusNorm());
        }

        Matrix<double> Descended(Matrix<double> old, Matrix<double> sum) =>
            Matrix<double>.Build.Dense(old.RowCount, old.ColumnCount, (i, j) => rho * (old.At(i, j) - (eta * sum.At(i, j))));
    }

    [Fact]
    public void States_have_the_host_s_names_in_the_host_s_order_and_are_absent_unless_asked_for()
    {
        var host = new SimulatedTint(Case.Configuration, Case.Weights) { RecordTrace = true }.Run(Case.Sequence);
        using var recording = new DeviceSimulatedTint(HostDevice.Instance, Case.Configuration, Case.Weights) { RecordTrace = true };
        Assert.Equal(host.Trace.Select(state => state.Name), recording.Run(Case.Sequence).Trace.Select(state => state.Name));
        using var plain = new DeviceSimulatedTint(HostDevice.Instance, Case.Configuration, Case.Weights);
        var result = plain.Run(Case.Sequence);
        Assert.Empty(result.Trace);
        Assert.Empty(result.Gradients);
    }

    [Fact]
    public void The_observer_hears_the_host_s_stages_and_then_of_the_copy_back()
    {
        List<PassStage> onHost = [], onDevice = [];
        new SimulatedTint(Case.Configuration, Case.Weights) { Observer = onHost.Add }.Run(Case.Sequence);
        using var tint = new DeviceSimulatedTint(HostDevice.Instance, Case.Configuration, Case.Weights) { Observer = onDevice.Add };
        tint.Run(Case.Sequence);
        Assert.Equal([.. onHost, new PassStage(PassKind.ResultsToHost)], onDevice);
    }

    /// <summary>The host looks into its modules and names the operation; the device looks at what leaves a pass.</summary>
    [Theory]
    [InlineData("the final norm's output", "the least attention score", 1e300, 1000, 1)]
    [InlineData("the gradient", "the deviation of a normalisation", 0, 1e308, 1)]
    [InlineData("the logits", "the logits", 0, 1000, 1e308)]
    public void A_run_that_leaves_the_finite_numbers_says_where_and_the_device_goes_on(
        string place, string hostPlace, double rate, double scale, double bias)
    {
        var configuration = Case.Configuration with { SgdSteps = 1, InnerLearningRate = rate, FiniteDifferenceScale = scale };
        var weights = Case.Weights with
        {
            TokenEmbedding = 100 * Case.Weights.TokenEmbedding,
            FinalNorm = Case.Weights.FinalNorm with { Bias = Vector<double>.Build.Dense(Case.Auxiliary.HiddenSize, bias) },
        };
        using (var tint = new DeviceSimulatedTint(HostDevice.Instance, configuration, weights))
        {
            foreach (var (engine, where) in new (TintEngine, string)[] { (tint, place), (new SimulatedTint(configuration, weights), hostPlace) })
            {
                var error = Assert.Throws<RuleViolationException>(() => engine.Run(Case.Sequence));
                Assert.Equal(Divergence.Rule, error.Rule);
                Assert.EndsWith($" in {where}", error.Found, StringComparison.Ordinal);
            }
        }

        using var sound = new DeviceSimulatedTint(HostDevice.Instance, Case.Configuration, Case.Weights);
        Assert.True(sound.Run(Case.Sequence).Logits.Enumerate().All(double.IsFinite));
    }

    [Fact]
    public void Bad_input_is_refused_as_on_the_host()
    {
        var other = Case.Configuration with { Auxiliary = Case.Auxiliary with { LayerNormEpsilon = 0.25 } };
        Assert.Throws<RuleViolationException>(() => new DeviceSimulatedTint(HostDevice.Instance, other, Case.Weights));
        using var tint = new DeviceSimulatedTint(HostDevice.Instance, Case.Configuration, Case.Weights);
        Assert.Throws<RuleViolationException>(() => tint.Run(Case.Sequence with { TrainMask = [1, 0] }));
        Assert.Throws<RuleViolationException>(() => tint.Run([Case.Sequence, Case.Sequence with { TrainMask = [1, 0] }]));
    }

    [Fact]
    public void Threads_may_ask_at_once()
    {
        using var tint = new DeviceSimulatedTint(HostDevice.Instance, Case.Configuration, Case.Weights);
        var alone = tint.Run(Case.Sequence);
        Parallel.For(0, 4, _ => Assert.Equal(alone.Logits, tint.Run(Case.Sequence).Logits));
    }

    private static double[] Values(AuxiliaryWeights weights) =>
        [.. AuxiliaryWeightsAlgebra.Blocks(weights).SelectMany(block => block.Values.ToArray())];
}
