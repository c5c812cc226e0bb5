using Tint.Properties.Generators;
using Tint.Properties.Implementations;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Simulation;

namespace Tint.Properties.Laws;

/// <summary>
/// Attention beyond the published code's, form by form: the construction's and the closed form's numbers from any memory, and with gates of 1 and every token trained the exact
/// model's output and the gradient of its values. What a step drops of the scores is that of every TinT (V1).
/// </summary>
internal static class AttentionFormLaws
{
    private static readonly SimulationTint Simulation = new();

    public static IEnumerable<Law> All { get; } =
    [
        Of("L93", "grouped-queries", "Query heads h·g … h·g + g − 1 attend to key and value head h, whose gradient is the sum over its group.", "C31", FormDraw.Grouped),
        Of("L94", "rotation", "Scores are those of queries and keys turned by their positions, interleaved or by halves, a part of a head or all of it.", "C32", FormDraw.Rotated),
        Of("L95", "slopes-and-scale", "Scores are scaled as the form says and get m_h·j for a key at j.", "C33", FormDraw.Sloped),
        Of("L96", "relative-buckets", "Scores get the entry of their table by bucket of the distance and head.", "C34", FormDraw.Bucketed),
        Of("L97", "both-directions", "Where attention is not causal, tokens see all tokens, and the gradient of the values drops nothing.", "C35", FormDraw.BothWays),
        new(
            "L98",
            "cross-attention",
            "CrossAttentionForward attends to all tokens of another sequence; its backward sends them W_Vᵀ g_v and trains the value layer on all of them.",
            ["C36", "V1"],
            "AttentionBackwardDescent",
            Cross),
    ];

    private static Law Of(string label, string name, string statement, string fact, Func<LawCase, FormDraw?> draw) => new(
        label,
        name,
        statement,
        [fact, "C10", "C11", "V1"],
        "AttentionBackwardDescent",
        (tint, item, judge) =>
        {
            if (draw(item) is { } drawn)
            {
                Agrees(tint, drawn, judge);
                IsExact(tint, drawn.ExactGates(), judge);
            }
        });

    private static void Agrees(ITint tint, FormDraw drawn, Judge judge)
    {
        var (item, form) = (drawn.Item, drawn.Form);
        var (c, x, icl, bounds) = (item.Configuration, item.Signal, item.Sequence.IclMask, new ReferenceOperations(item.Configuration));
        var expected = bounds.AttentionForward(form, drawn.Query, drawn.Key, drawn.Value, x, icl);
        var closed = Simulation.FormedAttentionForward(c, form, drawn.Query, drawn.Key, drawn.Value, x, icl);
        var actual = tint.FormedAttentionForward(c, form, drawn.Query, drawn.Key, drawn.Value, x, icl);
        OperationLaws.Both(judge, "output", expected.Output, closed.Output, actual.Output);
        OperationLaws.Both(judge, "memory of Qx", expected.Query, closed.Memory.Query, actual.Memory.Query);
        OperationLaws.Both(judge, "memory of Kx", expected.Key, closed.Memory.Key, actual.Memory.Key);
        OperationLaws.Both(judge, "memory of x", expected.Input, closed.Memory.Input, actual.Memory.Input);

        var mask = item.Sequence.TrainMask;
        var (gradient, updated) = bounds.AttentionBackwardDescent(form, drawn.Value, item.Gradient, drawn.Memory, mask, icl);
        var simulated = Simulation.FormedAttentionBackwardDescent(c, form, drawn.Value, item.Gradient, drawn.Memory, mask, icl);
        var back = tint.FormedAttentionBackwardDescent(c, form, drawn.Value, item.Gradient, drawn.Memory, mask, icl);
        OperationLaws.Both(judge, "input gradient", gradient, simulated.InputGradient, back.InputGradient);
        OperationLaws.Both(judge, "updated value layer", updated, simulated.Updated, back.Updated);
    }

