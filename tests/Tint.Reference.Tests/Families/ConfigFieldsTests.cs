using System.Text.Json;
using Tint.Reference.Configuration;
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
    [InlineData("""{"model_type":"llama","pretraining_tp":3}""", "pretraining_tp")]
    [InlineData("""{"model_type":"llama","pretraining_tp":2,"mlp_bias":true}""", "with biases")]
    [InlineData("""{"model_type":"bloom","pretraining_tp":2,"slow_but_exact":true}""", "'pretraining_tp' must be 1")]
    [InlineData("""{"model_type":"llama","pad_token_id":32000}""", "'pad_token_id' must be a token")]
    [InlineData("""{"model_type":"opt","pad_token_id":"1"}""", "'pad_token_id' must be a token")]
    [InlineData("""{"model_type":"gpt2","torchscript":true}""", "unties a tied head")]
    [InlineData("""{"model_type":"gpt_neox","hidden_act":"gelu_bloom"}""", "'gelu_bloom'")]
    [InlineData("""{"model_type":"t5","feed_forward_proj":"gated-gelu_10"}""", "'gelu_10'")]
    [InlineData("""{"model_type":"gpt2","add_cross_attention":true}""", "add_cross_attention")]
    [InlineData("""{"model_type":"gpt2","n_embd":10,"n_head":3}""", "3 heads for width 10")]
    [InlineData("""{"model_type":"gpt2","n_layer":2.5}""", "'n_layer'")]
    [InlineData("""{"model_type":"gpt2","n_layer":2147483647}""", "from 1 to 10000")]
    [InlineData("""{"model_type":"t5","num_decoder_layers":10001}""", "from 1 to 10000")]
    [InlineData("""{"model_type":"gpt2","layer_norm_epsilon":0}""", "layer_norm_epsilon")]
    [InlineData("""{"model_type":"opt","surprise":"yes"}""", "'surprise'")]
    [InlineData("""{"model_type":"t5","is_encoder_decoder":false}""", "is_encoder_decoder")]
    [InlineData("""{"model_type":"t5","relative_attention_num_buckets":2}""", "2 buckets")]
    [InlineData("""{"model_type":"mamba"}""", "'mamba'")]
    [InlineData("""{"model_type":"mixtral","num_local_experts":8}""", "'mixtral', of which it is known that a mixture of experts")]
    [InlineData("""{"model_type":"mixtral","sliding_window":null,"num_local_experts":8}""", "'mixtral', of which it is known that a mixture of experts")]
    [InlineData("""{"model_type":"phi","qk_layernorm":false}""", "got 'phi'; use one of")]
    [InlineData("""{"model_type":"llama","num_experts_per_tok":2}""", "a mixture of experts")]
    [InlineData("""{"model_type":"llama","layer_types":["full_attention","sliding_attention"]}""", "'layer_types'")]
    [InlineData("""{"model_type":"llama","rope_scaling":{"type":"linear","rope_type":"yarn","factor":2}}""", "'yarn' and 'linear'")]
    [InlineData("""{"model_type":"llama","rope_scaling":{"type":"linear"}}""", "'rope_scaling' must have 'factor'")]
    [InlineData("""{"model_type":"llama","rope_scaling":"linear"}""", "'rope_scaling' must be a JSON object")]
    [InlineData("""{"model_type":"llama","partial_rotary_factor":0.5}""", "'partial_rotary_factor' must be 1")]
    [InlineData("""{"model_type":"gpt_neox","rope_theta":500}""", "'rope_theta' must be 10000")]
    [InlineData("""{"model_type":"llama","is_decoder":true}""", "'is_decoder'")]
    [InlineData("""{"model_type":"llama","pruned_heads":{"0":[1]}}""", "'pruned_heads'")]
    [InlineData("""{"model_type":"llama","quantization_config":{"bits":4}}""", "fewer bits")]
    [InlineData("""{"model_type":"llama","hidden_size":66,"num_attention_heads":4}""", "4 heads for width 66")]
    [InlineData("""{"model_type":"mistral","sliding_window":null,"attention_bias":true}""", "'attention_bias'")]
    [InlineData("""{"model_type":"qwen2","attention_bias":false}""", "'attention_bias'")]
    [InlineData("""{"model_type":"gpt2","n_embd":64,"hidden_size":32}""", "64 and 32")]
    [InlineData("""{"vocab_size":11}""", "'model_type'")]
    [InlineData("""[1]""", "got [1]")]
    public void What_cannot_be_simulated_or_is_not_understood_is_named(string config, string named)
    {
        using var document = JsonDocument.Parse(config);

        var refusal = Assert.Throws<RuleViolationException>(() => FamilyCatalogue.Read(document.RootElement));

        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    /// <summary>The published code takes null for the value: as false, or it fails. Its default is for a field that is not there.</summary>
    [Theory]
    [InlineData("gpt2", "scale_attn_weights")]
    [InlineData("gpt2", "n_embd")]
    [InlineData("llama", "hidden_size")]
    [InlineData("llama", "rms_norm_eps")]
    [InlineData("llama", "rope_theta")]
    [InlineData("llama", "hidden_act")]
    [InlineData("llama", "tie_word_embeddings")]
    [InlineData("t5", "feed_forward_proj")]
    public void Null_where_it_means_nothing_is_refused(string family, string field)
    {
        using var document = JsonDocument.Parse($$"""{"model_type":"{{family}}","{{field}}":null}""");

        var refusal = Assert.Throws<RuleViolationException>(() => FamilyCatalogue.Read(document.RootElement));

        Assert.Contains($"'{field}' must be", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("got null", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>What config.json of models that were published holds beside the fields that matter.</summary>
    [Theory]
    [InlineData("""{"model_type":"llama","max_sequence_length":2048,"pad_token_id":-1,"architectures":["LLaMAForCausalLM"]}""")]
    [InlineData("""{"model_type":"llama","is_llama_config":true,"rope_interleaved":false,"transformers.js_config":{"kv_cache_dtype":{}}}""")]
    [InlineData("""{"model_type":"qwen2","use_mrope":false,"use_sliding_window":false,"sliding_window":131072,"layer_types":["full_attention","full_attention"]}""")]
    [InlineData("""{"model_type":"gpt2","_num_labels":1,"task_specific_params":{"text-generation":{"do_sample":true}},"hidden_size":768}""")]
    [InlineData("""{"model_type":"gpt_neox","hidden_act":"gelu_fast","custom_pipelines":{},"attention_probs_dropout_prob":0,"rope_theta":10000,"partial_rotary_factor":0.25}""")]
    [InlineData("""{"model_type":"opt","learned_embeddings":true,"scale_embeddings":false,"word_embed_proj_dim":null}""")]
    [InlineData("""{"model_type":"llama","is_decoder":false,"add_cross_attention":false,"is_encoder_decoder":false,"chunk_size_feed_forward":0,"pruned_heads":{},"top_k":50,"temperature":0.7}""")]
    [InlineData("""{"model_type":"llama","rope_scaling":null,"sliding_window":null,"torch_dtype":"float16","use_cache":true,"attention_dropout":0.1}""")]
    [InlineData("""{"model_type":"mistral","sliding_window":4096,"max_position_embeddings":4096}""")]
    [InlineData("""{"model_type":"qwen2","use_sliding_window":false,"sliding_window":100,"max_window_layers":28}""")]
    [InlineData("""{"model_type":"gpt_neox","rope_scaling":{"type":"linear","factor":2}}""")]
    [InlineData("""{"model_type":"mistral","sliding_window":null}""")]
    [InlineData("""{"model_type":"llama","pretraining_tp":2,"torchscript":false}""")]
    [InlineData("""{"model_type":"bloom","pretraining_tp":2,"slow_but_exact":false,"hidden_dropout":0.0}""")]
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
    [InlineData("""{"model_type":"gpt_neox"}""", true)]
    [InlineData("""{"model_type":"gpt_neox","transformers_version":"4.32.0.dev0"}""", true)]
    [InlineData("""{"model_type":"gpt_neox","transformers_version":"4.24.0"}""", false)]
    [InlineData("""{"model_type":"gpt_neox","transformers_version":"4.320"}""", false)]
    public void Tables_of_a_rotation_are_in_half_precision_in_one_version_alone(string config, bool expected)
    {
        using var document = JsonDocument.Parse(config);

        Assert.Equal(expected, Assert.IsType<Tint.Reference.Families.GptNeoX.GptNeoXConfiguration>(FamilyCatalogue.Read(document.RootElement)).Rotation.HasTablesInHalf);
    }

    [Theory]
    [InlineData("""{"model_type":"llama"}""", null)]
    [InlineData("""{"model_type":"llama","pad_token_id":-1}""", 31999)]
    [InlineData("""{"model_type":"opt"}""", 1)]
    [InlineData("""{"model_type":"opt","pad_token_id":null}""", null)]
    [InlineData("""{"model_type":"gpt2","pad_token_id":3}""", null)]
    public void The_embedding_of_a_padding_token_is_that_of_the_models_which_have_one(string config, int? expected)
    {
        using var document = JsonDocument.Parse(config);

        Assert.Equal(expected, FamilyCatalogue.Read(document.RootElement).PaddingToken);
    }

    [Theory]
    [InlineData("""{"model_type":"gpt_neox","hidden_act":"gelu_fast"}""", ActivationKind.GeluFast)]
    [InlineData("""{"model_type":"gpt_neox","hidden_act":"gelu_accurate"}""", ActivationKind.GeluNew)]
    [InlineData("""{"model_type":"gpt_neox","hidden_act":"gelu_python"}""", ActivationKind.Gelu)]
    [InlineData("""{"model_type":"gpt_neox","hidden_act":"swish"}""", ActivationKind.Silu)]
    public void One_function_goes_by_several_names(string config, ActivationKind expected)
    {
        using var document = JsonDocument.Parse(config);

        Assert.Equal(expected, Assert.IsType<Tint.Reference.Families.GptNeoX.GptNeoXConfiguration>(FamilyCatalogue.Read(document.RootElement)).Activation);
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
