using MathNet.Numerics.LinearAlgebra;
using Tint.Reference;
using Tint.Reference.Configuration;
using Tint.Verification;

namespace Tint.Explaining.Examples;

/// <summary>What is explained: every module of the construction, what other architectures ask of attention, each as AttentionForward does it, and what goes beyond the paper.</summary>
internal static class ExampleBook
{
    private const string Forward = nameof(Reference.Modules.SelfAttention.AttentionForward);

    /// <summary>In the order of the walk-through.</summary>
    public static IReadOnlyList<ExplainedModule> All { get; } =
    [
        new("LinearForward", "C4", LinearExamples.Forward),
        new("LinearBackward", "C5", LinearExamples.Backward),
        new("LinearDescent", "C6", LinearExamples.Descent),
        new("LinearDescentBackward", "C6", LinearExamples.DescentBackward) { Runs = ["LinearDescent", "LinearBackward"] },
        new("LayerNormForward", "C7", NormExamples.LayerNorm.Forward),
        new("LayerNormBackward", "C8", NormExamples.LayerNorm.Backward),
        new("LayerNormDescent", "C9", NormExamples.LayerNorm.Descent),
        new("LayerNormDescentBackward", "C9", NormExamples.LayerNorm.DescentBackward) { Runs = ["LayerNormDescent", "LayerNormBackward"] },
        new("AttentionForward", "C10", static example => new AttentionExamples(example).Forward()),
        new("AttentionBackward", "C11", static example => new AttentionExamples(example).Backward()),
        new("AttentionDescent", "C12", static example => new AttentionExamples(example).Descent()),
        new("AttentionBackwardDescent", "C12", static example => new AttentionExamples(example).BackwardDescent()) { Runs = ["AttentionBackward", "LinearDescent", "LinearBackward"] },
        new("ActivationForward", "C13", ActivationExamples.Forward),
        new("ActivationBackward", "C14", ActivationExamples.Backward),
        new("RmsNormForward", "C28", NormExamples.RmsNorm.Forward),
        new("RmsNormBackward", "C28", NormExamples.RmsNorm.Backward),
        new("RmsNormDescent", "C28", NormExamples.RmsNorm.Descent),
        new("RmsNormDescentBackward", "C28", NormExamples.RmsNorm.DescentBackward) { Runs = ["RmsNormDescent", "RmsNormBackward"] },
        new("ProductForward", "C29", ProductExamples.Forward),
        new("ProductBackward", "C29", ProductExamples.Backward),
        Form("GroupedQueries", "C31", "SoftmaxHeads", new AttentionForm { KeyValueHeadCount = 1 }),
        Form("Rotation", "C32", "RotaryPositions", new AttentionForm { Rotation = new Rotation { Dimensions = 2 } }),
        Form("Slopes", "C33", "SoftmaxHeads", new AttentionForm { Slopes = LinearBias.Slopes(2) }),
        Form("RelativeBuckets", "C34", "FormTables", new AttentionForm { Relative = Relative() }),
        Form("BothDirections", "C35", Forward, new AttentionForm { IsCausal = false }),
        new("CrossAttentionForward", "C36", static example => new CrossAttentionExamples(example).Forward()),
        new("CrossAttentionBackward", "C36", static example => new CrossAttentionExamples(example).Backward()),
        new("CrossAttentionBackwardDescent", "C36", static example => new CrossAttentionExamples(example).BackwardDescent())
        {
            Runs = ["CrossAttentionBackward", "LinearDescent", "LinearBackward"],
        },
        new("AttentionScoreBackward", "C38", static example => new AttentionExamples(example).ScoreBackward()),
        new("AttentionScoreDescent", "C38", static example => new AttentionExamples(example).ScoreDescent()),
        new("CentralActivationBackward", "C37", static example => ActivationExamples.Backward(Central(example))) { Source = "ActivationBackward", Class = "ActivationBackward" },
        new("CentralLayerNormBackward", "C37", static example => NormExamples.LayerNorm.Backward(Central(example))) { Source = "LayerNormBackward", Class = "LayerNormBackward" },
        new("SoftmaxLinearForward", "C40", TwinExamples.LinearForward) { Source = "SoftmaxTwins", Class = "LinearForward" },
        new("SoftmaxLinearBackward", "C40", TwinExamples.LinearBackward) { Source = "SoftmaxTwins", Class = "LinearBackward" },
        new("SoftmaxLinearDescent", "C40", TwinExamples.LinearDescent) { Source = "SoftmaxTwins", Class = "LinearDescent" },
        new("SoftmaxProductForward", "C40", TwinExamples.ProductForward) { Source = "SoftmaxTwins", Class = "ProductForward" },
        new("WeightDecay", "C41", OptimiserExamples.WeightDecay) { Source = "LinearDescent", Class = "LinearDescent" },
        new("Momentum", "C42", OptimiserExamples.Momentum),
        new("LayerRates", "C43", OptimiserExamples.LayerRates) { Source = "LinearDescent", Class = "LinearDescent" },
        new("LossMean", "C44", OptimiserExamples.LossMean),
    ];

    /// <summary>One by its name.</summary>
    /// <exception cref="RuleViolationException">There is none.</exception>
    public static ExplainedModule Named(string name) => All.FirstOrDefault(module => module.Name == name) ?? throw new RuleViolationException(
        "a module must be one that is explained", $"'{name}'", NearestName.Of(name, All.Select(static module => module.Name)) is { } nearest
            ? $"did you mean '{nearest}'?"
            : $"use one of {string.Join(", ", All.Select(static module => module.Name))}");

    private static ExplainedModule Form(string name, string label, string source, AttentionForm form) =>
        new(name, label, example => new AttentionExamples(example, form).Forward()) { Source = source, Class = Forward };

    private static Example Central(Example example) => example with { Configuration = example.Configuration with { Stencil = Stencil.Central } };

    private static RelativeBias Relative()
    {
        var buckets = new RelativeBuckets { Count = 4, MaximumDistance = 3, IsBidirectional = false };
        return new() { Buckets = buckets, Table = Matrix<double>.Build.Dense(buckets.Count, 2, static (bucket, head) => (bucket - 1) * (head == 0 ? 0.5 : -0.5)) };
    }
}