    private static void IsExact(ITint tint, FormDraw drawn, Judge judge)
    {
        var (item, form, x) = (drawn.Item, drawn.Form, drawn.Item.Signal);
        var (q, k, v) = (ExactLinear.Forward(drawn.Query, x), ExactLinear.Forward(drawn.Key, x), ExactLinear.Forward(drawn.Value, x));
        var (output, pullback) = new ExactAttentionForm(item.Auxiliary, form).Attend(q, k, v);
        var bounds = new ReferenceOperations(item.Configuration);
        var actual = tint.FormedAttentionForward(item.Configuration, form, drawn.Query, drawn.Key, drawn.Value, x, null).Output;
        judge.Near("output with gates of 1", bounds.AttentionForward(form, drawn.Query, drawn.Key, drawn.Value, x, null).Output with { Value = output }, actual);

        var memory = new AttentionMemory(q, k, x);
        double[] all = [.. Enumerable.Repeat(1.0, x.RowCount)];
        var around = bounds.AttentionBackwardDescent(form, drawn.Value, item.Gradient, memory, all, null).InputGradient;
        var back = tint.FormedAttentionBackwardDescent(item.Configuration, form, drawn.Value, item.Gradient, memory, all, null).InputGradient;
        judge.Near("gradient of the values, with gates of 1", around with { Value = pullback(item.Gradient).Value * drawn.Value.Weight }, back);
    }

    private static void Cross(ITint tint, LawCase item, Judge judge)
    {
        var (layer, numbers, width) = (item.Layer, item.Numbers(), item.Auxiliary.HiddenSize);
        var other = numbers.Matrix(1 + numbers.Below(Math.Min(6, item.Auxiliary.MaximumPositions)), width, 1);
        var (c, x, bounds) = (item.Configuration, item.Signal, new ReferenceOperations(item.Configuration));
        var expected = bounds.CrossAttentionForward(layer.Query, layer.Key, layer.Value, x, other);
        var closed = Simulation.CrossAttentionForward(c, layer.Query, layer.Key, layer.Value, x, other);
        var actual = tint.CrossAttentionForward(c, layer.Query, layer.Key, layer.Value, x, other);
        OperationLaws.Both(judge, "output", expected.Output, closed.Output, actual.Output);
        OperationLaws.Both(judge, "memory of Qx", expected.Query, closed.Memory.Query, actual.Memory.Query);
        OperationLaws.Both(judge, "memory of Ke", expected.Key, closed.Memory.Key, actual.Memory.Key);
        OperationLaws.Both(judge, "memory of e", expected.Other, closed.Memory.Other, actual.Memory.Other);

        var stored = new CrossAttentionMemory(item.Memory[0], numbers.Matrix(other.RowCount, width, 1), numbers.Matrix(other.RowCount, width, 1));
        var (gradient, updated) = bounds.CrossAttentionBackwardDescent(layer.Value, item.Gradient, stored);
        var simulated = Simulation.CrossAttentionBackwardDescent(c, layer.Value, item.Gradient, stored);
        var back = tint.CrossAttentionBackwardDescent(c, layer.Value, item.Gradient, stored);
        OperationLaws.Both(judge, "gradient at e", gradient, simulated.OtherGradient, back.OtherGradient);
        OperationLaws.Both(judge, "updated value layer", updated, simulated.Updated, back.Updated);

        var open = item.ExactGates().Configuration;
        var (q, k, v) = (ExactLinear.Forward(layer.Query, x), ExactLinear.Forward(layer.Key, other), ExactLinear.Forward(layer.Value, other));
        var (output, pullback) = new ExactAttentionForm(item.Auxiliary, AttentionForm.Published, isCrossing: true).Attend(q, k, v);
        var around = new ReferenceOperations(open);
        judge.Near(
            "output with gates of 1",
            around.CrossAttentionForward(layer.Query, layer.Key, layer.Value, x, other).Output with { Value = output },
            tint.CrossAttentionForward(open, layer.Query, layer.Key, layer.Value, x, other).Output);
        var memory = new CrossAttentionMemory(q, k, other);
        judge.Near(
            "gradient of the values, with gates of 1",
            around.CrossAttentionBackwardDescent(layer.Value, item.Gradient, memory).OtherGradient with { Value = pullback(item.Gradient).Value * layer.Value.Weight },
            tint.CrossAttentionBackwardDescent(open, layer.Value, item.Gradient, memory).OtherGradient);
    }
}
