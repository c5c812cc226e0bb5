using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Generators;
using Tint.Properties.Implementations;
using Tint.Reference;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Families;

namespace Tint.Properties.Laws;

/// <summary>
/// What holds of whole models of every family, drawn anew in every case. They are not tried on implementations that run the published code's models alone, for which
/// laws about those say the same.
/// </summary>
internal static class FamilyLaws
{
    public static IEnumerable<Law> All { get; } = On(family: null);

    /// <summary>The laws on models of one family; null for all of them.</summary>
    public static IReadOnlyList<Law> On(string? family) =>
    [
        .. Of(family).Select(static law => law.Needing(static tint => tint.RunsFamilies, "models of other architectures (RunsFamilies)")),
    ];

    private static Law[] Of(string? family) =>
    [
        new(
            "L85",
            "family-logits",
            "With gates of 1, the logits of a model of any family before training are those of the family's own exact model.",
            ["C22", "C24", "C28", "C31", "C33", "C36"],
            "TinT",
            (tint, item, judge) => Try(item.ExactGates().NoStep(), family, draw =>
            {
                var (outcome, bounds) = Run(tint, draw);
                judge.Near("original logits", bounds.OriginalLogits with { Value = Exact(draw).Logits }, outcome.OriginalLogits);
            })),
        new(
            "L86",
            "family-agreement",
            "Logits and weights of a model of any family, before and after training, are the construction's.",
            ["C22", "C23", "C24", "C30"],
            "TinT",
            (tint, item, judge) => Try(item, family, draw =>
            {
                var (outcome, bounds) = Run(tint, draw);
                Outcomes.Near(judge, draw.Model.ModelType, bounds, outcome);
            })),
        new(
            "L87",
            "family-certificate",
            "With gates of 1, what a step of a model of any family subtracts lies within the composed certificate of the true gradient.",
            ["C24", "C28", "C29", "C36", "V1"],
            "TinT",
            (tint, item, judge) => Try(
                item.ExactGates().OneStep().With(configuration => configuration with { InnerLearningRate = 1, LayerNormBiasOnly = true }),
                family,
                draw => Certified(tint, draw, judge))),
    ];

    private static void Try(LawCase item, string? family, Action<FamilyDraw> law)
    {
        var draw = FamilyDraw.Of(item);
        if (family is null || family == FamilyCatalogue.NameOf(draw.Model.ModelType))
        {
            law(draw);
        }
    }

    private static (TintOutcome.OfSequence Outcome, ReferenceModel Bounds) Run(ITint tint, FamilyDraw draw)
    {
        var bounds = ReferenceModel.Run(draw.Configuration, draw.Weights, [draw.Sequence]).Sequences[0];
        return (tint.Run(draw.Configuration, draw.Weights, [draw.Sequence]).Sequences[0], bounds);
    }

    private static ExactPass Exact(FamilyDraw draw) =>
        draw.Model.Exact(draw.Model.Parameters(draw.Weights), new FamilyInput(draw.Sequence.InputIds, draw.Sequence.EncoderIds));

    private static void Certified(ITint tint, FamilyDraw draw, Judge judge)
    {
        var (outcome, bounds) = Run(tint, draw);
        var certificate = FamilyCertificate.Of(draw.Configuration, draw.Model, draw.Weights, draw.Sequence);
        var truth = new ExactFamilyTint(draw.Configuration, draw.Model, draw.Weights).Gradient(draw.Weights, draw.Sequence);
        var first = draw.Weights.Layers.Count - draw.Configuration.TrainedLayers;
        foreach (var (block, index) in certificate.Blocks.Select((block, index) => (block, first + index)))
        {
            Parts($"layer {index} ", block.Parameters, draw.Weights.Layers[index], outcome.UpdatedWeights.Layers[index], truth.Layers[index], bounds.WeightBounds.Layers[index]);
        }

        Parts(string.Empty, certificate.Outside, draw.Weights.Outside, outcome.UpdatedWeights.Outside, truth.Outside, bounds.WeightBounds.Outside);

        void Parts(
            string layer, IReadOnlyDictionary<string, double> certificates, AuxiliaryLayer before, AuxiliaryLayer after, AuxiliaryLayer gradient, AuxiliaryLayer rounding)
        {
            foreach (var (parameter, bound) in certificates)
            {
                var error = Part(before, parameter) - Part(after, parameter) - Part(gradient, parameter);
                var unit = Tolerance.Unit * Part(before, parameter).FrobeniusNorm();
                judge.AtMost($"{layer}{parameter}", error.FrobeniusNorm(), bound + Part(rounding, parameter).FrobeniusNorm() + unit);
            }
        }
    }

    private static Matrix<double> Part(AuxiliaryLayer layer, string parameter) => layer.Parameters[new Place(parameter[..parameter.LastIndexOf('.')])] switch
    {
        LinearParameters linear => parameter.EndsWith(".weight", StringComparison.Ordinal) ? linear.Weight : linear.Bias.ToColumnMatrix(),
        LayerNormParameters norm => norm.Bias.ToColumnMatrix(),
        var other => throw new RuleViolationException("parameters must be of a known kind", other.GetType().Name, "use a linear layer or a normalisation"),
    };
}
