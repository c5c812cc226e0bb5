using System.Text.Json;
using Tint.Reference.Families;

namespace Tint.Reference.Tests.Families;

public class ConfigFieldsTests
{
    [Theory]
    [InlineData("""{"model_type":"llama","rope_scaling":{"rope_type":"llama3","factor":8.0}}""", "'llama3'")]
    [InlineData("""{"model_type":"llama","rope_scaling":{"type":"dynamic","factor":2.0}}""", "'dynamic'")]
    [InlineData("""{"model_type":"llama","rope_scaling":{"type":"linear","factor":2.0,"extra":1}}""", "'extra'")]
    [InlineData("""{"model_type":"mistral","sliding_window":4096}""", "sliding_window")]
    [InlineData("""{"model_type":"mistral","max_position_embeddings":4097}""", "4096 of 4097 positions")]
    [InlineData("""{"model_type":"qwen2","use_sliding_window":true,"sliding_window":100}""", "sliding_window")]
    [InlineData("""{"model_type":"qwen2","use_sliding_window":true}""", "4096 of 32768 positions")]
    [InlineData("""{"model_type":"llama","rope_parameters":{"rope_type":"yarn","rope_theta":1e4,"factor":2}}""", "'yarn'")]
    [InlineData("""{"model_type":"llama","rope_parameters":{"rope_theta":1e4},"rope_theta":1e4}""", "'rope_parameters' or in 'rope_theta'")]
    [InlineData("""{"model_type":"llama","rope_parameters":{"rope_theta":1e4,"extra":1}}""", "'extra'")]
    [InlineData("""{"model_type":"gptj","rotary_dim":null}""", "'rotary_dim'")]
    [InlineData("""{"model_type":"t5","feed_forward_proj":"gated-gelu","dense_act_fn":"relu"}""", "'dense_act_fn'")]
    [InlineData("""{"model_type":"t5","feed_forward_proj":"relu","is_gated_act":true}""", "'is_gated_act'")]
    [InlineData("""{"model_type":"llama","num_local_experts":8}""", "'num_local_experts'")]
    [InlineData("""{"model_type":"llama","hidden_act":"mish"}""", "'mish'")]
    [InlineData("""{"model_type":"llama","num_key_value_heads":5}""", "5 for 32")]
    [InlineData("""{"model_type":"llama","pretraining_tp":2}""", "pretraining_tp")]
    [InlineData("""{"model_type":"gpt2","add_cross_attention":true}""", "add_cross_attention")]
    [InlineData("""{"model_type":"gpt2","n_embd":10,"n_head":3}""", "3 heads for width 10")]
    [InlineData("""{"model_type":"gpt2","n_layer":2.5}""", "'n_layer'")]
    [InlineData("""{"model_type":"gpt2","layer_norm_epsilon":0}""", "layer_norm_epsilon")]
    [InlineData("""{"model_type":"opt","surprise":"yes"}""", "'surprise'")]
    [InlineData("""{"model_type":"t5","is_encoder_decoder":false}""", "is_encoder_decoder")]
    [InlineData("""{"model_type":"t5","relative_attention_num_buckets":2}""", "2 buckets")]
    [InlineData("""{"model_type":"mamba"}""", "'mamba'")]
    [InlineData("""{"vocab_size":11}""", "'model_type'")]
    [InlineData("""[1]""", "Array")]
    public void What_cannot_be_simulated_or_is_not_understood_is_named(string config, string named)
    {
        using var document = JsonDocument.Parse(config);

        var refusal = Assert.Throws<RuleViolationException>(() => FamilyCatalogue.Read(document.RootElement));

        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Theory]
    [InlineData("""{"model_type":"llama","rope_scaling":null,"sliding_window":null,"torch_dtype":"float16","use_cache":true,"attention_dropout":0.1}""")]
    [InlineData("""{"model_type":"mistral","sliding_window":4096,"max_position_embeddings":4096}""")]
    [InlineData("""{"model_type":"qwen2","use_sliding_window":false,"sliding_window":100,"max_window_layers":28}""")]
    [InlineData("""{"model_type":"gpt_neox","rope_scaling":{"type":"linear","factor":2}}""")]
    [InlineData("""{"model_type":"mistral","sliding_window":null}""")]
    [InlineData("""{"model_type":"t5","feed_forward_proj":"gated-gelu","dense_act_fn":"gelu_new","is_gated_act":true}""")]
    public void What_leaves_the_result_alone_is_passed_over(string config)
    {
        using var document = JsonDocument.Parse(config);

        Assert.NotEmpty(FamilyCatalogue.Read(document.RootElement).Tensors());
    }

    [Theory]
    [InlineData("""{"model_type":"gpt_neox","rotary_pct":0.5,"rotary_emb_base":500.0,"rope_scaling":{"type":"linear","factor":2}}""")]
    [InlineData("""{"model_type":"gpt_neox","rope_parameters":{"partial_rotary_factor":0.5,"rope_theta":500.0,"rope_type":"linear","factor":2}}""")]
    public void How_heads_are_turned_is_read_from_older_and_newer_files(string config)
    {
        using var document = JsonDocument.Parse(config);

        var rotation = Assert.IsType<Tint.Reference.Families.GptNeoX.GptNeoXConfiguration>(FamilyCatalogue.Read(document.RootElement)).Rotation;

        Assert.Equal((48, 500.0, 2.0), (rotation.Dimensions, rotation.Base, rotation.PositionDivisor));
    }

    [Theory]
    [InlineData("""{"model_type":"mistral","sliding_window":null}""", 8)]
    [InlineData("""{"model_type":"mistral","sliding_window":null,"num_key_value_heads":null}""", 32)]
    [InlineData("""{"model_type":"llama"}""", 32)]
    [InlineData("""{"model_type":"llama","num_key_value_heads":4}""", 4)]
    public void Key_and_value_heads_that_are_null_are_as_many_as_query_heads(string config, int expected)
    {
        using var document = JsonDocument.Parse(config);

        Assert.Equal(expected, Assert.IsType<Tint.Reference.Families.Llama.LlamaConfiguration>(FamilyCatalogue.Read(document.RootElement)).KeyValueHeadCount);
    }
}
