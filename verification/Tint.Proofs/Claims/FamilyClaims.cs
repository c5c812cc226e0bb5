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
    private static readonly (string Name, string Family, int Heads, string More)[] Models =
    [
        ("gpt2, own head", "gpt2", 1, """{"n_inner":6,"tie_word_embeddings":false}"""),
        ("gpt_bigcode", "gpt_bigcode", 4, "{}"),
        ("opt, post-norm, projected", "opt", 4, """{"do_layer_norm_before":false,"word_embed_proj_dim":2,"tie_word_embeddings":false}"""),
        ("llama", "llama", 1, "{}"),
        ("gpt_neox", "gpt_neox", 1, """{"rotary_pct":0.5}"""),
        ("gptj", "gptj", 1, """{"rotary_dim":2}"""),
        ("bloom", "bloom", 4, "{}"),
        ("t5", "t5", 1, Relative("gated-gelu")),
    ];

    /// <summary>All of them; the one without departures has two heads, so that a TinT head has room for the score path, whose degrees grow fast.</summary>
    public static IEnumerable<Claim> All() =>
    [
        .. Models.Select(model => Of(model.Name, model.Family, model.Heads, model.More, isFaithful: false)),
        Of("t5, no departure", "t5", 2, Relative("relu"), isFaithful: true),
    ];

    private static Claim Of(string name, string family, int heads, string more, bool isFaithful)
    {
        var model = FamilyCatalogue.Read(new FamilySizes(family, Vocabulary: 4, Positions: 5, Width: 4, Layers: 1, heads, Inner: 4), more);
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

    private static string Relative(string mlp) => $$"""
        {"relative_attention_num_buckets":4,"relative_attention_max_distance":3,"feed_forward_proj":"{{mlp}}"}
        """;
}
