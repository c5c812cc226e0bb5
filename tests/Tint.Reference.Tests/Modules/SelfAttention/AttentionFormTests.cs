using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Modules;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Modules.SelfAttention;

/// <summary>Attention of other forms: construction, closed form, the exact gradient within the certificate, and faults that must show.</summary>
public sealed class AttentionFormTests
{
    private delegate (Matrix<double> Output, AttentionMemory Memory) Forward(FormedLayers layers, AttentionForm form);

    private delegate Matrix<double> Backward(FormedLayers layers, AttentionForm form);

    /// <summary>The fault, the form that it is a fault of, and what is computed instead.</summary>
    private static readonly Dictionary<string, (string Form, Forward? Forward, Backward? Backward)> Faults = new()
    {
        ["query heads take keys and values by turns"] = ("grouped queries", ByTurns, null),
        ["gradients of a group are averaged"] = (
            "grouped queries",
            null,
            (layers, form) => Right(layers, form) * form.KeyValueHeads(layers.Auxiliary) / layers.Auxiliary.HeadCount),
        ["a group's gradient is that of its first head"] = ("one key and value head", null, FirstOfGroup),
        ["interleaved pairs for halves"] = Fault("rotation of halves", form => form with { Rotation = form.Rotation! with { IsInterleaved = true } }),
        ["halves for interleaved pairs"] = Fault("rotation of interleaved pairs", form => form with { Rotation = form.Rotation! with { IsInterleaved = false } }),
        ["another base"] = Fault("rotation of halves", form => form with { Rotation = form.Rotation! with { Base = 500 } }),
        ["positions are not divided"] = Fault("rotation of a part, scaled", form => form with { Rotation = form.Rotation! with { PositionDivisor = 1 } }),
        ["tables in half precision"] = Fault("rotation of halves", form => form with { Rotation = form.Rotation! with { HasTablesInHalf = true } }),
        ["queries are not turned"] = (
            "rotation of halves",
            (layers, form) => SimulatedAttention.Forward(
                layers.Configuration, layers.Query, layers.Key, layers.Value, layers.X, layers.IclMask, form with { Rotation = null }),
            null),
        ["slopes fall with the distance's other sign"] = Fault("slopes", form => form with { Slopes = [.. form.Slopes!.Select(slope => -slope)] }),
        ["slopes of twice as many heads"] = Fault("slopes", form => form with { Slopes = [.. LinearBias.Slopes(2 * form.Slopes!.Count).Take(form.Slopes.Count)] }),
        ["slopes are scaled like products"] = (
            "slopes",
            (layers, form) => Forwards(layers, form with { Slopes = [.. form.Slopes!.Select(slope => slope * form.Scale(layers.Auxiliary))] }),
            (layers, form) => Right(layers, form with { Slopes = [.. form.Slopes!.Select(slope => slope * form.Scale(layers.Auxiliary))] })),
        ["the scale stays at 1/√(D/H)"] = Fault("a scale of its own", form => form with { ScoreScale = null }),
        ["the scale is applied to queries and keys both"] = Fault("a scale of its own", form => form with { ScoreScale = 0.5 }),
        ["buckets for both directions"] = Fault(
            "relative buckets", form => form with { Relative = form.Relative! with { Buckets = form.Relative.Buckets with { IsBidirectional = true } } }),
        ["far buckets begin too late"] = Fault(
            "relative buckets", form => form with { Relative = form.Relative! with { Buckets = form.Relative.Buckets with { MaximumDistance = 50 } } }),
        ["heads read each other's buckets"] = Fault(
            "relative buckets", form => form with { Relative = form.Relative! with { Table = Reversed(form.Relative.Table) } }),
        ["later tokens stay hidden"] = Fault("both directions", form => form with { IsCausal = true }),
        ["the train mask stops gradients"] = (
            "both directions",
            null,
            (layers, form) => SimulatedAttention.Backward(
                layers.Configuration,
                layers.Gradient.MapIndexed((t, _, value) => value * layers.TrainMask[t], Zeros.Include),
                layers.Memory,
                layers.TrainMask,
                layers.IclMask,
                form)),
    };

    public static TheoryData<string> FaultNames => [.. Faults.Keys];

