using System.Text.Json;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Cuda.Device;
using Tint.Reference.Engines;
using Tint.Reference.Families;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Tests.Device;

/// <summary>Whole models of families on a device: what they leave beside logits and weights, which laws and cases hold to the construction.</summary>
public sealed class DeviceFamilyTests
{
    private const string T5 = """
        {"model_type":"t5","vocab_size":11,"d_model":8,"d_kv":4,"d_ff":12,"num_layers":2,"num_heads":2,"relative_attention_num_buckets":8,
        "relative_attention_max_distance":6,"n_positions":9,"feed_forward_proj":"gated-silu"}
        """;

    private const string Llama = """
        {"model_type":"llama","vocab_size":11,"hidden_size":8,"num_hidden_layers":2,"num_attention_heads":2,"num_key_value_heads":1,"intermediate_size":11,
        "max_position_embeddings":9,"hidden_act":"silu"}
        """;

    private const string Bloom = """
        {"model_type":"bloom","vocab_size":11,"hidden_size":8,"n_layer":2,"n_head":2,"seq_length":9}
        """;

    private const string PostNormOpt = """
        {"model_type":"opt","vocab_size":11,"hidden_size":8,"num_hidden_layers":2,"num_attention_heads":2,"ffn_dim":12,"max_position_embeddings":9,
        "activation_function":"relu","word_embed_proj_dim":5,"do_layer_norm_before":false,"layer_norm_elementwise_affine":false,"enable_bias":false}
        """;

    public static TheoryData<string> Models => [T5, Llama, Bloom, PostNormOpt];

