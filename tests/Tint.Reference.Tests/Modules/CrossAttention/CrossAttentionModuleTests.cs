using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Modules;
using Tint.Reference.Modules.CrossAttention;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Modules.CrossAttention;

/// <summary>Attention on another sequence: construction, closed form, the exact gradient within the certificate, and faults that must show.</summary>
public sealed class CrossAttentionModuleTests
{
    private delegate (Matrix<double> Output, CrossAttentionMemory Memory) Forward(FormedLayers layers, Matrix<double> other, AttentionForm form);

    private delegate (Matrix<double> OtherGradient, LinearParameters Updated) Step(
        FormedLayers layers, LinearParameters value, CrossAttentionMemory memory, AttentionForm form);

    private static readonly Dictionary<string, (Forward? Forward, Step? Step)> Faults = new()
    {
        ["later tokens of the other sequence are hidden"] = ((layers, other, form) => (CausalForward(layers, other, form), Forwards(layers, other, form).Memory), null),
        ["keys come from the tokens themselves"] = (
            (layers, other, form) =>
            {
                var (_, right) = Forwards(layers, other, form);
                var (output, memory) = Forwards(layers, layers.X, form);
                return other.RowCount == layers.X.RowCount ? (output, memory) : (output, right with { Other = memory.Query });
            },
            null),
        ["the train mask of the tokens weighs the other sequence"] = (null, Weighed),
        ["the weights are read after the descent"] = (null, ReadLate),
    };

    public static TheoryData<string> FaultNames => [.. Faults.Keys];

    [Fact]
    public void The_closed_form_is_the_construction_gates_included() => Check.One(
        Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(60),
        Prop.ForAll(ShapeCases.Cases(), shape => Worst(shape, Forwards, Steps) <= 1));

    [Theory]
    [MemberData(nameof(FaultNames))]
    public void A_fault_shows(string name)
    {
        var (forward, step) = Faults[name];
        Closeness.Sees(shape => Worst(shape, Forwards, Steps), shape => Worst(shape, forward ?? Forwards, step ?? Steps));
    }

    [Fact]
    public void With_gates_of_one_the_value_path_is_exact_and_the_rest_within_its_certificate() => Assert.All(Closeness.Shapes, drawn =>
    {
        var shape = drawn with { Configuration = drawn.Configuration with { Departures = Departures.Paper } };
        var form = AttentionForms.Any(shape);
        var (layers, other) = (new FormedLayers(shape, form, icl: false), Other(shape));
        var (c, g) = (layers.Configuration, layers.Gradient);
        var (q, k, v) = (ExactLinear.Forward(layers.Query, layers.X), ExactLinear.Forward(layers.Key, other), ExactLinear.Forward(layers.Value, other));
        var (output, pullback) = new ExactAttentionForm(c.Auxiliary, form, isCrossing: true).Attend(q, k, v);
        var (simulated, memory) = Forwards(layers, other, form);
        Assert.Equal(0, (simulated - output).FrobeniusNorm(), 1e-13 * (1 + output.FrobeniusNorm()));

        var exact = pullback(g);
        var atValues = SimulatedCrossAttention.Backward(c, g, memory, form);
        Assert.Equal(0, (atValues - exact.Value).FrobeniusNorm(), 1e-12 * (1 + exact.Value.FrobeniusNorm()));
        var norms = AttentionNorms.Of(layers.Query.Weight, layers.Key.Weight, layers.Value.Weight);
        var (atQueries, atKeys) = AttentionFormCertificate.Bound(
            c.Auxiliary, form, q, k, v, g, Vector<double>.Build.Dense(g.RowCount), norms, isCrossing: true);
        var (input, _, _) = SimulatedCrossAttention.BackwardDescent(c, layers.Value, g, memory, form);
        var truth = (exact.Key * layers.Key.Weight) + (exact.Value * layers.Value.Weight);
        for (var t = 0; t < g.RowCount; t++)
        {
            // Nothing comes back to the tokens that asked, so that all of this is error.
            Assert.InRange((exact.Query * layers.Query.Weight).Row(t).L2Norm(), 0, atQueries[t] + 1e-13);
        }

        for (var s = 0; s < other.RowCount; s++)
        {
            Assert.InRange((truth - input).Row(s).L2Norm(), 0, atKeys[s] + (1e-12 * (1 + truth.FrobeniusNorm())));
        }
    });