    public static TheoryData<string> FormNames => [.. AttentionForms.Names];

    [Theory]
    [MemberData(nameof(FormNames))]
    public void The_closed_form_is_the_construction_gates_included(string name) => Check.One(
        Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(25),
        Prop.ForAll(ShapeCases.Cases(), shape => AttentionForms.Of(name, shape) is not { } form || Worst(shape, form, Forwards, Right) <= 1));

    [Theory]
    [MemberData(nameof(FaultNames))]
    public void A_fault_shows(string name)
    {
        var (form, forward, backward) = Faults[name];
        double Ratio(ShapeCase shape, Forward front, Backward back) => AttentionForms.Of(form, shape) is { } admitted ? Worst(shape, admitted, front, back) : 0;
        Closeness.Sees(shape => Ratio(shape, Forwards, Right), shape => Ratio(shape, forward ?? Forwards, backward ?? Right));
    }

    /// <summary>
    /// Forward is the auxiliary model's. Backward errs by the score path and what the mask drops, as an identity; and stays within the bound that norms of the layers give.
    /// </summary>
    [Theory]
    [MemberData(nameof(FormNames))]
    public void With_gates_of_one_the_error_is_the_score_path_within_its_certificate(string name) => Assert.All(
        Closeness.Shapes.Where(shape => AttentionForms.Of(name, shape) is not null),
        drawn =>
        {
            var shape = drawn with { Configuration = drawn.Configuration with { Departures = Departures.Paper } };
            var (form, layers) = (AttentionForms.Of(name, shape)!, new FormedLayers(shape, AttentionForms.Of(name, shape)!, icl: false));
            var (c, x, g) = (layers.Configuration, layers.X, layers.Gradient);
            var (q, k, v) = (ExactLinear.Forward(layers.Query, x), ExactLinear.Forward(layers.Key, x), ExactLinear.Forward(layers.Value, x));
            var (output, pullback) = new ExactAttentionForm(c.Auxiliary, form).Attend(q, k, v);
            var (simulated, memory) = Forwards(layers, form);
            Assert.Equal(0, (simulated - output).FrobeniusNorm(), 1e-13 * (1 + output.FrobeniusNorm()));

            var exact = pullback(g);
            var (input, _, _) = SimulatedAttention.BackwardDescent(c, layers.Value, g, memory, layers.TrainMask, null, form);
            var truth = (exact.Query * layers.Query.Weight) + (exact.Key * layers.Key.Weight) + (exact.Value * layers.Value.Weight);
            var scores = (exact.Query * layers.Query.Weight) + (exact.Key * layers.Key.Weight);
            var dropped = exact.Value - SimulatedAttention.Backward(c, g, memory, layers.TrainMask, null, form);
            Assert.Equal(0, (truth - scores - (dropped * layers.Value.Weight) - input).FrobeniusNorm(), 1e-12 * (1 + truth.FrobeniusNorm()));
            if (!form.IsCausal)
            {
                Assert.Equal(0, dropped.FrobeniusNorm(), 1e-13 * (1 + exact.Value.FrobeniusNorm()));
            }

            var norms = AttentionNorms.Of(layers.Query.Weight, layers.Key.Weight, layers.Value.Weight);
            var mask = Vector<double>.Build.DenseOfEnumerable(layers.TrainMask);
            var (atQueries, atKeys) = AttentionFormCertificate.Bound(c.Auxiliary, form, q, k, v, g, mask, norms);
            for (var t = 0; t < x.RowCount; t++)
            {
                Assert.InRange((exact.Query * layers.Query.Weight).Row(t).L2Norm(), 0, atQueries[t] + 1e-13);
                Assert.InRange(((exact.Key * layers.Key.Weight) + (dropped * layers.Value.Weight)).Row(t).L2Norm(), 0, atKeys[t] + 1e-13);
                Assert.InRange((truth - input).Row(t).L2Norm(), 0, atQueries[t] + atKeys[t] + (1e-12 * (1 + truth.FrobeniusNorm())));
            }
        });

