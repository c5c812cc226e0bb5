using System.Globalization;
using System.Text.Json;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Families;
using Tint.Reference.Input;

namespace Tint.Properties.Generators;

/// <summary>A small model of some family in a TinT with a case's options, drawn from the case's own numbers.</summary>
/// <param name="Model">The model.</param>
/// <param name="Configuration">Its TinT.</param>
/// <param name="Weights">Its weights.</param>
/// <param name="Sequence">What it reads, as long and trained on as the case's first sequence.</param>
internal sealed record FamilyDraw(FamilyConfiguration Model, TintConfiguration Configuration, AuxiliaryWeights Weights, TokenSequence Sequence)
{
    private static readonly string[] Activations = ["relu", "gelu", "gelu_new", "silu", "quick_gelu"];

    /// <summary>Draws the model of a case.</summary>
    public static FamilyDraw Of(LawCase item)
    {
        var numbers = new Numbers(Numbers.Mix((ulong)item.Choice));
        var model = Draw(numbers);
        var parameters = new ParameterSet();
        foreach (var (place, rows, columns, center) in Shapes(model))
        {
            parameters.Set(place, Matrix<double>.Build.Dense(rows, columns, (_, _) => center + (0.3 * numbers.Normal())));
        }

        var (weights, options) = (model.Weights(parameters), item.Configuration);
        var length = Math.Min(item.Sequence.Length, 7);
        int[] Ids(int count) => [.. Enumerable.Range(0, count).Select(_ => numbers.Below(model.VocabularySize))];
        return new(
            model,
            FamilyShape.Of(model) with
            {
                InnerLearningRate = options.InnerLearningRate,
                GateScale = options.GateScale,
                FiniteDifferenceScale = options.FiniteDifferenceScale,
                Stencil = options.Stencil,
                SgdSteps = options.SgdSteps,
                TrainedLayers = numbers.Below(weights.Layers.Count + 1),
                LayerNormBiasOnly = options.LayerNormBiasOnly,
                Departures = options.Departures with { ScorePathDropped = true },
            },
            weights,
            new TokenSequence
            {
                InputIds = Ids(length),
                TrainMask = [.. item.Sequence.TrainMask.Take(length)],
                EncoderIds = model.HasEncoder ? Ids(1 + numbers.Below(6)) : null,
            });
    }

    /// <summary>The model in words.</summary>
    public override string ToString() => $"{Configuration.Auxiliary}";

    private static FamilyConfiguration Draw(Numbers numbers)
    {
        bool Coin() => numbers.Below(2) == 0;
        T One<T>(params ReadOnlySpan<T> choices) => choices[numbers.Below(choices.Length)];
        string Flag(string name) => $"\"{name}\":{(Coin() ? "true" : "false")}";
        var (width, heads) = One((8, 2), (8, 4), (12, 2), (12, 3));
        var (layers, inner, kind) = (1 + numbers.Below(2), 5 + numbers.Below(2 * width), One<string>(Activations));
        string[] fields = One("gpt2", "opt", "llama", "gpt_neox", "gptj", "bloom", "gpt_bigcode", "t5") switch
        {
            "gpt2" =>
            [
                $"\"model_type\":\"gpt2\",\"n_positions\":9,\"n_embd\":{width},\"n_layer\":{layers},\"n_head\":{heads},\"n_inner\":{inner}",
                $"\"activation_function\":\"{kind}\"", Flag("scale_attn_by_inverse_layer_idx"), Flag("tie_word_embeddings"),
            ],
            "opt" =>
            [
                $"\"model_type\":\"opt\",\"hidden_size\":{width},\"num_hidden_layers\":{layers},\"num_attention_heads\":{heads},\"ffn_dim\":{inner}",
                $"\"max_position_embeddings\":9,\"activation_function\":\"{kind}\",\"word_embed_proj_dim\":{One(width, width - 3)}",
                Flag("do_layer_norm_before"), Flag("enable_bias"), Flag("layer_norm_elementwise_affine"), Flag("tie_word_embeddings"),
            ],
            "llama" =>
            [
                $"\"model_type\":\"llama\",\"hidden_size\":{width},\"num_hidden_layers\":{layers},\"num_attention_heads\":{heads}",
                $"\"num_key_value_heads\":{One(1, heads)},\"intermediate_size\":{inner},\"max_position_embeddings\":9,\"hidden_act\":\"{kind}\"",
                $"\"rope_theta\":{One("10000.0", "100.0")}", Flag("attention_bias"), Flag("mlp_bias"), Flag("tie_word_embeddings"),
            ],
            "gpt_neox" =>
            [
                $"\"model_type\":\"gpt_neox\",\"hidden_size\":{width},\"num_hidden_layers\":{layers},\"num_attention_heads\":{heads}",
                $"\"intermediate_size\":{inner},\"max_position_embeddings\":9,\"hidden_act\":\"{kind}\",\"rotary_pct\":1.0",
                Flag("use_parallel_residual"), Flag("attention_bias"), Flag("tie_word_embeddings"),
            ],
            "gptj" =>
            [
                $"\"model_type\":\"gptj\",\"n_positions\":9,\"n_embd\":{width},\"n_layer\":{layers},\"n_head\":{heads},\"n_inner\":{inner}",
                $"\"rotary_dim\":2,\"activation_function\":\"{kind}\"", Flag("tie_word_embeddings"),
            ],
            "bloom" =>
            [
                $"\"model_type\":\"bloom\",\"hidden_size\":{width},\"n_layer\":{layers},\"n_head\":{heads},\"seq_length\":9",
                Flag("apply_residual_connection_post_layernorm"), Flag("tie_word_embeddings"),
            ],
            "gpt_bigcode" =>
            [
                $"\"model_type\":\"gpt_bigcode\",\"n_positions\":9,\"n_embd\":{width},\"n_layer\":{layers},\"n_head\":{heads},\"n_inner\":{inner}",
                $"\"activation_function\":\"{kind}\"", Flag("multi_query"), Flag("scale_attn_weights"), Flag("tie_word_embeddings"),
            ],
            _ =>
            [
                $"\"model_type\":\"t5\",\"d_model\":{width},\"d_kv\":{width / heads},\"d_ff\":{inner},\"num_layers\":{layers},\"num_heads\":{heads}",
                "\"relative_attention_num_buckets\":8,\"relative_attention_max_distance\":6,\"n_positions\":9",
                $"\"feed_forward_proj\":\"{One("relu", "gated-gelu", "gated-silu")}\"", Flag("tie_word_embeddings"),
            ],
        };
        using var document = JsonDocument.Parse($"{{\"vocab_size\":{(5 + numbers.Below(7)).ToString(CultureInfo.InvariantCulture)},{string.Join(',', fields)}}}");
        return FamilyCatalogue.Read(document.RootElement);
    }

    /// <summary>Every parameter's shape, and what its numbers lie around: 1 for a normalisation's weight.</summary>
    private static IEnumerable<(string Place, int Rows, int Columns, double Center)> Shapes(FamilyConfiguration model) => model.Tensors().SelectMany(static tensor =>
        tensor.Parts.Select(part => (
            part.Place, part.Rows, part.Columns, tensor.Shape.Count == 1 && part.Place.EndsWith(".weight", StringComparison.Ordinal) ? 1.0 : 0.0)));
}
