using System.Text.Json;

namespace Tint.Reference.Families;

/// <summary>The fields of a Hugging Face <c>config.json</c> that no model's result depends on, whatever they hold or where they switch nothing on.</summary>
/// <remarks>
/// Names of classes, and versions but for what NeoX reads from them; token ids and settings of text generation, also the longest sequence, which the published code does not read under that name; storage;
/// initialisation; dropout, since neither evaluation nor the step that TinT simulates drops anything.
/// </remarks>
internal static class HarmlessFields
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "_name_or_path", "model_type", "architectures", "transformers_version", "torch_dtype", "dtype", "auto_map", "_commit_hash",
        "bos_token_id", "eos_token_id", "pad_token_id", "sep_token_id", "unk_token_id", "decoder_start_token_id", "prefix", "output_past",
        "task_specific_params", "finetuning_task", "id2label", "label2id", "num_labels", "problem_type", "use_cache", "return_dict",
        "output_attentions", "output_hidden_states", "initializer_range", "init_std", "initializer_factor", "gradient_checkpointing",
        "attn_pdrop", "embd_pdrop", "resid_pdrop", "dropout", "dropout_rate", "attention_dropout", "activation_dropout", "hidden_dropout",
        "classifier_dropout", "layerdrop", "summary_type", "summary_use_proj", "summary_activation", "summary_first_dropout",
        "summary_proj_to_labels", "use_fast_attention", "_attn_implementation", "_attn_implementation_autoset", "attn_implementation", "tokenizer_class",
        "_num_labels", "custom_pipelines", "is_llama_config", "max_sequence_length", "attention_probs_dropout_prob", "hidden_dropout_prob",
        "attention_dropout_prob", "learned_embeddings", "tokenizer_model_max_length", "model_max_length", "unsloth_version", "unsloth_fixed", "transformers.js_config", "base_model_tp_plan", "tf_legacy_loss",
        "bad_words_ids", "begin_suppress_tokens", "diversity_penalty", "do_sample", "early_stopping", "encoder_no_repeat_ngram_size",
        "exponential_decay_length_penalty", "forced_bos_token_id", "forced_eos_token_id", "length_penalty", "max_length", "max_new_tokens", "min_length",
        "no_repeat_ngram_size", "num_beam_groups", "num_beams", "num_return_sequences", "output_scores", "remove_invalid_values", "repetition_penalty",
        "return_dict_in_generate", "suppress_tokens", "temperature", "top_k", "top_p", "typical_p",
    };

    private static readonly Dictionary<string, string> Off = new(StringComparer.Ordinal)
    {
        ["add_cross_attention"] = "false",
        ["chunk_size_feed_forward"] = "0",
        ["is_decoder"] = "false",
        ["is_encoder_decoder"] = "false",
        ["pruned_heads"] = "{}",
        ["rope_interleaved"] = "false",
        ["scale_embeddings"] = "false",
        ["tie_encoder_decoder"] = "false",
        ["torchscript"] = "false",
        ["use_bfloat16"] = "false",
        ["use_mrope"] = "false",
        ["use_qk_norm"] = "false",
    };

    /// <summary>Whether a field is one of them.</summary>
    public static bool Contains(string name, JsonElement value) => Names.Contains(name) || (Off.TryGetValue(name, out var off) && value.GetRawText() == off);
}
