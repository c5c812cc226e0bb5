using MathNet.Numerics.LinearAlgebra;
using Tint.Proofs.Degrees;
using Tint.Proofs.Drawing;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Proofs.Claims;

/// <summary>What each module computes, against its closed form: outputs, memory, and the parameters after a descent.</summary>
internal static class ModuleClaims
{
    private static readonly Degree One = Degree.Unknown;

    /// <summary>The claims of all modules in a setting.</summary>
    public static IEnumerable<Claim> Of(Setting setting)
    {
        var (configuration, mask, icl, width) = (setting.Configuration, setting.TrainMask, setting.IclMask, setting.Configuration.Auxiliary.HiddenSize);
        Matrix<double> Signal(Draw draw) => draw.Matrix(setting.Tokens, width);
        LinearParameters Linear(Draw draw) => draw.Linear(width, width);
        LayerNormParameters Norm(Draw draw) => draw.Norm(width);
        LayerNormMemory NormMemory(Draw draw) => new(Signal(draw), Signal(draw));
        AttentionMemory AttentionMemory(Draw draw) => new(Signal(draw), Signal(draw), Signal(draw));
        return
        [
            Claim("LinearForward", count => count.Compared(count.Linear(One, One)), (tint, draw) =>
                Remembered(tint.LinearForward(configuration, Linear(draw), Signal(draw)))),
            Claim("LinearBackward", count => count.Compared(count.Multiplied(One, One)), (tint, draw) =>
                [new("output", tint.LinearBackward(configuration, Linear(draw), Signal(draw)))]),
            Claim("LinearDescent", count => count.Compared(count.Descended(One, One, One)), (tint, draw) =>
                Part.Of("updated", tint.LinearDescent(configuration, Linear(draw), Signal(draw), Signal(draw), mask))),
            Claim("LayerNormForward", count => count.Compared(count.Linear(One, count.Normalised(One))), (tint, draw) =>
                Remembered(tint.LayerNormForward(configuration, Norm(draw), Signal(draw)))),
            Claim("LayerNormBackward", count => count.Compared(count.NormBackward(One, One, One, One)), (tint, draw) =>
                [new("output", tint.LayerNormBackward(configuration, Norm(draw), Signal(draw), NormMemory(draw)))]),
            Claim("LayerNormDescent", count => count.Compared(count.Descended(One, One, One)), (tint, draw) =>
                Part.Of("updated", tint.LayerNormDescent(configuration, Norm(draw), Signal(draw), NormMemory(draw), mask))),
            Claim("AttentionForward", count => Attention(count, AttentionForm.Published), (tint, draw) =>
                Remembered(tint.AttentionForward(configuration, Linear(draw), Linear(draw), Linear(draw), Signal(draw), icl))),
            Claim("AttentionBackward", count => count.Compared(count.Softmax(One * One) * One), (tint, draw) =>
                [new("output", tint.AttentionBackward(configuration, Signal(draw), AttentionMemory(draw), mask, icl))]),
            Claim("AttentionBackwardDescent", count => AttentionDescent(count, AttentionForm.Published), (tint, draw) =>
            {
                var (gradient, updated) = tint.AttentionBackwardDescent(configuration, Linear(draw), Signal(draw), AttentionMemory(draw), mask, icl);
                return [new("output", gradient), .. Part.Of("updated", updated)];
            }),
            Claim("AttentionScoreBackward", Scores, (tint, draw) =>
            {
                var (query, key) = tint.AttentionScoreBackward(
                    setting.WithScorePath.Configuration, Linear(draw), Signal(draw), AttentionMemory(draw), icl);
                return [new("query", query), new("key", key)];
            }),
            Claim("ActivationForward", count => count.Compared(count.Activated(One)), (tint, draw) =>
                Remembered(tint.ActivationForward(configuration, Signal(draw)))),
            Claim("ActivationBackward", count => count.Compared(count.ActivationBackward(One, One)), (tint, draw) =>
                [new("output", tint.ActivationBackward(configuration, Signal(draw), Signal(draw)))]),
            Claim("LossGradient", count => count.Compared(LossDegree.Of(configuration, One * One, One, count)), (tint, draw) =>
            [
                new("output", tint.LossGradient(
                    configuration, draw.Matrix(configuration.Auxiliary.VocabularySize, width), Signal(draw), Sequence(setting))),
            ]),
        ];

        Claim Claim(string module, Action<DegreeCount> degrees, Func<ITint, Draw, IEnumerable<Part>> compute)
        {
            var count = new DegreeCount(configuration);
            degrees(count);
            return new Claim
            {
                Name = $"{module}/{setting.Name}",
                About = setting.About,
                Degrees = count,
                Left = compute,
                Right = draw => compute(new SimulationTint(), draw),
            };
        }
    }

    /// <summary>The tokens of a setting: as many as it has, none twice in a row, and masks.</summary>
    internal static TokenSequence Sequence(Setting setting) => new()
    {
        InputIds = [.. Enumerable.Range(0, setting.Tokens).Select(t => (3 * t + 1) % setting.Configuration.Auxiliary.VocabularySize)],
        TrainMask = setting.TrainMask,
        IclMask = setting.IclMask,
        GradientMask = setting.IclMask is null ? null : [.. Enumerable.Range(0, setting.Tokens).Select(t => t == 2 ? 0.0 : 1.0)],
    };

    /// <summary>What attention compares: values mixed by a softmax of scores of two projections, turned and shifted as a form does it.</summary>
    internal static void Attention(DegreeCount count, AttentionForm form)
    {
        var projected = count.Linear(One, One);
        count.Compared(count.Softmax(DegreeCount.Scores(projected, projected, form)) * projected);
    }

    /// <summary>What the value layer's descent and backward compare.</summary>
    internal static void AttentionDescent(DegreeCount count, AttentionForm form)
    {
        var atValues = count.Softmax(DegreeCount.Scores(One, One, form)) * One;
        count.Compared(count.Descended(One, atValues, One));
        count.Compared(count.Multiplied(atValues, One));
    }

    /// <summary>What the score path compares.</summary>
    internal static void Scores(DegreeCount count)
    {
        var (query, key) = count.ScoreBackward(One, One, One, One, One, AttentionForm.Published);
        count.Compared(query);
        count.Compared(key);
    }

    internal static IEnumerable<Part> Remembered((Matrix<double> Output, Matrix<double> Memory) result) =>
        [new("output", result.Output), new("memory", result.Memory)];

    internal static IEnumerable<Part> Remembered((Matrix<double> Output, LayerNormMemory Memory) result) =>
        [new("output", result.Output), new("memory.normalised", result.Memory.Normalized), new("memory.input", result.Memory.Input)];

    internal static IEnumerable<Part> Remembered((Matrix<double> Output, AttentionMemory Memory) result) =>
    [
        new("output", result.Output),
        new("memory.query", result.Memory.Query),
        new("memory.key", result.Memory.Key),
        new("memory.input", result.Memory.Input),
    ];
}