    /// <summary>The device multiplies, subtracts and multiplies again as the host does here: the bits agree. Where no bias is, none is learnt.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void The_gradients_of_a_step_are_what_its_descents_subtracted(string model)
    {
        var (configuration, weights, sequence) = Given(model);
        using var tint = new DeviceSimulatedTint(HostDevice.Instance, configuration, weights) { RecordGradients = true };
        var result = tint.Run(sequence);
        var (gradient, plan) = (Assert.Single(result.Gradients), weights.Plan);
        var (rho, eta) = (SimulatedGate.Factor(configuration), configuration.InnerLearningRate);
        for (var index = 0; index < weights.Layers.Count; index++)
        {
            Descended(plan.Blocks[index].Trained, weights.Layers[index], result.UpdatedWeights.Layers[index], gradient.Layers[index]);
        }

        Descended([.. plan.Final?.Trained ?? [], .. plan.EncoderFinal?.Trained ?? []], weights.Outside, result.UpdatedWeights.Outside, gradient.Outside);

        void Descended(IEnumerable<ParameterLeaf> leaves, AuxiliaryLayer before, AuxiliaryLayer after, AuxiliaryLayer step)
        {
            foreach (var leaf in leaves)
            {
                if (leaf is not Linear)
                {
                    var (old, sum, now) = (before.Norm(leaf.Place), step.Norm(leaf.Place), after.Norm(leaf.Place));
                    Assert.Equal(leaf.HasBias ? rho * (old.Bias - (eta * sum.Bias)) : 0 * old.Bias, now.Bias);
                    continue;
                }

                var (linear, gradients, descended) = (before.Linear(leaf.Place), step.Linear(leaf.Place), after.Linear(leaf.Place));
                var factor = leaf.Place == Place.Value || leaf.Place == Place.Value.Across ? rho : 1;
                Assert.Equal(rho * ((factor * linear.Weight) - (eta * gradients.Weight)), descended.Weight);
                Assert.Equal(leaf.HasBias ? rho * ((factor * linear.Bias) - (eta * gradients.Bias)) : 0 * linear.Bias, descended.Bias);
                Assert.NotEqual(0, gradients.Weight.FrobeniusNorm());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void States_and_stages_are_the_host_s(string model)
    {
        var (configuration, weights, sequence) = Given(model);
        configuration = configuration with { SgdSteps = 2 };
        List<PassStage> onHost = [], onDevice = [];
        var host = new SimulatedTint(configuration, weights) { RecordTrace = true, Observer = onHost.Add }.Run(sequence);
        using var tint = new DeviceSimulatedTint(HostDevice.Instance, configuration, weights) { RecordTrace = true, Observer = onDevice.Add };
        Assert.Equal(host.Trace.Select(state => state.Name), tint.Run(sequence).Trace.Select(state => state.Name));
        Assert.Equal([.. onHost, new PassStage(PassKind.ResultsToHost)], onDevice);
    }

    /// <summary>A TinT without departures, score path across sequences included.</summary>
    [Theory]
    [InlineData(T5)]
    [InlineData(Llama)]
    [InlineData(PostNormOpt)]
    public void A_faithful_update_is_the_host_s(string model)
    {
        var (configuration, weights, sequence) = Given(model);
        configuration = configuration.Faithful() with { SgdSteps = 2, FiniteDifferenceScale = 100, InnerLearningRate = 0.01 };
        using var tint = new DeviceSimulatedTint(HostDevice.Instance, configuration, weights) { RecordGradients = true };
        var (host, device) = (new SimulatedTint(configuration, weights) { RecordGradients = true }.Run(sequence), tint.Run(sequence));
        Assert.Equal(2, device.Gradients.Count);
        foreach (var (expected, actual) in host.Gradients.Append(host.UpdatedWeights).Zip(device.Gradients.Append(device.UpdatedWeights)))
        {
            var (left, right) = (AuxiliaryWeightsAlgebra.Flatten(expected), AuxiliaryWeightsAlgebra.Flatten(actual));
            Assert.InRange((left - right).L2Norm(), 0, 1e-10 * left.L2Norm());
        }

        Assert.All(weights.Plan.Blocks.SelectMany((block, index) => block.Parameters.OfType<Linear>().Select(leaf => (leaf.Place, Index: index))), layer =>
            Assert.NotEqual(0, device.Gradients[0].Layers[layer.Index].Linear(layer.Place).Weight.FrobeniusNorm()));
    }

    /// <summary>As the host's, whose γ alone learns.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_LayerNorm_without_bias_gets_none(bool dense)
    {
        var (configuration, _, sequence) = Given(Bloom);
        var plan = ModelPlan.Of(configuration.Auxiliary);
        configuration = configuration with
        {
            LayerNormBiasOnly = false,
            Departures = configuration.Departures with { DenseLayerNormDescent = dense },
            Auxiliary = configuration.Auxiliary with { Architecture = plan with { Model = "without β", Blocks = [.. plan.Blocks.Select(block => block.Select(Bare))] } },
        };
        var weights = AuxiliaryWeights.Random(configuration.Auxiliary, seed: 3);
        using var tint = new DeviceSimulatedTint(HostDevice.Instance, configuration, weights);
        var (host, device) = (new SimulatedTint(configuration, weights).Run(sequence).UpdatedWeights, tint.Run(sequence).UpdatedWeights);
        Assert.All(device.Layers, layer => Assert.All(layer.Norm(Place.MlpNorm).Bias, value => Assert.Equal(0, value)));
        var (left, right) = (AuxiliaryWeightsAlgebra.Flatten(host), AuxiliaryWeightsAlgebra.Flatten(device));
        Assert.InRange((left - right).L2Norm(), 0, 1e-10 * left.L2Norm());

        static Leaf Bare(Leaf leaf) => leaf is Norm norm ? norm with { HasBias = false } : leaf;
    }

    [Fact]
    public void A_second_run_takes_no_more_memory_and_gives_the_same_bits()
    {
        var (configuration, weights, sequence) = Given(T5);
        using var device = ComputeDevice.Host();
        using var tint = new DeviceSimulatedTint(device, configuration with { SgdSteps = 2 }, weights);
        var first = tint.Run(sequence);
        var bytes = device.Bytes;
        var second = tint.Run(sequence);
        Assert.Equal(bytes, device.Bytes);
        Assert.Equal(first.Logits, second.Logits);
        Assert.Equal(AuxiliaryWeightsAlgebra.Flatten(first.UpdatedWeights), AuxiliaryWeightsAlgebra.Flatten(second.UpdatedWeights));
    }

    /// <summary>Where the encoder is not among the trained blocks it runs once, and its norm stays.</summary>
    [Fact]
    public void An_encoder_that_is_not_trained_stays_as_it_is()
    {
        var (configuration, weights, sequence) = Given(T5);
        using var tint = new DeviceSimulatedTint(HostDevice.Instance, configuration with { TrainedLayers = 2 }, weights);
        var updated = tint.Run(sequence).UpdatedWeights;
        Assert.Same(weights.Layers[1], updated.Layers[1]);
        Assert.Equal(weights.Outside.Norm(Place.EncoderNorm), updated.Outside.Norm(Place.EncoderNorm));
        Assert.NotEqual(weights.Outside.Norm(Place.DecoderNorm), updated.Outside.Norm(Place.DecoderNorm));
    }

    private static (TintConfiguration Configuration, AuxiliaryWeights Weights, TokenSequence Sequence) Given(string model)
    {
        using var document = JsonDocument.Parse(model);
        var configuration = FamilyShape.Of(FamilyCatalogue.Read(document.RootElement)) with { InnerLearningRate = 0.5, SgdSteps = 1 };
        return (
            configuration,
            AuxiliaryWeights.Random(configuration.Auxiliary, seed: 3),
            new TokenSequence
            {
                InputIds = [3, 1, 4, 1, 5],
                TrainMask = [1, 1, 0, 1, 0],
                EncoderIds = ModelPlan.Of(configuration.Auxiliary).HasEncoder ? [9, 2, 6, 5] : null,
            });
    }
}
