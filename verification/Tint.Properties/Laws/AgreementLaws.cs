using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;

namespace Tint.Properties.Laws;

/// <summary>Construction = simulation = the implementation, module by module and whole.</summary>
internal static class AgreementLaws
{
    private static readonly SimulationTint Simulation = new();

    public static IEnumerable<Law> All { get; } =
    [
        new(
            "L01",
            "linear-forward",
            "LinearForward computes ρ(W x + b) and remembers ρ x.",
            ["C4", "C18"],
            "LinearForward",
            (tint, item, judge) =>
            {
                var (c, layer) = (item.Configuration, item.Layer.Value);
                var (output, memory) = tint.LinearForward(c, layer, item.Signal);
                var expected = new ReferenceModules(c).LinearForward(layer, item.Signal);
                var closed = Simulation.LinearForward(c, layer, item.Signal);
                Both(judge, "output", expected.Output, closed.Output, output);
                Both(judge, "memory", expected.Memory, closed.Memory, memory);
            }),
        new(
            "L02",
            "linear-backward",
            "LinearBackward computes ρ Wᵀ g.",
            ["C5", "C18"],
            "LinearBackward",
            (tint, item, judge) =>
            {
                var (c, layer) = (item.Configuration, item.Layer.Value);
                Both(
                    judge,
                    "input gradient",
                    new ReferenceModules(c).LinearBackward(layer, item.Gradient),
                    Simulation.LinearBackward(c, layer, item.Gradient),
                    tint.LinearBackward(c, layer, item.Gradient));
            }),
        new(
            "L03",
            "linear-descent",
            "LinearDescent computes ρ(W − η Σ m g xᵀ) and ρ(b − η Σ m g).",
            ["C6", "C18"],
            "LinearDescent",
            (tint, item, judge) =>
            {
                var (c, layer, mask) = (item.Configuration, item.Layer.Value, item.Sequence.TrainMask);
                Both(
                    judge,
                    "updated",
                    new ReferenceModules(c).LinearDescent(layer, item.Gradient, item.Memory[0], mask),
                    Simulation.LinearDescent(c, layer, item.Gradient, item.Memory[0], mask),
                    tint.LinearDescent(c, layer, item.Gradient, item.Memory[0], mask));
            }),
        new(
            "L04",
            "layer-norm-forward",
            "LayerNormForward computes γ∘x̂ + β behind its gates, with γ diagonal or dense, and remembers x̂ and x.",
            ["C7", "C18", "C19"],
            "LayerNormForward",
            (tint, item, judge) =>
            {
                var (c, norm) = (item.Configuration, item.Norm());
                var (output, memory) = tint.LayerNormForward(c, norm, item.Signal);
                var expected = new ReferenceModules(c).LayerNormForward(norm, item.Signal);
                var closed = Simulation.LayerNormForward(c, norm, item.Signal);
                Both(judge, "output", expected.Output, closed.Output, output);
                Both(judge, "memory of x̂", expected.Normalized, closed.Memory.Normalized, memory.Normalized);
                Both(judge, "memory of x", expected.Input, closed.Memory.Input, memory.Input);
            }),
        new(
            "L05",
            "layer-norm-backward",
            "LayerNormBackward computes N(f(x + u/N) − x̂) with u = Γᵀg behind its gates, from any memory.",
            ["C8", "C18", "V3"],
            "LayerNormBackward",
            (tint, item, judge) =>
            {
                var (c, norm, memory) = (item.Configuration, item.Norm(), item.NormMemory());
                Both(
                    judge,
                    "input gradient",
                    new ReferenceModules(c).LayerNormBackward(norm, item.Gradient, memory),
                    Simulation.LayerNormBackward(c, norm, item.Gradient, memory),
                    tint.LayerNormBackward(c, norm, item.Gradient, memory));
            }),
        new(
            "L06",
            "layer-norm-descent",
            "LayerNormDescent moves β by −η Σ m g, and γ by the outer product, its diagonal, or not at all, as configured.",
            ["C9", "V5"],
            "LayerNormDescent",
            (tint, item, judge) =>
            {
                var (c, norm, memory, mask) = (item.Configuration, item.Norm(), item.NormMemory(), item.Sequence.TrainMask);
                var expected = new ReferenceModules(c).LayerNormDescent(norm, item.Gradient, memory, mask);
                var closed = Simulation.LayerNormDescent(c, norm, item.Gradient, memory, mask);
                var actual = tint.LayerNormDescent(c, norm, item.Gradient, memory, mask);
                judge.Near("updated", expected, actual);
                var gamma = closed.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(closed.Weight);
                judge.Near("updated, closed form", Replaced(expected, new LinearParameters(gamma, closed.Bias)), actual);
            }),
        new(
            "L07",
            "attention-forward",
            "AttentionForward computes causal softmax attention of the auxiliary heads under an icl mask, and remembers Qx, Kx, x.",
            ["C10", "C17"],
            "AttentionForward",
            (tint, item, judge) =>
            {
                var (c, layer, icl) = (item.Configuration, item.Layer, item.Sequence.IclMask);
                var (output, memory) = tint.AttentionForward(c, layer.Query, layer.Key, layer.Value, item.Signal, icl);
                var expected = new ReferenceModules(c).AttentionForward(layer.Query, layer.Key, layer.Value, item.Signal, icl);
                var closed = Simulation.AttentionForward(c, layer.Query, layer.Key, layer.Value, item.Signal, icl);
                Both(judge, "output", expected.Output, closed.Output, output);
                Both(judge, "memory of Qx", expected.Query, closed.Memory.Query, memory.Query);
                Both(judge, "memory of Kx", expected.Key, closed.Memory.Key, memory.Key);
                Both(judge, "memory of x", expected.Input, closed.Memory.Input, memory.Input);
            }),
        new(
            "L08",
            "attention-backward",
            "AttentionBackward computes Σ_j a_ji g_j over the j with i = j or m_j = 1, the scores from memory.",
            ["C11", "C21", "V1"],
            "AttentionBackward",
            (tint, item, judge) =>
            {
                var (c, memory, sequence) = (item.Configuration, item.AttentionMemory(), item.Sequence);
                Both(
                    judge,
                    "value gradient",
                    new ReferenceModules(c).AttentionBackward(item.Gradient, memory, sequence.TrainMask, sequence.IclMask),
                    Simulation.AttentionBackward(c, item.Gradient, memory, sequence.TrainMask, sequence.IclMask),
                    tint.AttentionBackward(c, item.Gradient, memory, sequence.TrainMask, sequence.IclMask));
            }),
        new(
            "L09",
            "attention-descent",
            "AttentionBackwardDescent takes the value gradient through W_V as it was and updates W_V and b_V alone, with attention's backward or without.",
            ["C11", "C12", "C18"],
            "AttentionBackwardDescent",
            (tint, item, judge) =>
            {
                var (c, value, memory, sequence) = (item.Configuration, item.Layer.Value, item.AttentionMemory(), item.Sequence);
                var expected = new ReferenceModules(c).AttentionBackwardDescent(value, item.Gradient, memory, sequence.TrainMask, sequence.IclMask);
                var closed = Simulation.AttentionBackwardDescent(c, value, item.Gradient, memory, sequence.TrainMask, sequence.IclMask);
                var actual = tint.AttentionBackwardDescent(c, value, item.Gradient, memory, sequence.TrainMask, sequence.IclMask);
                Both(judge, "input gradient", expected.InputGradient, closed.InputGradient, actual.InputGradient);
                Both(judge, "updated", expected.Updated, closed.Updated, actual.Updated);
            }),
        new(
            "L10",
            "activation-forward",
            "ActivationForward computes ρ σ(z) and remembers ρ z.",
            ["C13", "C18", "C19"],
            "ActivationForward",
            (tint, item, judge) =>
            {
                var (output, memory) = tint.ActivationForward(item.Configuration, item.Signal);
                var expected = new ReferenceModules(item.Configuration).ActivationForward(item.Signal);
                var closed = Simulation.ActivationForward(item.Configuration, item.Signal);
                Both(judge, "output", expected.Output, closed.Output, output);
                Both(judge, "memory", expected.Memory, closed.Memory, memory);
            }),
        new(
            "L11",
            "activation-backward",
            "ActivationBackward computes N(σ(z + g/N) − σ(z)), without a gate.",
            ["C14"],
            "ActivationBackward",
            (tint, item, judge) => Both(
                judge,
                "input gradient",
                new ReferenceModules(item.Configuration).ActivationBackward(item.Gradient, item.Memory[0]),
                Simulation.ActivationBackward(item.Configuration, item.Gradient, item.Memory[0]),
                tint.ActivationBackward(item.Configuration, item.Gradient, item.Memory[0]))),
        new(
            "L12",
            "loss-gradient",
            "The loss gradient is the configured loss's, times the next token's masks, and unmasked at the end as configured.",
            ["C20", "V4", "V7"],
            "TinT",
            (tint, item, judge) =>
            {
                var (c, embedding, sequence) = (item.Configuration, item.Weights.TokenEmbedding, item.Sequence);
                Both(
                    judge,
                    "loss gradient",
                    new ReferenceModules(c).LossGradient(embedding, item.Signal, sequence),
                    Simulation.LossGradient(c, embedding, item.Signal, sequence),
                    tint.LossGradient(c, embedding, item.Signal, sequence));
            }),
        new(
            "L13",
            "whole-model",
            "A whole model gives the construction's and the simulation's logits, losses and updated weights.",
            ["C22", "C23", "C24", "C25"],
            "TinT",
            (tint, item, judge) =>
            {
                var expected = ReferenceModel.Run(item.Configuration, item.Weights, item.Batch);
                var closed = Simulation.Run(item.Configuration, item.Weights, item.Batch);
                var actual = tint.Run(item.Configuration, item.Weights, item.Batch);
                for (var i = 0; i < item.Batch.Count; i++)
                {
                    var (bounded, mine) = (expected.Sequences[i], actual.Sequences[i]);
                    Outcomes.Near(judge, $"sequence {i}", bounded, mine);
                    Outcomes.Near(judge, $"sequence {i}, closed form", closed.Sequences[i], mine, bounded);
                }

                Outcomes.Losses(judge, expected, actual);
            }),
    ];

    private static void Both(Judge judge, string what, Bounded construction, Matrix<double> closed, Matrix<double> actual)
    {
        judge.Near(what, construction, actual);
        judge.Near($"{what}, closed form", construction with { Value = closed }, actual);
    }

    private static void Both(Judge judge, string what, BoundedLayer construction, LinearParameters closed, LinearParameters actual)
    {
        judge.Near(what, construction, actual);
        judge.Near($"{what}, closed form", Replaced(construction, closed), actual);
    }

    private static BoundedLayer Replaced(BoundedLayer bounds, LinearParameters values) =>
        new(bounds.Weight with { Value = values.Weight }, bounds.Bias with { Value = values.Bias.ToColumnMatrix() });
}
