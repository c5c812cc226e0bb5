using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Families;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Families;

/// <summary>Every tensor of a checkpoint is a parameter, a known buffer or a head equal to the embedding, or it is named in a refusal.</summary>
public sealed class CheckpointAccountTests
{
    private const string Head = "lm_head.weight";

    private static readonly AuxiliaryConfiguration Gpt2 = Helpers.SmallModels.Configuration.Auxiliary;
    private static readonly AuxiliaryConfiguration Opt = Gpt2 with { Family = AuxiliaryFamily.Opt };

    public static TheoryData<AuxiliaryFamily, string> Embeddings { get; } = new()
    {
        { AuxiliaryFamily.Gpt2, "transformer.wte.weight" },
        { AuxiliaryFamily.Gpt2, "wte.weight" },
        { AuxiliaryFamily.Opt, "model.decoder.embed_tokens.weight" },
        { AuxiliaryFamily.Opt, "decoder.embed_tokens.weight" },
    };

    public static TheoryData<AuxiliaryFamily, string, int[], string> Strangers { get; } = new()
    {
        { AuxiliaryFamily.Gpt2, "transformer.h.0.attn.c_attn.lora_A.weight", [2, 6], "merge the adapter" },
        { AuxiliaryFamily.Opt, "model.decoder.layers.1.self_attn.q_proj.lora_B.default.weight", [6, 2], "merge the adapter" },
        { AuxiliaryFamily.Gpt2, "transformer.h.2.ln_1.weight", [6], "as many layers" },
        { AuxiliaryFamily.Gpt2, "h.2.attn.bias", [1, 1, 8, 8], "as many layers" },
        { AuxiliaryFamily.Gpt2, "h.99999999999999999999.ln_1.weight", [6], "as many layers" },
        { AuxiliaryFamily.Opt, "model.decoder.layers.7.fc1.weight", [24, 6], "as many layers" },
        { AuxiliaryFamily.Opt, "model.decoder.project_in.weight", [6, 3], "use a model without it" },
        { AuxiliaryFamily.Opt, "model.decoder.project_out.weight", [3, 6], "use a model without it" },
        { AuxiliaryFamily.Gpt2, "wte.weight", [7, 6], "keep one of it and transformer.wte.weight" },
        { AuxiliaryFamily.Opt, "decoder.layers.0.fc1.bias", [24], "keep one of it and model.decoder.layers.0.fc1.bias" },
        { AuxiliaryFamily.Gpt2, "lm_head.bias", [7], "use a model without it" },
        { AuxiliaryFamily.Gpt2, "score.weight", [2, 6], "use a model without it" },
        { AuxiliaryFamily.Gpt2, "transformer.h.0.crossattention.c_attn.weight", [6, 12], "use a model without it" },
        { AuxiliaryFamily.Gpt2, "transformer.h.0.attn.bias", [18], "use a model without it" },
        { AuxiliaryFamily.Gpt2, "transformer.h.0.attn.masked_bias", [2], "use a model without it" },
        { AuxiliaryFamily.Opt, "model.decoder.layers.0.attn.bias", [1, 1, 8, 8], "use a model without it" },
        { AuxiliaryFamily.Gpt2, "a\u001b[31m\nPASSED", [1], "use a model without it" },
    };

    [Theory]
    [MemberData(nameof(Embeddings))]
    public void A_head_equal_to_the_embedding_is_the_embedding(AuxiliaryFamily family, string name)
    {
        var (tensors, weights) = Tensors(family);
        var embedding = Rename(tensors, name);
        tensors[Head] = new Tensor(embedding.Shape, embedding.Values.ToArray());
        Assert.Equal(weights.TokenEmbedding, Import(family, tensors).TokenEmbedding);

        tensors.Remove(name);
        Assert.Equal(weights.TokenEmbedding, Import(family, tensors).TokenEmbedding);
    }

    [Theory]
    [MemberData(nameof(Embeddings))]
    public void A_head_of_its_own_is_refused_at_its_first_entry(AuxiliaryFamily family, string name)
    {
        var (tensors, _) = Tensors(family);
        var embedding = Rename(tensors, name);
        foreach (var index in new[] { 0, 7, embedding.Values.Length - 1 })
        {
            var values = embedding.Values.ToArray();
            values[index] = Math.BitIncrement(values[index]);
            tensors[Head] = new Tensor(embedding.Shape, values);
            Refusal.Of(
                () => Import(family, tensors),
                $"lm_head.weight must equal {name}",
                "in place of",
                $"at entry {index}",
                "copies are equal");
        }

        tensors[Head] = new Tensor([embedding.Shape[1], embedding.Shape[0]], embedding.Values.ToArray());
        Refusal.Of(() => Import(family, tensors), "lm_head.weight must equal", "[6 × 7] beside [7 × 6]");
    }