    /// <summary>Where every token sees one key alone, nothing is dropped, and neither is anything allowed to be.</summary>
    [Fact]
    public void The_certificate_vanishes_as_attention_becomes_one_hot()
    {
        var shape = new ShapeCase(SmallModels.Configuration, TokenCount: 4, Seed: 2);
        var sharp = new AttentionForm { ScoreScale = 1e4, KeyValueHeadCount = 1, IsCausal = false };
        double Largest(AttentionForm form)
        {
            var layers = new FormedLayers(shape, form, icl: false);
            var (q, k, v) = (ExactLinear.Forward(layers.Query, layers.X), ExactLinear.Forward(layers.Key, layers.X), ExactLinear.Forward(layers.Value, layers.X));
            var (atQueries, atKeys) = AttentionFormCertificate.Bound(
                shape.Configuration.Auxiliary, form, q, k, v, layers.Gradient, Vector<double>.Build.Dense(4, 1), new AttentionNorms(1, 1, 1));
            return Math.Max(atQueries.Maximum(), atKeys.Maximum()) / form.Scale(shape.Configuration.Auxiliary);
        }

        Assert.InRange(Largest(sharp) / Largest(sharp with { ScoreScale = null }), 0, 1e-10);
    }

    /// <summary>Central differences of Σ w∘o in every entry of q, k and v, for every form.</summary>
    [Theory]
    [MemberData(nameof(FormNames))]
    public void The_exact_gradient_is_that_of_finite_differences(string name)
    {
        var shape = new ShapeCase(
            SmallModels.Configuration with { Auxiliary = SmallModels.Configuration.Auxiliary with { HiddenSize = 12, HeadCount = 4 }, HiddenSize = 48, PrefixCount = 4, HeadCount = 8 },
            TokenCount: 4,
            Seed: 4);
        var form = AttentionForms.Of(name, shape)!;
        var (exact, layers) = (new ExactAttentionForm(shape.Configuration.Auxiliary, form), new FormedLayers(shape, form, icl: false));
        Matrix<double>[] at = [ExactLinear.Forward(layers.Query, layers.X), ExactLinear.Forward(layers.Key, layers.X), ExactLinear.Forward(layers.Value, layers.X)];
        var gradient = exact.Attend(at[0], at[1], at[2]).Pullback(layers.Gradient);
        Matrix<double>[] gradients = [gradient.Query, gradient.Key, gradient.Value];
        const double Step = 1e-5;
        for (var part = 0; part < 3; part++)
        {
            double Value(int row, int column, double step)
            {
                Matrix<double>[] moved = [at[0].Clone(), at[1].Clone(), at[2].Clone()];
                moved[part][row, column] += step;
                return layers.Gradient.PointwiseMultiply(exact.Attend(moved[0], moved[1], moved[2]).Output).Enumerate().Sum();
            }

            Assert.All(gradients[part].EnumerateIndexed(), entry => Assert.Equal(
                (Value(entry.Item1, entry.Item2, Step) - Value(entry.Item1, entry.Item2, -Step)) / (2 * Step), entry.Item3, 1e-7));
        }
    }

    [Fact]
    public void The_published_form_is_what_no_form_is()
    {
        foreach (var shape in Closeness.Shapes)
        {
            var (c, memory) = (shape.Configuration, MemorySlots.Attention(shape.Configuration));
            HiddenStates Run(AttentionForm? form) =>
                new AttentionForward(c, memory, form).Run(shape.States(), shape.Prefixes(1), shape.Prefixes(2), shape.IclMask(), Arithmetic.Plain);
            Assert.Equal(Run(null).ToMatrix(), Run(new AttentionForm()).ToMatrix());
            Assert.Equal(
                new AttentionForward(c, memory).Tensors().Select(tensor => tensor.Name),
                new AttentionForward(c, memory, new AttentionForm()).Tensors().Select(tensor => tensor.Name));
        }
    }

