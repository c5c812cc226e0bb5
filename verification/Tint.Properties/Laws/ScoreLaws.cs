using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Generators;
using Tint.Properties.Implementations;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;

namespace Tint.Properties.Laws;

/// <summary>Attention's score path, where it is kept, and whole models that depart from plain SGD nowhere.</summary>
internal static class ScoreLaws
{
    private static readonly SimulationTint Simulation = new();

    public static IEnumerable<Law> All { get; } =
    [
        new(
            "L82",
            "score-path",
            "AttentionScoreBackward computes ρNc·D k and ρNc·Dᵀ q, D the difference of softmax(s + ⟨g, v⟩/N), the values computed again from memory.",
            ["C38", "V1"],
            "AttentionBackward",
            (tint, item, judge) => EachStencil(item, wide =>
            {
                var (c, value, memory, icl) = (wide.Configuration, wide.Layer.Value, wide.AttentionMemory(), wide.Sequence.IclMask);
                var expected = new ReferenceModules(c).AttentionScoreBackward(value, wide.Gradient, memory, icl);
                var closed = Simulation.AttentionScoreBackward(c, value, wide.Gradient, memory, icl);
                var actual = tint.AttentionScoreBackward(c, value, wide.Gradient, memory, icl);
                judge.Near("gradient at queries", expected.Query, actual.Query);
                judge.Near("gradient at queries, closed form", closed.Query, actual.Query, expected.Query.Bound);
                judge.Near("gradient at keys", expected.Key, actual.Key);
                judge.Near("gradient at keys, closed form", closed.Key, actual.Key, expected.Key.Bound);
            })),
        new(
            "L83",
            "score-path-certificate",
            "With gates of 1, AttentionScoreBackward lies within truncation and rounding of the exact gradients of queries and keys.",
            ["C38", "V1"],
            "AttentionBackward",
            (tint, item, judge) => EachStencil(item.ExactGates(), wide => Certified(tint, wide, judge))),
        new(
            "L84",
            "faithful-model",
            "Without departures and with central differences, a whole model gives the construction's and the simulation's numbers, and its gradient, queries and keys included, lies within the composed certificate of the true one.",
            ["C38", "C39", "V1", "V9"],
            "TinT",
            (tint, item, judge) =>
            {
                if (item.Wide()?.With(static configuration => configuration.Faithful()) is { } faithful)
                {
                    // An implementation without a score path is told so by its module, whatever its whole models do with the option.
                    _ = tint.AttentionScoreBackward(faithful.Configuration, item.Layer.Value, item.Gradient, item.AttentionMemory(), item.Sequence.IclMask);
                    Apply(AgreementLaws.All, "L13", tint, faithful, judge);
                    Apply(GradientLaws.All, "L74", tint, faithful, judge);
                }
            }),
    ];

    private static void Apply(IEnumerable<Law> laws, string label, ITint tint, LawCase item, Judge judge) =>
        laws.Single(law => law.Label == label).Apply(tint, item, judge);

    private static void EachStencil(LawCase item, Action<LawCase> check)
    {
        if (item.Wide() is { } wide)
        {
            foreach (var stencil in Stencil.All)
            {
                check(wide.With(configuration => configuration with { Stencil = stencil }));
            }
        }
    }

    private static void Certified(ITint tint, LawCase item, Judge judge)
    {
        var (c, truth, icl, size) = (item.Configuration, Truth.Of(item), item.Sequence.IclMask, item.Auxiliary.HeadSize);
        var exact = ExactAttention.Backward(truth.Forward, item.Gradient, item.Auxiliary.HeadCount, icl);
        var (query, key) = tint.AttentionScoreBackward(c, item.Layer.Value, item.Gradient, truth.Memory, icl);
        var rounding = new ReferenceModules(c).AttentionScoreBackward(item.Layer.Value, item.Gradient, truth.Memory, icl);
        for (var head = 0; head < truth.Heads.Count; head++)
        {
            var bounds = ScoreDifferenceCertificate.Bound(truth.Heads[head], Part(item.Gradient), c.FiniteDifferenceScale, c.Stencil);
            Compare("query", query, exact.Query, bounds.Query, rounding.Query.Bound);
            Compare("key", key, exact.Key, bounds.Key, rounding.Key.Bound);

            void Compare(string what, Matrix<double> actual, Matrix<double> expected, Vector<double> certificate, Matrix<double> bound)
            {
                for (var t = 0; t < actual.RowCount; t++)
                {
                    judge.AtMost(
                        $"error at {what} {t} of head {head}",
                        (Part(actual) - Part(expected)).Row(t).L2Norm(),
                        certificate[t] + (2 * Part(bound).Row(t).L2Norm()));
                }
            }

            Matrix<double> Part(Matrix<double> matrix) => matrix.SubMatrix(0, matrix.RowCount, head * size, size);
        }
    }
}
