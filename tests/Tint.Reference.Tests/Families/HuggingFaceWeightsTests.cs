using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Families;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Families;

public sealed class HuggingFaceWeightsTests
{
    private static readonly AuxiliaryConfiguration Gpt2 = Helpers.SmallModels.Configuration.Auxiliary;

    private static readonly AuxiliaryConfiguration Opt = Gpt2 with { Family = AuxiliaryFamily.Opt };

    public static TheoryData<AuxiliaryFamily> Families { get; } = [AuxiliaryFamily.Gpt2, AuxiliaryFamily.Opt];

    [Theory]
    [MemberData(nameof(Families))]
    public void Exported_weights_import_as_the_same_numbers(AuxiliaryFamily family)
    {
        var weights = Weights(family);
        var back = HuggingFaceWeights.Import(weights.Configuration, HuggingFaceWeights.Export(weights));
        Assert.Equal(weights.TokenEmbedding, back.TokenEmbedding);
        Assert.Equal(weights.PositionEmbedding, back.PositionEmbedding);
        Assert.Equal(weights.FinalNorm, back.FinalNorm);
        foreach (var (expected, got) in weights.Layers.Zip(back.Layers))
        {
            Assert.Equal(expected, got);
        }
    }

    [Fact]
    public void Gpt2_fuses_query_key_and_value_and_stores_input_times_output()
    {
        var weights = Weights(AuxiliaryFamily.Gpt2);
        var (tensors, layer) = (HuggingFaceWeights.Export(weights), weights.Layers[1]);
        Assert.Equal(4 + (2 * 12), tensors.Count);
        var fused = tensors["transformer.h.1.attn.c_attn.weight"].ToMatrix();
        Assert.Equal((6, 18), (fused.RowCount, fused.ColumnCount));
        Assert.Equal(layer.Key.Weight[4, 1], fused[1, 6 + 4]);
        Assert.Equal(layer.Value.Bias[2], tensors["transformer.h.1.attn.c_attn.bias"].ToVector()[12 + 2]);
        Assert.Equal(layer.Inner.Weight.Transpose(), tensors["transformer.h.1.mlp.c_fc.weight"].ToMatrix());
        Assert.Equal(layer.Outer.Weight.Transpose(), tensors["transformer.h.1.mlp.c_proj.weight"].ToMatrix());
        Assert.Equal(layer.Output.Weight.Transpose(), tensors["transformer.h.1.attn.c_proj.weight"].ToMatrix());
        Assert.Equal(layer.AttentionNorm.Weight, tensors["transformer.h.1.ln_1.weight"].ToVector());
        Assert.Equal(layer.MlpNorm.Bias, tensors["transformer.h.1.ln_2.bias"].ToVector());
        Assert.Equal(weights.FinalNorm.Weight, tensors["transformer.ln_f.weight"].ToVector());
    }

    [Fact]
    public void Opt_stores_output_times_input_and_two_more_positions()
    {
        var weights = Weights(AuxiliaryFamily.Opt);
        var (tensors, layer) = (HuggingFaceWeights.Export(weights), weights.Layers[0]);
        Assert.Equal(4 + (2 * 16), tensors.Count);
        Assert.Equal(layer.Query.Weight, tensors["model.decoder.layers.0.self_attn.q_proj.weight"].ToMatrix());
        Assert.Equal(layer.Inner.Weight, tensors["model.decoder.layers.0.fc1.weight"].ToMatrix());
        Assert.Equal(layer.MlpNorm.Weight, tensors["model.decoder.layers.0.final_layer_norm.weight"].ToVector());
        var table = tensors["model.decoder.embed_positions.weight"].ToMatrix();
        Assert.Equal(10, table.RowCount);
        Assert.Equal(weights.PositionEmbedding.Row(0), table.Row(2));
    }