    /// <summary>What TinT's softmax attention lacks, counted: T_max·r numbers of tables for rotation, buckets·H for a relative bias; slopes need none.</summary>
    [Fact]
    public void A_layer_that_is_lacking_has_its_parameters_counted()
    {
        var shape = new ShapeCase(SmallModels.Configuration with { HeadCount = 4 }, TokenCount: 4, Seed: 3);
        long Beyond(AttentionForm form) => new AttentionForward(shape.Configuration, 1, form).Tensors().Sum(tensor => tensor.Count)
            - new AttentionForward(shape.Configuration, 1).Tensors().Sum(tensor => tensor.Count);
        Assert.Equal(8 * 2, Beyond(new AttentionForm { Rotation = new Rotation { Dimensions = 2 } }));
        Assert.Equal(4 * 2, Beyond(AttentionForms.Of("relative buckets", shape)!));
        Assert.Equal(0, Beyond(AttentionForms.Of("slopes", shape)!));
        Assert.Equal(0, Beyond(new AttentionForm { KeyValueHeadCount = 1, ScoreScale = 1, IsCausal = false }));
        Assert.All(
            new AttentionForward(shape.Configuration, 1, AttentionForms.Of("all at once", shape)).Tensors(),
            tensor => Assert.Equal(tensor.Count, tensor.Materialise().Values.Length));
    }

    [Fact]
    public void Rejects_forms_that_do_not_fit()
    {
        var small = SmallModels.Configuration;
        void Refuses(AttentionForm form, params string[] fragments) => Refusal.Of(() => new AttentionForward(small, 1, form), fragments);
        Refuses(new AttentionForm { KeyValueHeadCount = 3 }, "key and value heads must divide the query heads", "3 for 2", "use one of 1, 2");
        Refuses(new AttentionForm { Rotation = new Rotation { Dimensions = 4 } }, "an even number of a head's coordinates", "4 of 3");
        Refuses(new AttentionForm { Rotation = new Rotation { Dimensions = 1 } }, "1 of 3");
        Refuses(new AttentionForm { Slopes = [1] }, "there must be a slope for each head", "1 for 2 heads");
        Refuses(new AttentionForm { Slopes = [1, double.NaN] }, "the slope of head 1 must be finite");
        Refuses(
            new AttentionForm { Slopes = [1, 0.5] },
            "slopes need a coordinate of a TinT head", "HeadCount 8 for heads of 3, Auxiliary heads of 3", "the nearest HeadCount that work: 4");
        Refusal.Of(() => new AttentionForm { KeyValueHeadCount = 0 }, "the number of key and value heads must be at least 1");
        Refusal.Of(() => new AttentionForm { ScoreScale = 0 }, "the scale of attention scores must be finite and positive");
        var buckets = new RelativeBuckets { Count = 4, MaximumDistance = 8, IsBidirectional = false };
        Refuses(
            new AttentionForm { Relative = new RelativeBias { Buckets = buckets, Table = Matrix<double>.Build.Dense(4, 3) } },
            "the table of a relative bias must be [4 × 2]");
        Refusal.Of(
            () => new AttentionBackwardDescent(small with { BackpropagateThroughAttention = false }, 1, new AttentionForm { KeyValueHeadCount = 1 }),
            "a gradient that skips attention needs a value head for each query head");
    }

    [Fact]
    public void Rejects_layers_of_another_width()
    {
        var shape = new ShapeCase(SmallModels.Configuration, TokenCount: 3, Seed: 1);
        var layers = new FormedLayers(shape, AttentionForm.Published, icl: false);
        Refusal.Of(() => Forwards(layers, new AttentionForm { KeyValueHeadCount = 1 }), "keys must be [3 × 3]", "[3 × 6]");
        Refusal.Of(
            () => SimulatedAttention.Backward(
                shape.Configuration, layers.Gradient, layers.Memory, layers.TrainMask, null, new AttentionForm { KeyValueHeadCount = 1 }),
            "attention's key memory must be [3 × 3]");
    }

    private static (string Form, Forward Forward, Backward Backward) Fault(string name, Func<AttentionForm, AttentionForm> change) => (
        name, (layers, form) => Forwards(layers, change(form)), (layers, form) => Right(layers, change(form)));

    private static (Matrix<double> Output, AttentionMemory Memory) Forwards(FormedLayers layers, AttentionForm form) =>
        SimulatedAttention.Forward(layers.Configuration, layers.Query, layers.Key, layers.Value, layers.X, layers.IclMask, form);

    private static Matrix<double> Right(FormedLayers layers, AttentionForm form) =>
        SimulatedAttention.Backward(layers.Configuration, layers.Gradient, layers.Memory, layers.TrainMask, layers.IclMask, form);

