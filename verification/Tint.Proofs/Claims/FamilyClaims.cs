using System.Text.Json;
using Tint.Proofs.Degrees;
using Tint.Proofs.Drawing;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Families;

namespace Tint.Proofs.Claims;

/// <summary>A small model of each family, embedding to head, in a TinT that takes a step: logits before and after, and every parameter after it.</summary>
internal static class FamilyClaims
{
    /// <summary>Models of width 4 with one head of 4 coordinates or four of 1, so that scales are ½ or 1; one block, or one of an encoder and one of a decoder.</summary>
    private static readonly (string Name, string Config)[] Models =
    [
        ("gpt2, own head", """{"model_type":"gpt2","vocab_size":4,"n_positions":5,"n_embd":4,"n_layer":1,"n_head":1,"n_inner":6,"tie_word_embeddings":false}"""),
        ("gpt_bigcode", """{"model_type":"gpt_bigcode","vocab_size":4,"n_positions":5,"n_embd":4,"n_layer":1,"n_head":4,"n_inner":4}"""),
        ("opt, post-norm, projected", """
            {"model_type":"opt","vocab_size":4,"hidden_size":4,"num_hidden_layers":1,"ffn_dim":4,"num_attention_heads":4,"max_position_embeddings":5,
             "do_layer_norm_before":false,"word_embed_proj_dim":2,"tie_word_embeddings":false}
            """),
        ("llama", """
            {"model_type":"llama","vocab_size":4,"hidden_size":4,"intermediate_size":4,"num_hidden_layers":1,"num_attention_heads":1,"max_position_embeddings":5}
            """),
        ("gpt_neox", """
            {"model_type":"gpt_neox","vocab_size":4,"hidden_size":4,"num_hidden_layers":1,"num_attention_heads":1,"intermediate_size":4,
             "max_position_embeddings":5,"rotary_pct":0.5}
            """),
        ("gptj", """{"model_type":"gptj","vocab_size":4,"n_positions":5,"n_embd":4,"n_layer":1,"n_head":1,"rotary_dim":2,"n_inner":4}"""),
        ("bloom", """{"model_type":"bloom","vocab_size":4,"hidden_size":4,"n_layer":1,"n_head":4}"""),
        ("t5", """
            {"model_type":"t5","vocab_size":4,"d_model":4,"d_kv":4,"d_ff":4,"num_layers":1,"num_heads":1,"relative_attention_num_buckets":4,
             "relative_attention_max_distance":3,"feed_forward_proj":"gated-gelu"}
            """),
    ];

    /// <summary>Two heads, so that a TinT head has room for the score path, whose degrees grow fast.</summary>
    private const string Narrow = """
        {"model_type":"t5","vocab_size":4,"d_model":4,"d_kv":2,"d_ff":4,"num_layers":1,"num_heads":2,"relative_attention_num_buckets":4,
         "relative_attention_max_distance":3,"feed_forward_proj":"relu"}
        """;

    /// <summary>All of them.</summary>
    public static IEnumerable<Claim> All() => [.. Models.Select(model => Of(model.Name, model.Config, isFaithful: false)), Of("t5, no departure", Narrow, isFaithful: true)];

    private static Claim Of(string name, string config, bool isFaithful)
    {
        using var document = JsonDocument.Parse(config);
        var model = FamilyCatalogue.Read(document.RootElement);
        var setting = new Setting(name, Configuration(model, isFaithful), isFaithful ? [1, 1] : [1, 0, 1]);
        return new Claim
        {
            Name = $"model/{name}",
            About = setting.About,
            Degrees = PassDegrees.Of(setting.Configuration),
            Left = (tint, draw) => Outcome(tint, setting, model, draw),
            Right = draw => Outcome(new SimulationTint(), setting, model, draw),
        };
    }

    private static IEnumerable<Part> Outcome(ITint tint, Setting setting, FamilyConfiguration model, Draw draw)
    {
        var sequence = ModuleClaims.Sequence(setting) with { EncoderIds = model.HasEncoder ? [2, 0] : null };
        var outcome = tint.Run(setting.Configuration, Weights(model, setting, draw), [sequence]).Sequences[0];
        return
        [
            new("logits before", outcome.OriginalLogits),
            new("logits", outcome.Logits),
            .. outcome.UpdatedWeights.Layers.SelectMany((layer, index) => Part.Of($"layers.{index}", layer)),
            .. Part.Of("outside", outcome.UpdatedWeights.Outside),
        ];
    }

    /// <summary>Parameters of a draw, tensor by tensor, as the TinT of a setting takes them.</summary>
    private static AuxiliaryWeights Weights(FamilyConfiguration model, Setting setting, Draw draw)
    {
        var parameters = new ParameterSet();
        foreach (var tensor in model.Tensors())
        {
            foreach (var (place, rows, columns) in tensor.Parts)
            {
                parameters.Set(place, draw.Matrix(rows, columns));
            }
        }

        return model.Weights(parameters) with { Configuration = setting.Configuration.Auxiliary };
    }

    private static TintConfiguration Configuration(FamilyConfiguration model, bool isFaithful)
    {
        var shape = Setting.Of(width: 4, heads: model.HeadCount, prefixes: 1, rho: 0.75, n: 4, eta: 0.625);
        var auxiliary = model.Auxiliary() with { LayerNormEpsilon = shape.Auxiliary.LayerNormEpsilon };
        return (isFaithful ? shape.Faithful() : shape) with
        {
            Auxiliary = auxiliary,
            TrainedLayers = auxiliary.LayerCount,
            HeadCount = AdmissibleShapes.HeadCounts(4, model.HeadCount, shape.HiddenSize).Where(count => shape.HiddenSize / count == 4).Single(),
            LayerNormBiasOnly = false,
        };
    }
}
