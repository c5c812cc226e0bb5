using Tint.Properties.Generators;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Properties.Laws;

/// <summary>Weight decay, momentum, rates by layer and a mean loss: each against the construction, and against plain steps of which it is made.</summary>
internal static class OptimiserLaws
{
    /// <summary>1 − ηλ, a number of few digits.</summary>
    private const double Kept = 0.75;

    private const double Momentum = 0.625;

    public static IEnumerable<Law> All { get; } =
    [
        .. Laws().Select(static law => law.Needing(static tint => tint.RunsOptimisers, "optimisers other than plain SGD on the summed loss (RunsOptimisers)")),
    ];

    private static Law[] Laws() =>
    [
        new(
            "L103",
            "weight-decay",
            "With weight decay a descent computes ρ((1 − ηλ)W − η Σ m g xᵀ) on what learns and leaves the rest alone, in modules and whole models.",
            ["C41", "C6", "C9", "C18"],
            "LinearDescent",
            (tint, item, judge) =>
            {
                var decaying = Decaying(item);
                Apply(AgreementLaws.All, tint, decaying, judge, "L03", "L06", "L09", "L13");
                WithoutGradient(tint, decaying.ExactGates(), judge);
            }),
        new(
            "L104",
            "momentum",
            "With momentum the second step is a plain one and μ times the first, and a whole model gives the construction's and the simulation's numbers.",
            ["C42", "C24"],
            "TinT",
            (tint, item, judge) =>
            {
                var twice = item.With(configuration => configuration with { SgdSteps = 2, Optimiser = new() { Momentum = Momentum } });
                Apply(AgreementLaws.All, tint, twice, judge, "L13");
                twice = twice.Alone();
                var (bounds, first) = (Whole.Reference(twice).Sequences[0], Whole.Run(tint, twice.OneStep())[0].UpdatedWeights);
                var next = twice.OneStep().With(static configuration => configuration with { Optimiser = Optimiser.Plain }) with { Weights = first };
                var expected = AuxiliaryWeightsAlgebra.AddScaled(
                    Whole.Run(tint, next)[0].UpdatedWeights, Momentum, AuxiliaryWeightsAlgebra.Subtract(first, twice.Weights));
                var forming = AuxiliaryWeightsAlgebra.Zip(first, twice.Weights, static (a, b) => 8 * Tolerance.Unit * (Math.Abs(a) + Math.Abs(b)));
                judge.Near("weights", expected, Whole.Run(tint, twice)[0].UpdatedWeights, AuxiliaryWeightsAlgebra.Add(bounds.WeightBounds, forming));
            }),
        new(
            "L105",
            "layer-rates",
            "In one step a block with a rate of its own moves as it does where all have that rate, and a whole model gives the construction's and the simulation's numbers.",
            ["C43", "C24"],
            "TinT",
            (tint, item, judge) =>
            {
                double[] rates = [.. Enumerable.Range(0, item.Auxiliary.LayerCount).Select(static layer => 0.5 + layer)];
                var apart = item.With(configuration => configuration with { Optimiser = new() { LayerRates = rates } });
                Apply(AgreementLaws.All, tint, apart, judge, "L13");
                (apart, var plain) = (apart.Alone().OneStep(), item.Alone().OneStep());
                AuxiliaryWeights[] alike =
                [
                    .. rates.Prepend(1).Select(rate => Whole.Run(tint, plain.With(c => c with { InnerLearningRate = rate * c.InnerLearningRate }))[0].UpdatedWeights),
                ];
                judge.Near(
                    "weights",
                    alike[0] with { Layers = [.. rates.Select((_, layer) => alike[layer + 1].Layers[layer])] },
                    Whole.Run(tint, apart)[0].UpdatedWeights,
                    Whole.Reference(apart).Sequences[0].WeightBounds);
            }),
        new(
            "L106",
            "mean-over-targets",
            "The loss gradient of a mean over M targets is 1/M of the sum's, and with gates of 1 a step at η and N is the sum's at η/M and N·M.",
            ["C44", "C20", "V7"],
            "TinT",
            (tint, item, judge) =>
            {
                if (WithTargets(item) is not { } trained)
                {
                    // No sequence of one token has a target.
                    Apply(AgreementLaws.All, tint, item, judge, "L12");
                    return;
                }

                var mean = trained.With(static configuration => configuration with { Optimiser = new() { MeanOverTargets = true } });
                Apply(AgreementLaws.All, tint, mean, judge, "L12", "L13");
                (mean, trained) = (mean.Alone().ExactGates().OneStep(), trained.Alone().ExactGates().OneStep());
                var targets = trained.Sequence.CountedTargets;
                var sum = trained.With(c => c with { InnerLearningRate = c.InnerLearningRate / targets, FiniteDifferenceScale = c.FiniteDifferenceScale * targets });
                var bounds = AuxiliaryWeightsAlgebra.Add(Whole.Reference(mean).Sequences[0].WeightBounds, Whole.Reference(sum).Sequences[0].WeightBounds);
                judge.Near("weights", Whole.Run(tint, sum)[0].UpdatedWeights, Whole.Run(tint, mean)[0].UpdatedWeights, bounds);
            }),
    ];