    /// <summary>Query head h is served by h mod count where h/(H/count) is right: the same as of heads in another order.</summary>
    private static (Matrix<double> Output, AttentionMemory Memory) ByTurns(FormedLayers layers, AttentionForm form)
    {
        var (count, size) = (form.KeyValueHeads(layers.Auxiliary), layers.Auxiliary.HeadSize);
        int[] order = [.. Enumerable.Range(0, layers.Auxiliary.HeadCount).OrderBy(head => head % count)];
        int[] rows = [.. order.SelectMany(head => Enumerable.Range(head * size, size))];
        var turned = new LinearParameters(
            Matrix<double>.Build.DenseOfRows(rows.Select(row => layers.Query.Weight.Row(row))),
            Vector<double>.Build.DenseOfEnumerable(rows.Select(row => layers.Query.Bias[row])));
        var (output, memory) = SimulatedAttention.Forward(layers.Configuration, turned, layers.Key, layers.Value, layers.X, layers.IclMask, form);
        var back = output.Clone();
        for (var column = 0; column < rows.Length; column++)
        {
            back.SetColumn(rows[column], output.Column(column));
        }

        return (back, memory with { Query = Forwards(layers, form).Memory.Query });
    }

    /// <summary>The gradient of the first query head of each group alone.</summary>
    private static Matrix<double> FirstOfGroup(FormedLayers layers, AttentionForm form)
    {
        var (size, group) = (layers.Auxiliary.HeadSize, layers.Auxiliary.HeadCount / form.KeyValueHeads(layers.Auxiliary));
        var first = layers.Gradient.MapIndexed((_, c, value) => c / size % group == 0 ? value : 0, Zeros.Include);
        return SimulatedAttention.Backward(layers.Configuration, first, layers.Memory, layers.TrainMask, layers.IclMask, form);
    }

    private static Matrix<double> Reversed(Matrix<double> table) => Matrix<double>.Build.Dense(
        table.RowCount, table.ColumnCount, (row, column) => table[row, table.ColumnCount - 1 - column]);

    /// <summary>The largest error/bound of a closed form against the construction: output, memory and the gradient at the values.</summary>
    private static double Worst(ShapeCase shape, AttentionForm form, Forward forward, Backward backward)
    {
        var (c, layers, slot) = (shape.Configuration, new FormedLayers(shape, form, icl: true), MemorySlots.Attention(shape.Configuration));
        var states = new HiddenStates(PrefixStack.Stack(c, layers.Query), layers.Tokens(layers.X));
        var constructed = new AttentionForward(c, slot, form)
            .Run(states, layers.Stacked(layers.Key), layers.Stacked(layers.Value), layers.IclMask, Textbook.Arithmetic).Tokens;
        var (output, memory) = forward(layers, form);

        var stored = layers.Tokens(layers.Gradient)
            .With(slot, new Tracked(layers.Memory.Query)).With(slot + 1, new Tracked(layers.Padded(layers.Memory.Key))).With(slot + 2, new Tracked(layers.Memory.Input));
        var prefixes = layers.Stacked(layers.Value);
        var gradient = new AttentionBackward(c, slot, form).Run(new HiddenStates(prefixes, stored), layers.TrainMask, layers.IclMask, Textbook.Arithmetic);
        var both = new AttentionBackwardDescent(c, slot, form).Run(new HiddenStates(prefixes, stored), layers.TrainMask, layers.IclMask, Textbook.Arithmetic);
        var (input, updated, _) = SimulatedAttention.BackwardDescent(c, layers.Value, layers.Gradient, layers.Memory, layers.TrainMask, layers.IclMask, form);
        var expected = layers.Stacked(updated);
        return new[]
        {
            Closeness.Ratio(output, constructed[0]),
            Closeness.Ratio(memory.Query, constructed[slot]),
            Closeness.Ratio(layers.Padded(memory.Key), constructed[slot + 1]),
            Closeness.Ratio(memory.Input, constructed[slot + 2]),
            Closeness.Ratio(layers.Padded(backward(layers, form)), gradient.Tokens[0]),
            Closeness.Ratio(input, both.Tokens[0]),
            Enumerable.Range(0, c.RowsPerPrefix).Max(row => Closeness.Ratio(expected[row]!.Value, both.Prefixes[row])),
        }.Max();
    }
}