    /// <summary>Heads that have room, as all have from two coordinates an auxiliary one on.</summary>
    [Fact]
    public void What_goes_back_through_the_scores_is_the_construction_s_and_the_exact_gradient_within_its_certificate()
    {
        var shapes = Closeness.Shapes.Select(Roomy).OfType<ShapeCase>().ToArray();
        Assert.InRange(shapes.Length, 5, int.MaxValue);
        Assert.All(shapes, shape =>
        {
            var (c, form, slot) = (shape.Configuration, AttentionForms.Any(shape), MemorySlots.Attention(shape.Configuration));
            var (layers, other) = (new FormedLayers(shape, form, icl: false), Other(shape));
            var (_, memory) = Forwards(layers, other, form);
            var (states, answering) = new AttentionScoreBackward(c, slot, form).RunAcross(
                new HiddenStates(layers.Stacked(layers.Value), layers.Tokens(layers.Gradient).With(slot, new Tracked(memory.Query))),
                Slots.Zero(other.RowCount, other.ColumnCount, c.RowsPerPrefix + 1)
                    .With(slot + 1, new Tracked(layers.Padded(memory.Key))).With(slot + 2, new Tracked(memory.Other)),
                Textbook.Arithmetic);
            var (query, key) = SimulatedCrossAttention.ScoreBackward(c, layers.Value, layers.Gradient, memory, form);
            Assert.InRange(Closeness.Ratio(query, states.Tokens[0]), 0, 1);
            Assert.InRange(Closeness.Ratio(layers.Padded(key), answering[1]), 0, 1);

            // A coarse difference, whose error is far above rounding.
            var open = c with { Departures = Departures.Paper, FiniteDifferenceScale = 20, Stencil = Stencil.Central };
            var (q, k, v) = (ExactLinear.Forward(layers.Query, layers.X), ExactLinear.Forward(layers.Key, other), ExactLinear.Forward(layers.Value, other));
            var exact = new ExactAttentionForm(c.Auxiliary, form, isCrossing: true).Attend(q, k, v).Pullback(layers.Gradient);
            (query, key) = SimulatedCrossAttention.ScoreBackward(open, layers.Value, layers.Gradient, new CrossAttentionMemory(q, k, other), form);
            var (size, serving) = (c.Auxiliary.HeadSize, form.KeyValueHeads(c.Auxiliary));
            var heads = AttentionFormCertificate.Heads(c.Auxiliary, form, q, k, v, isCrossing: true);
            var bounds = heads.Select((head, h) => ScoreDifferenceCertificate.Bound(
                head, layers.Gradient.SubMatrix(0, q.RowCount, h * size, size), open.FiniteDifferenceScale, open.Stencil)).ToArray();
            for (var h = 0; h < heads.Count; h++)
            {
                Within(bounds[h].Query, Part(query - exact.Query, h));
            }

            for (var r = 0; r < serving; r++)
            {
                Within(Enumerable.Range(0, heads.Count).Where(h => form.ServedBy(c.Auxiliary, h) == r).Select(h => bounds[h].Key).Aggregate((left, right) => left + right), Part(key - exact.Key, r));
            }

            Matrix<double> Part(Matrix<double> rows, int head) => rows.SubMatrix(0, rows.RowCount, head * size, size);
        });

        static void Within(Vector<double> bound, Matrix<double> error) => Assert.All(
            Enumerable.Range(0, error.RowCount), t => Assert.InRange(error.Row(t).L2Norm(), 0, (1.001 * bound[t]) + 1e-11));

        static ShapeCase? Roomy(ShapeCase shape)
        {
            var (auxiliary, least) = (shape.Configuration.Auxiliary, (2 * shape.Configuration.Auxiliary.HeadSize) + 1);
            int[] counts = [.. AdmissibleShapes.HeadCounts(auxiliary.HiddenSize, auxiliary.HeadCount, shape.Configuration.HiddenSize)
                .Where(count => shape.Configuration.HiddenSize / count >= least)];
            return counts.Length == 0 ? null : shape with { Configuration = shape.Configuration with { HeadCount = counts[0] } };
        }
    }

    [Fact]
    public void Nothing_comes_back_to_the_tokens_that_asked()
    {
        foreach (var shape in Closeness.Shapes)
        {
            var (c, slot, others) = (shape.Configuration, MemorySlots.Attention(shape.Configuration), AttentionForms.Others(shape));
            var (states, _) = new CrossAttentionBackward(c, slot).Run(shape.States(), others.Tokens, Arithmetic.Plain);
            Textbook.Empty(states.Tokens, slot, slot + 1, slot + 2);
        }
    }

    [Fact]
    public void Rejects_memory_that_does_not_fit_and_layers_of_another_width()
    {
        Refusal.Of(() => new CrossAttentionForward(SmallModels.Configuration, 2), "memory slot 2", "slots 1 to 1");
        Refusal.Of(() => new CrossAttentionBackward(SmallModels.Configuration, 0), "memory slot 0", "slots 1 to 1");
        var shape = new ShapeCase(SmallModels.Configuration, TokenCount: 3, Seed: 1);
        var layers = new FormedLayers(shape, AttentionForm.Published, icl: false);
        Refusal.Of(() => Forwards(layers, layers.X, new AttentionForm { KeyValueHeadCount = 1 }), "keys must be [3 × 3]");
        Refusal.Of(
            () => SimulatedCrossAttention.Backward(
                shape.Configuration, Matrix<double>.Build.Dense(2, 6), new CrossAttentionMemory(layers.X, layers.X, layers.X)),
            "attention's output gradient must be [3 × 6]");
    }

