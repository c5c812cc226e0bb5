using Tint.Reference;
using Tint.Reference.Configuration;
using Tint.Reference.Families;
using Tint.Reference.Families.Gpt2;
using Tint.Reference.Families.Opt;

namespace Tint.Experiments.Evaluation;

/// <summary>The auxiliary shape of a model that the published construction simulates.</summary>
public static class AuxiliaryShape
{
    /// <summary>The shape.</summary>
    /// <exception cref="RuleViolationException">The published construction does not simulate such a model; the message says what of it.</exception>
    public static AuxiliaryConfiguration Of(FamilyConfiguration model) => Find(model) ?? throw new RuleViolationException(
        "a TinT as published is constructed for GPT-2 and OPT with a norm in front of each half of a block and a tied head",
        model is Gpt2Configuration or OptConfiguration ? "one with its own head, other scales of attention, other inner widths, or norms or biases that are not as published" : model?.ModelType ?? "none",
        "use such a model");

    /// <summary>The shape, or null where the model is not one that the published construction simulates.</summary>
    public static AuxiliaryConfiguration? Find(FamilyConfiguration model) => model switch
    {
        Gpt2Configuration { IsTied: true, ScalesScores: true, ScalesScoresByLayer: false } gpt2 when gpt2.InnerSize % gpt2.HiddenSize == 0 =>
            Published(gpt2, AuxiliaryFamily.Gpt2),
        OptConfiguration { IsTied: true, IsPreNorm: true, HasFinalNorm: true, HasBiases: true, HasAffineNorms: true } opt when opt.EmbeddingSize == opt.HiddenSize && opt.InnerSize % opt.HiddenSize == 0 =>
            Published(opt, AuxiliaryFamily.Opt),
        _ => null,
    };

    private static AuxiliaryConfiguration Published(FamilyConfiguration model, AuxiliaryFamily family) => model.Auxiliary() with { Architecture = null, Family = family };
}