    [Fact]
    public void Buffers_are_known_and_their_values_are_not_read()
    {
        var (tensors, weights) = Tensors(AuxiliaryFamily.Gpt2);
        foreach (var (name, shape) in new (string, int[])[]
        {
            ("transformer.h.0.attn.bias", [1, 1, 8, 8]), ("h.1.attn.bias", [8, 8]), ("transformer.h.1.attn.masked_bias", []),
            ("h.0.attn.masked_bias", [1]), ("transformer.h.0.attn.rotary_emb.inv_freq", [3]), ("inv_freq", [1]),
        })
        {
            tensors[name] = new Tensor(shape, [.. Enumerable.Repeat(double.NaN, shape.Aggregate(1, (product, size) => product * size))]);
        }

        var counted = new CountedTensors(tensors);
        Assert.Equal(weights.Layers[1], HuggingFaceWeights.Stream(Gpt2, counted).Layers[1]);
        Assert.DoesNotContain(counted.Reads, name => name.EndsWith(".attn.bias", StringComparison.Ordinal) || name.Contains("inv_freq", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Strangers))]
    public void Anything_else_is_named_with_what_to_do(AuxiliaryFamily family, string name, int[] shape, string remedy)
    {
        var (tensors, _) = Tensors(family);
        tensors[name] = new Tensor(shape, new double[shape.Aggregate(1, (product, size) => product * size)]);
        var quoted = name.Replace("\u001b", "\\u001b", StringComparison.Ordinal).Replace("\n", "\\u000a", StringComparison.Ordinal);
        foreach (var exception in new[]
        {
            Refusal.Of(() => Import(family, tensors), "every tensor must be a parameter", remedy),
            Refusal.Of(() => HuggingFaceWeights.Stream(Of(family), new CountedTensors(tensors)), "every tensor must be a parameter", remedy),
        })
        {
            Assert.Equal(quoted, exception.Found);
        }
    }

    [Fact]
    public void Several_are_counted()
    {
        var (tensors, _) = Tensors(AuxiliaryFamily.Gpt2);
        foreach (var index in Enumerable.Range(0, 9))
        {
            tensors[$"extra.{index}"] = new Tensor([], [0]);
        }

        var exception = Refusal.Of(() => Import(AuxiliaryFamily.Gpt2, tensors), "gpt2 of 2 layers");
        Assert.Equal("extra.0, extra.1, extra.2 and 6 more", exception.Found);
    }

    [Fact]
    public void A_missing_tensor_is_named_with_those_that_have_no_place()
    {
        var (tensors, _) = Tensors(AuxiliaryFamily.Opt);
        tensors.Remove("model.decoder.final_layer_norm.weight");
        tensors["model.decoder.project_in.weight"] = new Tensor([6, 3], new double[18]);
        Refusal.Of(
            () => Import(AuxiliaryFamily.Opt, tensors),
            "tensor model.decoder.final_layer_norm.weight is needed",
            $"{tensors.Count} tensors without it, and without a place for model.decoder.project_in.weight",
            "use a model without it");
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void The_two_front_rows_of_OPT_must_be_finite(double value)
    {
        var (tensors, _) = Tensors(AuxiliaryFamily.Opt);
        const string Name = "model.decoder.embed_positions.weight";
        foreach (var index in new[] { 0, 11 })
        {
            var values = tensors[Name].Values.ToArray();
            values[index] = value;
            var changed = new Dictionary<string, Tensor>(tensors) { [Name] = new(tensors[Name].Shape, values) };
            Refusal.Of(() => Import(AuxiliaryFamily.Opt, changed), $"{Name} must hold finite numbers only");
        }
    }

    private static Tensor Rename(Dictionary<string, Tensor> tensors, string name)
    {
        var full = tensors.Keys.Single(key => key.EndsWith(name, StringComparison.Ordinal));
        tensors.Remove(full, out var tensor);
        tensors.Add(name, tensor!);
        return tensor!;
    }

    private static AuxiliaryConfiguration Of(AuxiliaryFamily family) => family == AuxiliaryFamily.Gpt2 ? Gpt2 : Opt;

    private static AuxiliaryWeights Import(AuxiliaryFamily family, IReadOnlyDictionary<string, Tensor> tensors) =>
        HuggingFaceWeights.Import(Of(family), tensors);

    private static (Dictionary<string, Tensor> Tensors, AuxiliaryWeights Weights) Tensors(AuxiliaryFamily family)
    {
        var weights = RandomWeights.Of(Of(family), seed: 5);
        return (HuggingFaceWeights.Export(weights).ToDictionary(), weights);
    }
}