    /// <summary>The largest error/bound of a closed form against the construction.</summary>
    private static double Worst(ShapeCase shape, Forward forward, Step step)
    {
        var (c, form, slot) = (shape.Configuration, AttentionForms.Any(shape), MemorySlots.Attention(shape.Configuration));
        var (layers, other) = (new FormedLayers(shape, form, icl: false), Other(shape));
        var states = new HiddenStates(PrefixStack.Stack(c, layers.Query), layers.Tokens(layers.X));
        var (tokens, answering) = new CrossAttentionForward(c, slot, form).Run(
            states, layers.Tokens(other), layers.Stacked(layers.Key), layers.Stacked(layers.Value), Textbook.Arithmetic);
        var (output, memory) = forward(layers, other, form);

        var random = new RandomNumbers(shape.Seed + 3);
        var stored = new CrossAttentionMemory(
            layers.Memory.Query, random.Matrix(other.RowCount, layers.Memory.Key.ColumnCount), random.Matrix(other.RowCount, other.ColumnCount));
        var (back, gradient) = new CrossAttentionBackwardDescent(c, slot, form).Run(
            new HiddenStates(layers.Stacked(layers.Value), layers.Tokens(layers.Gradient).With(slot, new Tracked(stored.Query))),
            Slots.Zero(other.RowCount, other.ColumnCount, c.RowsPerPrefix + 1)
                .With(slot + 1, new Tracked(layers.Padded(stored.Key))).With(slot + 2, new Tracked(stored.Other)),
            Textbook.Arithmetic);
        var (otherGradient, updated) = step(layers, layers.Value, stored, form);
        var expected = layers.Stacked(updated);
        return new[]
        {
            Closeness.Ratio(output, tokens.Tokens[0]),
            Closeness.Ratio(memory.Query, tokens.Tokens[slot]),
            Closeness.Ratio(layers.Padded(memory.Key), answering[slot + 1]),
            memory.Other.RowCount == other.RowCount ? Closeness.Ratio(memory.Other, answering[slot + 2]) : double.PositiveInfinity,
            Closeness.Ratio(otherGradient, gradient[0]),
            Enumerable.Range(0, c.RowsPerPrefix).Max(row => Closeness.Ratio(expected[row]!.Value, back.Prefixes[row])),
        }.Max();
    }

    private static (Matrix<double> Output, CrossAttentionMemory Memory) Forwards(FormedLayers layers, Matrix<double> other, AttentionForm form) =>
        SimulatedCrossAttention.Forward(layers.Configuration, layers.Query, layers.Key, layers.Value, layers.X, other, form);

    private static (Matrix<double> OtherGradient, LinearParameters Updated) Steps(
        FormedLayers layers, LinearParameters value, CrossAttentionMemory memory, AttentionForm form)
    {
        var (gradient, updated, _) = SimulatedCrossAttention.BackwardDescent(layers.Configuration, value, layers.Gradient, memory, form);
        return (gradient, updated);
    }

    /// <summary>As if the other sequence's tokens behind a token's place were later ones.</summary>
    private static Matrix<double> CausalForward(FormedLayers layers, Matrix<double> other, AttentionForm form)
    {
        var whole = Forwards(layers, other, form).Output;
        for (var t = 0; t < whole.RowCount && t + 1 < other.RowCount; t++)
        {
            whole.SetRow(t, Forwards(layers, other.SubMatrix(0, t + 1, 0, other.ColumnCount), form).Output.Row(t));
        }

        return whole;
    }

    private static (Matrix<double> OtherGradient, LinearParameters Updated) Weighed(
        FormedLayers layers, LinearParameters value, CrossAttentionMemory memory, AttentionForm form) => (
        Steps(layers, value, memory, form).OtherGradient, Steps(layers, value, memory with { Other = Masked(memory.Other) }, form).Updated);

    private static (Matrix<double> OtherGradient, LinearParameters Updated) ReadLate(
        FormedLayers layers, LinearParameters value, CrossAttentionMemory memory, AttentionForm form)
    {
        var updated = Steps(layers, value, memory, form).Updated;
        return (Steps(layers, updated, memory, form).OtherGradient, updated);
    }

    private static Matrix<double> Masked(Matrix<double> rows) => rows.MapIndexed((t, _, value) => t == 0 ? 0 : value, Zeros.Include);

    /// <summary>e, of another length than the tokens.</summary>
    private static Matrix<double> Other(ShapeCase shape) => new RandomNumbers(shape.Seed + 17).Matrix(
        1 + ((shape.TokenCount + 1) % shape.Configuration.Auxiliary.MaximumPositions), shape.Configuration.Auxiliary.HiddenSize);
}
