using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Activation;
using Tint.Reference.Modules.Gating;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Modules.RmsNorm;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Modules.Gating;

/// <summary>
/// LLaMA's MLP by the construction's modules alone: a root-mean-square norm, a gated unit of an inner width that is no multiple of D, layers without biases. Its
/// gradients and descents go to those of plain backpropagation as 1/N, and nothing else separates them with gates of 1.
/// </summary>
public sealed class GatedMlpTests
{
    private const int Width = 6;
    private const int Inner = 8;
    private const int Tokens = 5;
    private static readonly double[] Mask = [1, 1, 1, 1, 1];
    private static readonly DescentOptions WithoutBias = new() { BiasRateFactor = 0 };

    [Theory]
    [InlineData(ActivationKind.Silu)]
    [InlineData(ActivationKind.Gelu)]
    [InlineData(ActivationKind.GeluNew)]
    [InlineData(ActivationKind.QuickGelu)]
    [InlineData(ActivationKind.GeluBloom)]
    [InlineData(ActivationKind.GeluFast)]
    public void The_whole_step_goes_to_the_true_one_as_one_over_N(ActivationKind kind)
    {
        var (coarse, fine) = (Errors(kind, 1e3), Errors(kind, 1e4));
        Assert.Equal(["input", "γ", "gate", "inner", "outer"], coarse.Keys);
        foreach (var (name, error) in coarse)
        {
            Assert.InRange(error, 0, 1e-2);

            // No difference stands between the gradient and W_o or W_u, which learns from g∘σ(z).
            Assert.True(
                name is "outer" or "inner" ? error < 1e-13 : error / fine[name] is > 9.5 and < 10.5,
                FormattableString.Invariant($"{kind}, {name}: {error} at N = 1e3, {fine[name]} at 1e4"));
        }
    }

    /// <summary>A relu has no curvature: away from its kink its difference is exact, and what is left is the norm's.</summary>
    [Fact]
    public void With_a_relu_the_layers_learn_to_rounding()
    {
        var errors = Errors(ActivationKind.Relu, 1e3);
        Assert.InRange(errors["gate"], 0, 1e-10);
        Assert.InRange(errors["inner"], 0, 1e-10);
    }

    /// <summary>Relative errors of the gradient at the input and of each layer's update, in the Frobenius norm.</summary>
    private static Dictionary<string, double> Errors(ActivationKind kind, double scale)
    {
        var small = SmallModels.Configuration;
        var c = small with
        {
            Auxiliary = small.Auxiliary with { Activation = kind },
            FiniteDifferenceScale = scale,
            LayerNormBiasOnly = false,
            Departures = Departures.Paper,
            InnerLearningRate = 0.125,
        };
        var random = new RandomNumbers(9);
        LinearParameters Layer(int outputs, int inputs) => new(random.Matrix(outputs, inputs, 0.5), Vector<double>.Build.Dense(outputs));
        var (gate, inner, outer) = (Layer(Inner, Width), Layer(Inner, Width), Layer(Width, Inner));
        var (gamma, x, g) = (random.Vector(Width).Map(value => 1 + (0.3 * value)), random.Matrix(Tokens, Width), random.Matrix(Tokens, Width));
        var constructed = Construct(c, gamma, gate, inner, outer, x, g);

        var norm = ExactRmsNorm.Forward(gamma, c.Auxiliary.LayerNormEpsilon, x);
        var (z, b) = (ExactLinear.Forward(gate, norm.Output), ExactLinear.Forward(inner, norm.Output));
        var a = ExactActivation.Forward(kind, z);
        var (atProduct, outerStep) = ExactLinear.Backward(outer, ExactProduct.Forward(a, b), g);
        var (atA, atB) = ExactProduct.Backward(a, b, atProduct);
        var (fromGate, gateStep) = ExactLinear.Backward(gate, norm.Output, ExactActivation.Backward(kind, z, atA));
        var (fromInner, innerStep) = ExactLinear.Backward(inner, norm.Output, atB);
        var (input, gammaStep) = ExactRmsNorm.Backward(gamma, norm, fromGate + fromInner);
        var eta = c.InnerLearningRate;
        double Relative(Matrix<double> actual, Matrix<double> expected) => (actual - expected).FrobeniusNorm() / expected.FrobeniusNorm();
        return new Dictionary<string, double>
        {
            ["input"] = Relative(constructed.Input, input),
            ["γ"] = Relative((gamma - constructed.Gamma).ToColumnMatrix(), (eta * gammaStep).ToColumnMatrix()),
            ["gate"] = Relative(gate.Weight - constructed.Gate.Weight, eta * gateStep.Weight),
            ["inner"] = Relative(inner.Weight - constructed.Inner.Weight, eta * innerStep.Weight),
            ["outer"] = Relative(outer.Weight - constructed.Outer.Weight, eta * outerStep.Weight),
        };
    }

