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
    /// <exception cref="RuleViolationException">The construction does not simulate such a model; the message says what of it.</exception>
    public static AuxiliaryConfiguration Of(FamilyConfiguration model) => model switch
    {
        Gpt2Configuration { IsTied: true, ScalesScores: true, ScalesScoresByLayer: false } gpt2 => new AuxiliaryConfiguration
        {
            Family = AuxiliaryFamily.Gpt2,
            HiddenSize = gpt2.HiddenSize,
            HeadCount = gpt2.HeadCount,
            LayerCount = gpt2.LayerCount,
            VocabularySize = gpt2.VocabularySize,
            MaximumPositions = gpt2.MaximumPositions,
            MlpChunkCount = Chunks(gpt2.InnerSize, gpt2.HiddenSize),
            Activation = gpt2.Activation,
            LayerNormEpsilon = gpt2.Epsilon,
        },
        OptConfiguration { IsTied: true, IsPreNorm: true, HasFinalNorm: true, HasBiases: true, HasAffineNorms: true } opt when opt.EmbeddingSize == opt.HiddenSize =>
            new AuxiliaryConfiguration
            {
                Family = AuxiliaryFamily.Opt,
                HiddenSize = opt.HiddenSize,
                HeadCount = opt.HeadCount,
                LayerCount = opt.LayerCount,
                VocabularySize = opt.VocabularySize,
                MaximumPositions = opt.MaximumPositions,
                MlpChunkCount = Chunks(opt.InnerSize, opt.HiddenSize),
                Activation = opt.Activation,
                LayerNormEpsilon = opt.Epsilon,
            },
        Gpt2Configuration or OptConfiguration => throw Refused("one with its own head, other scales of attention, or norms or biases that are not as published"),
        _ => throw Refused(model?.ModelType ?? "none"),
    };

    private static int Chunks(int inner, int width) => inner % width == 0
        ? inner / width
        : throw new RuleViolationException("a TinT runs the MLP in chunks of its width", $"an inner width of {inner} for width {width}", "use a multiple");

    private static RuleViolationException Refused(string found) => new(
        "a TinT is constructed for GPT-2 and OPT with a norm in front of each half of a block and a tied head", found, "use such a model; tint evaluate --methods vanilla,dynamic takes others too");
}
