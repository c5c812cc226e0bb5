namespace Tint.Reference.Families;

/// <summary>The fields of a Hugging Face <c>config.json</c> that no model's result depends on, whatever they hold.</summary>
/// <remarks>
/// Names of classes and versions; token ids and settings of text generation; storage; initialisation; dropout, since neither evaluation nor the
/// step that TinT simulates drops anything.
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
        "summary_proj_to_labels", "use_fast_attention", "_attn_implementation", "tokenizer_class",
    };

    /// <summary>Whether a field is one of them.</summary>
    public static bool Contains(string name) => Names.Contains(name);
}