    /// <summary>Forward and backward by modules, chunk after chunk, memory put back as a block does it.</summary>
    private static (Matrix<double> Input, Vector<double> Gamma, LinearParameters Gate, LinearParameters Inner, LinearParameters Outer) Construct(
        TintConfiguration c,
        Vector<double> gamma,
        LinearParameters gate,
        LinearParameters inner,
        LinearParameters outer,
        Matrix<double> x,
        Matrix<double> g)
    {
        int linear = MemorySlots.Linear(c), product = MemorySlots.Product(c), norm = MemorySlots.LayerNorm(c), count = InnerChunks.Count(Width, Inner);
        var (layer, back) = (new LinearForward(c, linear), new LinearDescentBackward(c, linear, WithoutBias));
        var normLoad = PrefixStack.Stack(c, new LayerNormParameters(gamma, Vector<double>.Build.Dense(Width)));
        var normed = new RmsNormForward(c, norm).Run(States(normLoad, new Tracked(x)), Arithmetic.Plain).Tokens;
        List<LinearParameters> gates = [], inners = [], outers = [];
        Tracked? gradient = null;
        for (var chunk = 0; chunk < count; chunk++)
        {
            Slots Load(LinearParameters whole) => PrefixStack.Stack(c, InnerChunks.Inner(whole, chunk));
            var (gateLoad, innerLoad, outerLoad) = (Load(gate), Load(inner), PrefixStack.Stack(c, InnerChunks.Outer(outer, chunk)));
            var z = layer.Run(States(gateLoad, normed[0]), Arithmetic.Plain).Tokens;
            var a = new ActivationForward(c, linear).Run(States(Nothing(), z[0]), Arithmetic.Plain).Tokens;
            var b = layer.Run(States(innerLoad, normed[0]), Arithmetic.Plain).Tokens;
            var gated = new ProductForward(c, product).Run(States(Nothing(), a[0], (1, b[0])), Arithmetic.Plain).Tokens;
            var y = layer.Run(States(outerLoad, gated[0]), Arithmetic.Plain).Tokens;

            var atProduct = back.Run(States(outerLoad, new Tracked(g), (linear, y[linear])), Mask, Arithmetic.Plain);
            var both = new ProductBackward(c, product).Run(
                States(Nothing(), atProduct.Tokens[0], (product, gated[product]), (product + 1, gated[product + 1])), Arithmetic.Plain).Tokens;
            var atZ = new ActivationBackward(c, linear).Run(States(Nothing(), both[0], (linear, a[linear])), Arithmetic.Plain).Tokens;
            var fromGate = back.Run(States(gateLoad, atZ[0], (linear, z[linear])), Mask, Arithmetic.Plain);
            var fromInner = back.Run(States(innerLoad, both[1], (linear, b[linear])), Mask, Arithmetic.Plain);
            gradient = Arithmetic.Plain.Add(gradient, Arithmetic.Plain.Add(fromGate.Tokens[0], fromInner.Tokens[0]));
            gates.Add(PrefixStack.Unstack(c, fromGate.Prefixes));
            inners.Add(PrefixStack.Unstack(c, fromInner.Prefixes));
            outers.Add(PrefixStack.Unstack(c, atProduct.Prefixes));
        }

        var last = new RmsNormDescentBackward(c, norm).Run(
            States(normLoad, gradient, (norm, normed[norm]), (norm + 1, normed[norm + 1])), Mask, Arithmetic.Plain);
        Assert.All(gates.Concat(inners).Concat(outers), part => Assert.Equal(0, part.Bias.L2Norm()));
        return (
            last.Tokens[0]!.Value,
            PrefixStack.UnstackNorm(c, last.Prefixes).Weight,
            InnerChunks.JoinInner(gates, Inner),
            InnerChunks.JoinInner(inners, Inner),
            InnerChunks.JoinOuter(outers, Inner));

        Slots Nothing() => Slots.Zero(c.PrefixCount, Width, c.RowsPerPrefix + 1);
        HiddenStates States(Slots prefixes, Tracked? signal, params (int Slot, Tracked? Contents)[] memory) => new(
            prefixes,
            memory.Aggregate(Slots.Zero(Tokens, Width, c.RowsPerPrefix + 1).With(0, signal), (slots, entry) => slots.With(entry.Slot, entry.Contents)));
    }
}