    [Fact]
    public void The_two_families_hold_the_same_model()
    {
        var gpt2 = Weights(AuxiliaryFamily.Gpt2);
        var opt = HuggingFaceWeights.Import(Opt, HuggingFaceWeights.Export(gpt2 with { Configuration = Opt }));
        Assert.Equal(gpt2.Layers[1], opt.Layers[1]);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_missing_tensor_is_named(AuxiliaryFamily family)
    {
        var tensors = HuggingFaceWeights.Export(Weights(family));
        foreach (var name in tensors.Keys)
        {
            var others = tensors.Where(tensor => tensor.Key != name).ToDictionary();
            Refusal.Of(
                () => HuggingFaceWeights.Import(Of(family), others),
                $"tensor {name} is needed",
                $"{others.Count} tensors without it",
                "Hugging Face names");
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_tensor_of_another_shape_is_named(AuxiliaryFamily family)
    {
        var tensors = HuggingFaceWeights.Export(Weights(family));
        foreach (var (name, tensor) in tensors)
        {
            var changed = tensors.ToDictionary();
            changed[name] = new Tensor([.. tensor.Shape, 1], tensor.Values.ToArray());
            Refusal.Of(() => HuggingFaceWeights.Import(Of(family), changed), $"tensor {name} must be {tensor}", $"{changed[name]}");
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_tensor_that_holds_a_number_that_is_not_finite_is_refused(AuxiliaryFamily family)
    {
        var tensors = HuggingFaceWeights.Export(Weights(family));
        foreach (var (name, tensor) in tensors)
        {
            var values = tensor.Values.ToArray();
            values[^1] = double.NaN;
            var changed = tensors.ToDictionary();
            changed[name] = new Tensor(tensor.Shape, values);
            Refusal.Of(() => HuggingFaceWeights.Import(Of(family), changed), "must hold finite numbers only", "NaN at");
        }
    }

    /// <summary>No token reads them, and published checkpoints hold any numbers there.</summary>
    [Fact]
    public void The_two_more_positions_of_opt_are_not_read()
    {
        var tensors = HuggingFaceWeights.Export(Weights(AuxiliaryFamily.Opt)).ToDictionary();
        var table = tensors["model.decoder.embed_positions.weight"].ToMatrix();
        table[1, 0] = 1e300;
        tensors["model.decoder.embed_positions.weight"] = Tensor.From(table);
        Assert.Equal(Weights(AuxiliaryFamily.Opt).PositionEmbedding, HuggingFaceWeights.Import(Opt, tensors).PositionEmbedding);
    }

    /// <summary>A checkpoint holds γ as a vector; writing the diagonal of a dense map would be another model.</summary>
    [Theory]
    [MemberData(nameof(Families))]
    public void Refuses_to_export_a_normalisation_that_is_no_longer_diagonal(AuxiliaryFamily family)
    {
        var weights = Weights(family);
        var dense = Matrix<double>.Build.DenseOfDiagonalVector(weights.FinalNorm.Weight);
        dense[0, 1] = 1e-3;
        Refusal.Of(
            () => HuggingFaceWeights.Export(weights with { FinalNorm = weights.FinalNorm with { Dense = dense } }),
            "a normalisation must be diagonal",
            "final_norm");
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Streamed_weights_are_the_same_and_a_layer_is_read_when_it_is_asked_for(AuxiliaryFamily family)
    {
        var weights = Weights(family);
        var tensors = new CountedTensors(HuggingFaceWeights.Export(weights));
        var streamed = HuggingFaceWeights.Stream(weights.Configuration, tensors);
        Assert.Equal(4, tensors.Reads.Count);
        Assert.DoesNotContain(tensors.Reads, name => name.Any(char.IsDigit));
        Assert.Equal((weights.TokenEmbedding, weights.PositionEmbedding), (streamed.TokenEmbedding, streamed.PositionEmbedding));
        Assert.Equal(weights.FinalNorm, streamed.FinalNorm);
        tensors.Reads.Clear();
        Assert.Equal(weights.Layers[1], streamed.Layers[1]);
        Assert.Equal(family == AuxiliaryFamily.Gpt2 ? 12 : 16, tensors.Reads.Distinct().Count());
        Assert.All(tensors.Reads, name => Assert.Contains(".1.", name, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Streaming_names_every_missing_or_misshapen_tensor_before_a_layer_is_read(AuxiliaryFamily family)
    {
        var tensors = HuggingFaceWeights.Export(Weights(family));
        foreach (var (name, tensor) in tensors)
        {
            var missing = new CountedTensors(tensors.Where(other => other.Key != name).ToDictionary());
            Refusal.Of(() => HuggingFaceWeights.Stream(Of(family), missing), $"tensor {name} is needed");
            var changed = tensors.ToDictionary();
            changed[name] = new Tensor([.. tensor.Shape, 1], tensor.Values.ToArray());
            var misshapen = new CountedTensors(changed);
            Refusal.Of(() => HuggingFaceWeights.Stream(Of(family), misshapen), $"tensor {name} must be {tensor}", $"{changed[name]}");
            Assert.DoesNotContain(missing.Reads.Concat(misshapen.Reads), read => read.Any(char.IsDigit));
        }
    }

    private static AuxiliaryConfiguration Of(AuxiliaryFamily family) => family == AuxiliaryFamily.Gpt2 ? Gpt2 : Opt;

    private static AuxiliaryWeights Weights(AuxiliaryFamily family) => RandomWeights.Of(Of(family), seed: 5);
}