    /// <summary>The case with a rate that is not negative, and a decay that leaves <see cref="Kept"/> of a weight.</summary>
    private static LawCase Decaying(LawCase item) => item.With(configuration =>
    {
        var rate = Math.Abs(configuration.InnerLearningRate);
        return configuration with { InnerLearningRate = rate, Optimiser = new() { WeightDecay = rate == 0 ? 1 : (1 - Kept) / rate } };
    });

    /// <summary>Without a trained token what learns shrinks, and nothing else happens.</summary>
    private static void WithoutGradient(ITint tint, LawCase item, Judge judge)
    {
        var (c, none, layer, norm) = (item.Configuration, new double[item.Sequence.Length], item.Layer.Value, item.Norm());
        var kept = c.InnerLearningRate == 0 ? 1 : Kept;
        var (bounds, ofNorm) = (new ReferenceModules(c).LinearDescent(layer, item.Gradient, item.Memory[0], none), new ReferenceModules(c).LayerNormDescent(norm, item.Gradient, item.NormMemory(), none));
        var updated = tint.LinearDescent(c, layer, item.Gradient, item.Memory[0], none);
        judge.Near("weight without gradient", kept * layer.Weight, updated.Weight, bounds.Weight.Bound + (8 * Tolerance.Unit * layer.Weight.PointwiseAbs()));
        var scale = c.LayerNormBiasOnly ? 1 : kept;
        var after = tint.LayerNormDescent(c, norm, item.Gradient, item.NormMemory(), none);
        judge.Near(
            "γ without gradient", scale * norm.Weight.ToColumnMatrix(), after.Weight.ToColumnMatrix(), ofNorm.Weight.Bound.Diagonal().ToColumnMatrix() + (8 * Tolerance.Unit * norm.Weight.PointwiseAbs().ToColumnMatrix()));
        judge.Near("β without gradient", kept * norm.Bias.ToColumnMatrix(), after.Bias.ToColumnMatrix(), ofNorm.Bias.Bound + (8 * Tolerance.Unit * norm.Bias.PointwiseAbs().ToColumnMatrix()));
    }

    /// <summary>The case with at least one target in every sequence; null where one is a single token.</summary>
    private static LawCase? WithTargets(LawCase item) => item.Batch.Any(static sequence => sequence.Length < 2) ? null : item.Sequences(static sequence => sequence with
    {
        TrainMask = [.. sequence.TrainMask.Take(sequence.Length - 1), 1],
        GradientMask = sequence.GradientMask is null ? null : [.. sequence.GradientMask.Take(sequence.Length - 1), 1],
    });

    private static void Apply(IEnumerable<Law> laws, ITint tint, LawCase item, Judge judge, params string[] labels)
    {
        foreach (var law in laws.Where(law => labels.Contains(law.Label)))
        {
            law.Apply(tint, item, judge);
        }
    }
}
