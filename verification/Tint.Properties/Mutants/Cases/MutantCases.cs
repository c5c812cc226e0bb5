using Tint.Fixtures;

namespace Tint.Properties.Mutants.Cases;

/// <summary>The fixture cases that mutants are put to: small ones, and at least one for every option that a fault hides behind.</summary>
public static class MutantCases
{
    /// <summary>Their ids, cheapest first.</summary>
    public static IReadOnlyList<string> Ids { get; } =
    [
        "LinearForward.a",
        "LinearForward.d.unrestricted",
        "LinearBackward.a",
        "LinearDescent.a",
        "LayerNormForward.a",
        "LayerNormBackward.a",
        "LayerNormDescent.a",
        "LayerNormDescent.b.ln_full",
        "AttentionForward.a",
        "AttentionForward.icl_mask.a",
        "AttentionBackward.a",
        "AttentionBackwardDescent.a",
        "ActivationForward.a",
        "ActivationBackward.a",
        "TinT.gpt2.one_step",
        "TinT.gpt2.train_on_all",
        "TinT.gpt2.gradient_mask",
        "TinT.opt.icl_mask",
        "TinT.gpt2.layer_norm_full",
        "TinT.opt.quad_loss",
        "TinT.opt.two_steps",
        "TinT.opt.three_steps_top_layer",
        "TinT.gpt2.icl_mask_above_diagonal",
        "TinT.opt.quad_gradient_mask",
        "TinT.gpt2.mean_embedding_masks",
        "TinT.opt.quad_everything",
        "TinT.gpt2.long",
    ];

    /// <summary>The cases, from a manifest that holds them all.</summary>
    /// <exception cref="FixtureException">There is no readable manifest, or a case is not in it.</exception>
    public static IReadOnlyList<FixtureCase> Load(string directory)
    {
        var cases = FixtureManifest.Load(directory).Cases.ToDictionary(item => item.Id);
        return [.. Ids.Select(id => cases.TryGetValue(id, out var fixtureCase)
            ? fixtureCase
            : throw new FixtureException("the manifest must hold the cases that mutants are put to", $"no '{id}'", "use the shipped cases"))];
    }
}
