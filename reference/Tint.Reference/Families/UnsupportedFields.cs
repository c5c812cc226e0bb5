namespace Tint.Reference.Families;

/// <summary>Fields of a Hugging Face <c>config.json</c> that are known to ask for what no family here has, with what it is.</summary>
internal static class UnsupportedFields
{
    private const string Experts = "a mixture of experts sends each token through layers of its own choice, and a block here is the same for all tokens";
    private const string Window = "a sliding window hides tokens that attention here shows";
    private const string Cap = "no primitive of TinT bounds scores or logits";
    private const string Scale = "no plan here scales what this does";
    private const string QueryNorm = "no plan here has normalisations between projection and scores";

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["num_local_experts"] = Experts,
        ["num_experts"] = Experts,
        ["num_experts_per_tok"] = Experts,
        ["n_routed_experts"] = Experts,
        ["moe_intermediate_size"] = Experts,
        ["sliding_window"] = Window,
        ["use_sliding_window"] = Window,
        ["sliding_window_pattern"] = Window,
        ["layer_types"] = Window,
        ["attention_types"] = Window,
        ["attn_logit_softcapping"] = Cap,
        ["final_logit_softcapping"] = Cap,
        ["logit_scale"] = Scale,
        ["logits_scaling"] = Scale,
        ["embedding_multiplier"] = Scale,
        ["residual_multiplier"] = Scale,
        ["attention_multiplier"] = Scale,
        ["use_qk_norm"] = QueryNorm,
        ["qk_layernorm"] = QueryNorm,
        ["quantization_config"] = "its weights are in a format of fewer bits, which nothing here reads",
        ["torchscript"] = "the published code then unties a tied head, which gets a gradient of its own",
        ["pruned_heads"] = "heads here are all there or not at all",
    };

    /// <summary>What a field asks for that cannot be simulated; null where nothing is known of it.</summary>
    public static string? Reason(string name) => Reasons.GetValueOrDefault(name);
}
