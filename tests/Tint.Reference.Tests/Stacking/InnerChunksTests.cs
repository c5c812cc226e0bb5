using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Activation;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;
using Tint.Reference.Tests.Helpers;
using Tint.Reference.Tests.Modules;

namespace Tint.Reference.Tests.Stacking;

/// <summary>MLPs whose inner width is no multiple of D, as padded chunks through the construction's own modules.</summary>
public sealed class InnerChunksTests
{
    private const int Tokens = 4;

    /// <summary>A shape with every activation and inner width in turn; gates as published, whose leak leaves zeros zero.</summary>
    public static TheoryData<ActivationKind, int> Cases
    {
        get
        {
            var cases = new TheoryData<ActivationKind, int>();
            foreach (var kind in Enum.GetValues<ActivationKind>())
            {
                Array.ForEach([1, 5, 6, 8, 17], inner => cases.Add(kind, inner));
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Joining_gives_back_what_was_cut(ActivationKind kind, int inner)
    {
        var (_, first, second, _, _) = Drawn(kind, inner);
        var count = InnerChunks.Count(6, inner);
        Assert.Equal(first.Weight, InnerChunks.JoinInner([.. Enumerable.Range(0, count).Select(chunk => InnerChunks.Inner(first, chunk))], inner).Weight);
        Assert.Equal(first.Bias, InnerChunks.JoinInner([.. Enumerable.Range(0, count).Select(chunk => InnerChunks.Inner(first, chunk))], inner).Bias);
        var outer = InnerChunks.JoinOuter([.. Enumerable.Range(0, count).Select(chunk => InnerChunks.Outer(second, chunk))], inner);
        Assert.Equal(second.Weight, outer.Weight);
        Assert.Equal(0, (second.Bias - outer.Bias).L2Norm(), 1e-15 * second.Bias.L2Norm());
    }

    /// <summary>The chunks through the modules are the unpadded MLP through the closed forms; the descents leave padding at zero, to the last bit.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Padding_changes_nothing_and_stays_zero(ActivationKind kind, int inner)
    {
        var (c, first, second, x, g) = Drawn(kind, inner);
        var (memory, count, mask) = (MemorySlots.Linear(c), InnerChunks.Count(6, inner), new double[] { 1, 0, 1, 1 });
        var forward = new LinearForward(c, memory);
        var descent = new LinearDescentBackward(c, memory);
        Tracked? output = null, input = null;
        List<LinearParameters> innerChunks = [], outerChunks = [];
        for (var chunk = 0; chunk < count; chunk++)
        {
            var (load, unload) = (PrefixStack.Stack(c, InnerChunks.Inner(first, chunk)), PrefixStack.Stack(c, InnerChunks.Outer(second, chunk)));
            var z = forward.Run(States(c, load, x), Textbook.Arithmetic);
            var a = new ActivationForward(c, memory).Run(Loaded(c, null, z.Tokens[0]), Textbook.Arithmetic);
            var y = forward.Run(Loaded(c, unload, a.Tokens[0]), Textbook.Arithmetic);
            output = Textbook.Arithmetic.Add(output, y.Tokens[0]);

            var back = descent.Run(With(c, unload, new Tracked(g), y.Tokens[memory]), mask, Textbook.Arithmetic);
            var atZ = new ActivationBackward(c, memory).Run(With(c, null, back.Tokens[0], a.Tokens[memory]), Textbook.Arithmetic);
            var atX = descent.Run(With(c, load, atZ.Tokens[0], z.Tokens[memory]), mask, Textbook.Arithmetic);
            input = Textbook.Arithmetic.Add(input, atX.Tokens[0]);
            innerChunks.Add(PrefixStack.Unstack(c, atX.Prefixes));
            outerChunks.Add(PrefixStack.Unstack(c, back.Prefixes));
        }

        var (innerOutput, x1) = SimulatedLinear.Forward(c, first, x);
        var (activated, z1) = SimulatedActivation.Forward(c, innerOutput);
        var (whole, a1) = SimulatedLinear.Forward(c, second, activated);
        var g1 = SimulatedActivation.Backward(c, SimulatedLinear.Backward(c, second.Weight, g), z1);
        Assert.InRange(Closeness.Ratio(whole, output), 0, 1);
        Assert.InRange(Closeness.Ratio(SimulatedLinear.Backward(c, first.Weight, g1), input), 0, 1);

        // Joining refuses padding that has moved.
        var (joined, expected) = (InnerChunks.JoinInner(innerChunks, inner), SimulatedLinear.Descent(c, first, g1, x1, mask).Updated);
        Assert.Equal(0, (joined.Weight - expected.Weight).FrobeniusNorm(), 1e-9 * expected.Weight.FrobeniusNorm());
        var (outerJoined, outerExpected) = (InnerChunks.JoinOuter(outerChunks, inner), SimulatedLinear.Descent(c, second, g, a1, mask).Updated);
        Assert.Equal(0, (outerJoined.Weight - outerExpected.Weight).FrobeniusNorm(), 1e-12 * outerExpected.Weight.FrobeniusNorm());
    }

    [Fact]
    public void With_gates_of_one_the_chunks_are_the_auxiliary_models_mlp()
    {
        var (published, first, second, x, _) = Drawn(ActivationKind.Silu, 8);
        var c = published with { Departures = Departures.Paper };
        var sum = Enumerable.Range(0, 2)
            .Select(chunk => SimulatedLinear.Forward(
                c,
                InnerChunks.Outer(second, chunk),
                SimulatedActivation.Forward(c, SimulatedLinear.Forward(c, InnerChunks.Inner(first, chunk), x).Output).Output).Output)
            .Aggregate((left, right) => left + right);
        var exact = ExactLinear.Forward(second, ExactActivation.Forward(ActivationKind.Silu, ExactLinear.Forward(first, x)));
        Assert.Equal(0, (sum - exact).FrobeniusNorm(), 1e-14 * exact.FrobeniusNorm());
    }

    /// <summary>What goes wrong where chunks are cut: each fault is seen.</summary>
    [Fact]
    public void Faults_in_the_padding_show()
    {
        var (c, first, second, x, g) = Drawn(ActivationKind.GeluNew, 8);
        var exact = SimulatedLinear.Forward(c, second, SimulatedActivation.Forward(c, SimulatedLinear.Forward(c, first, x).Output).Output).Output;
        Matrix<double> Run(Func<int, LinearParameters> inner, Func<int, LinearParameters> outer) => Enumerable.Range(0, 2)
            .Select(chunk => SimulatedLinear.Forward(
                c, outer(chunk), SimulatedActivation.Forward(c, SimulatedLinear.Forward(c, inner(chunk), x).Output).Output).Output)
            .Aggregate((left, right) => left + right);
        double Error(Func<int, LinearParameters> inner, Func<int, LinearParameters> outer) => (Run(inner, outer) - exact).FrobeniusNorm() / exact.FrobeniusNorm();

        Assert.InRange(Error(chunk => InnerChunks.Inner(first, chunk), chunk => InnerChunks.Outer(second, chunk)), 0, 1e-14);
        Assert.True(Error(chunk => InnerChunks.Inner(first, 0), chunk => InnerChunks.Outer(second, chunk)) > 1e-3);
        Assert.True(Error(chunk => InnerChunks.Inner(first, chunk), chunk => InnerChunks.Outer(second, chunk) with { Bias = second.Bias }) > 1e-3);

        // A bias in the padding alone does nothing forward, since the columns are zero; but then the descent moves the columns, and joining says so.
        var padded = InnerChunks.Inner(first, 1);
        padded.Bias[5] = 1;
        Assert.InRange(Error(chunk => chunk == 1 ? padded : InnerChunks.Inner(first, chunk), chunk => InnerChunks.Outer(second, chunk)), 0, 1e-14);
        var (a, a1) = SimulatedActivation.Forward(c, SimulatedLinear.Forward(c, padded, x).Output);
        var moved = SimulatedLinear.Descent(c, InnerChunks.Outer(second, 1), g, a, [1, 1, 1, 1]).Updated;
        Refusal.Of(() => InnerChunks.JoinOuter([InnerChunks.Outer(second, 0), moved], 8), "padding must be zero", "columns of chunk 1");
        Assert.Equal(a.RowCount, a1.RowCount);
    }

    [Fact]
    public void Rejects_chunks_that_are_not_there()
    {
        var (_, first, second, _, _) = Drawn(ActivationKind.Relu, 8);
        Refusal.Of(() => InnerChunks.Inner(first, 2), "a chunk must be one of the MLP's", "use 0 to 1");
        Refusal.Of(() => InnerChunks.Outer(second, -1), "use 0 to 1");
        Refusal.Of(() => InnerChunks.JoinInner([InnerChunks.Inner(first, 0)], 8), "1 chunks of width 6 for an inner width of 8", "pass 2");
        Refusal.Of(() => InnerChunks.Count(6, 0), "the inner width must be at least 1");
    }

    private static (TintConfiguration Configuration, LinearParameters First, LinearParameters Second, Matrix<double> X, Matrix<double> G) Drawn(
        ActivationKind kind, int inner)
    {
        var (random, small) = (new RandomNumbers(inner), SmallModels.Configuration);
        return (
            small with { Auxiliary = small.Auxiliary with { Activation = kind } },
            new LinearParameters(random.Matrix(inner, 6, 0.5), random.Vector(inner)),
            new LinearParameters(random.Matrix(6, inner, 0.5), random.Vector(6)),
            random.Matrix(Tokens, 6),
            random.Matrix(Tokens, 6));
    }

    private static HiddenStates States(TintConfiguration c, Slots prefixes, Matrix<double> signal) => Loaded(c, prefixes, new Tracked(signal));

    private static HiddenStates Loaded(TintConfiguration c, Slots? prefixes, Tracked? signal) => new(
        prefixes ?? Slots.Zero(c.PrefixCount, 6, c.RowsPerPrefix + 1), Slots.Zero(Tokens, 6, c.RowsPerPrefix + 1).With(0, signal));

    private static HiddenStates With(TintConfiguration c, Slots? prefixes, Tracked? signal, Tracked? memory)
    {
        var states = Loaded(c, prefixes, signal);
        return states with { Tokens = states.Tokens.With(c.RowsPerPrefix, memory) };
    }
}
