using Tint.Reference.Auxiliary;
using Tint.Reference.Families;

namespace Tint.Reference.Tests.Families;

public class CheckpointReadingTests
{
    [Theory]
    [InlineData("llama", "model.layers.2.mlp.up_proj.weight")]
    [InlineData("opt", "model.decoder.project_in.weight")]
    [InlineData("gptj", "transformer.h.0.attn.q_proj.lora_A.weight")]
    [InlineData("gpt2 by layer, own head", "h.0.ln_1.weight")]
    [InlineData("t5", "lm_head.bias")]
    public void A_tensor_without_a_place_is_named(string model, string name) =>
        Assert.Contains(name, Refused(model, tensors => tensors[name] = new Tensor([1], [1])), StringComparison.Ordinal);

    [Theory]
    [InlineData("gpt2", "lm_head.weight", "transformer.wte.weight")]
    [InlineData("gpt_neox sequential", "embed_out.weight", "gpt_neox.embed_in.weight")]
    [InlineData("t5", "encoder.embed_tokens.weight", "shared.weight")]
    public void A_copy_is_read_in_place_of_the_original_and_refused_where_it_differs(string name, string copy, string original)
    {
        var (model, tensors) = Model(name);
        tensors[copy] = tensors[original];
        var both = model.Import(new TensorTable(tensors));
        tensors.Remove(original);
        var alone = model.Import(new TensorTable(tensors));

        Assert.Equal(both["embedding.tokens.weight"], alone["embedding.tokens.weight"]);
        Assert.Contains(copy, Refused(name, others => others[copy] = Changed(others[original])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpt2", "transformer.h.0.attn.bias")]
    [InlineData("gpt_neox", "gpt_neox.layers.1.attention.masked_bias")]
    [InlineData("llama", "model.layers.0.self_attn.rotary_emb.inv_freq")]
    [InlineData("gptj", "transformer.h.0.attn.masked_bias")]
    public void Buffers_of_the_code_are_passed_over(string name, string buffer)
    {
        var (model, tensors) = Model(name);
        tensors[buffer] = new Tensor([1, 1], [1]);

        Assert.NotEmpty(model.Import(new TensorTable(tensors)).Names);
    }

    [Fact]
    public void A_checkpoint_of_the_model_without_its_head_is_found_by_its_shorter_names()
    {
        var (model, tensors) = Model("bloom");
        var shorter = tensors.ToDictionary(tensor => tensor.Key["transformer.".Length..], tensor => tensor.Value);

        Assert.Equal(model.Tensors().Sum(tensor => tensor.Places.Count), model.Import(new TensorTable(shorter)).Names.Count);
    }

    [Fact]
    public void A_missing_misshapen_or_infinite_tensor_is_named_with_what_was_expected()
    {
        const string name = "model.norm.weight";
        Assert.Contains($"tensor {name} is needed", Refused("llama", tensors => tensors.Remove(name)), StringComparison.Ordinal);
        Assert.Contains("must be [8]; got [1]", Refused("llama", tensors => tensors[name] = new Tensor([1], [1])), StringComparison.Ordinal);
        Assert.Contains(name, Refused("llama", tensors => tensors[name] = new Tensor([8], [1, 1, 1, 1, 1, 1, 1, double.NaN])), StringComparison.Ordinal);
    }

    private static string Refused(string name, Action<Dictionary<string, Tensor>> change)
    {
        var (model, tensors) = Model(name);
        change(tensors);
        return Assert.Throws<RuleViolationException>(() => model.Import(new TensorTable(tensors))).Message;
    }

    private static (FamilyConfiguration Model, Dictionary<string, Tensor> Tensors) Model(string name)
    {
        var model = SmallModels.Read(name);
        return (model, model.Export(SmallModels.Parameters(model, 1)).ToDictionary(tensor => tensor.Key, tensor => tensor.Value));
    }

    private static Tensor Changed(Tensor tensor)
    {
        var values = tensor.Values.ToArray();
        values[^1] = Math.BitIncrement(values[^1]);
        return new Tensor(tensor.Shape, values);
    }
}
