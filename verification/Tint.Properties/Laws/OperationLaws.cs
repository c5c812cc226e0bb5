using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Generators;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;

namespace Tint.Properties.Laws;

/// <summary>Operations of other architectures' blocks beside attention: root-mean-square normalisation, products of signals, inner widths that are no multiple of D.</summary>
internal static class OperationLaws
{
    private static readonly SimulationTint Simulation = new();

    public static IEnumerable<Law> All { get; } =
    [
        new(
            "L88",
            "rms-norm",
            "RmsNormForward, RmsNormBackward and RmsNormDescent compute what a LayerNorm of (x, −x) without β does behind its gates; with gates of 1, forward is γ∘x/√(mean x² + eps).",
            ["C28", "C18"],
            "LayerNormForward",
            RmsNorm),
        new(
            "L89",
            "rms-norm-certificate",
            "With gates of 1, RmsNormBackward lies within truncation and rounding of the exact gradient.",
            ["C28"],
            "LayerNormBackward",
            (tint, item, judge) =>
            {
                foreach (var stencil in Stencil.All)
                {
                    Certified(tint, item.ExactGates().With(configuration => configuration with { Stencil = stencil }), judge);
                }
            }),
        new(
            "L90",
            "product",
            "ProductForward computes ρ a∘b and remembers both; ProductBackward computes ρ g∘b and ρ g∘a from memory.",
            ["C29", "C18"],
            "ActivationForward",
            (tint, item, judge) =>
            {
                var (c, a, b) = (item.Configuration, item.Signal, item.Memory[0]);
                var (expected, closed, actual) = (new ReferenceOperations(c).ProductForward(a, b), Simulation.ProductForward(c, a, b), tint.ProductForward(c, a, b));
                Both(judge, "product", expected.Output, closed.Output, actual.Output);
                Both(judge, "memory of a", expected.Left, closed.Memory.Left, actual.Memory.Left);
                Both(judge, "memory of b", expected.Right, closed.Memory.Right, actual.Memory.Right);

                var (g, memory) = (item.Gradient, new ProductMemory(item.Memory[1], item.Memory[2]));
                var (bounds, form, back) = (new ReferenceOperations(c).ProductBackward(g, memory), Simulation.ProductBackward(c, g, memory), tint.ProductBackward(c, g, memory));
                Both(judge, "gradient at a", bounds.Left, form.Left, back.Left);
                Both(judge, "gradient at b", bounds.Right, form.Right, back.Right);
            }),
        new(
            "L91",
            "gated-unit",
            "A gated unit σ(z)∘b of ActivationForward and ProductForward has gradients at z and b within the certificates of both, gates included.",
            ["C14", "C29", "C18"],
            "ActivationBackward",
            GatedUnit),
        new(
            "L92",
            "padded-inner-width",
            "Where the last chunk of an inner width is not full, what lies behind it stays 0: in W₁x + b₁, in σ of it, in its gradient, and in both layers' descents.",
            ["C23", "C30"],
            "LinearForward",
            Padding),
    ];

    internal static void Both(Judge judge, string what, Bounded construction, Matrix<double> closed, Matrix<double> actual)
    {
        judge.Near(what, construction, actual);
        judge.Near($"{what}, closed form", construction with { Value = closed }, actual);
    }

    internal static void Both(Judge judge, string what, BoundedLayer construction, LinearParameters closed, LinearParameters actual)
    {
        judge.Near(what, construction, actual);
        judge.Near(
            $"{what}, closed form",
            new BoundedLayer(construction.Weight with { Value = closed.Weight }, construction.Bias with { Value = closed.Bias.ToColumnMatrix() }),
            actual);
    }

    private static void RmsNorm(ITint tint, LawCase item, Judge judge)
    {
        var (c, norm, memory, mask) = (item.Configuration, WithoutBias(item.Norm()), item.NormMemory(), item.Sequence.TrainMask);
        var (bounds, closed) = (new ReferenceOperations(c), Simulation);
        var (expected, form, actual) = (bounds.RmsNormForward(norm, item.Signal), closed.RmsNormForward(c, norm, item.Signal), tint.RmsNormForward(c, norm, item.Signal));
        Both(judge, "output", expected.Output, form.Output, actual.Output);
        Both(judge, "memory of x̂", expected.Normalized, form.Memory.Normalized, actual.Memory.Normalized);
        Both(judge, "memory of x", expected.Input, form.Memory.Input, actual.Memory.Input);
        Both(
            judge,
            "input gradient",
            bounds.RmsNormBackward(norm, item.Gradient, memory),
            closed.RmsNormBackward(c, norm, item.Gradient, memory),
            tint.RmsNormBackward(c, norm, item.Gradient, memory));
        judge.Near("updated", bounds.RmsNormDescent(norm, item.Gradient, memory, mask), tint.RmsNormDescent(c, norm, item.Gradient, memory, mask));

        var (open, diagonal) = (item.ExactGates().Configuration, WithoutBias(item.Layer.AttentionNorm));
        var exact = ExactRmsNorm.Forward(diagonal.Weight, item.Auxiliary.LayerNormEpsilon, item.Signal).Output;
        var around = new ReferenceOperations(open).RmsNormForward(diagonal, item.Signal).Output;
        judge.Near("output with gates of 1", around with { Value = exact }, tint.RmsNormForward(open, diagonal, item.Signal).Output);
    }

    private static void Certified(ITint tint, LawCase item, Judge judge)
    {
        var (c, norm, x, g) = (item.Configuration, WithoutBias(item.Layer.AttentionNorm), item.Signal, item.Gradient);
        var (scale, epsilon) = (c.FiniteDifferenceScale, item.Auxiliary.LayerNormEpsilon);
        var forward = ExactRmsNorm.Forward(norm.Weight, epsilon, x);
        var (exact, _) = ExactRmsNorm.Backward(norm.Weight, forward, g);
        var actual = tint.RmsNormBackward(c, norm, g, tint.RmsNormForward(c, norm, x).Memory);
        for (var t = 0; t < x.RowCount; t++)
        {
            // Beside the difference's own rounding, that of the memory and the gradient's sums, and the exact formula's: some 8D operations on numbers no larger than ‖u‖/s.
            var (row, u) = (x.Row(t), g.Row(t).PointwiseMultiply(norm.Weight));
            var rounding = (4 * RmsNormCertificate.Rounding(row, u, scale, epsilon, FloatingPoint.Binary64, c.Stencil))
                + (Tolerance.Gamma((8L * x.ColumnCount) + 40) * 4 * u.L2Norm() * forward.InverseRoot[t]);
            judge.AtMost($"error at token {t}", (actual.Row(t) - exact.Row(t)).L2Norm(), RmsNormCertificate.Bound(row, u, scale, epsilon, c.Stencil) + rounding);
        }
    }

    private static void GatedUnit(ITint tint, LawCase item, Judge judge)
    {
        var (c, z, b, g) = (item.Configuration, item.Signal, item.Memory[0], item.Gradient);
        var (kind, scale, leak) = (c.Auxiliary.Activation, c.FiniteDifferenceScale, new GateLeak(c.EffectiveGateScale));
        var (a, stored) = tint.ActivationForward(c, z);
        var (_, memory) = tint.ProductForward(c, a, b);
        var (atActivation, atSignal) = tint.ProductBackward(c, g, memory);
        var atGate = tint.ActivationBackward(c, atActivation, stored);

        var activated = ExactActivation.Forward(kind, z);
        var (h, signal) = ExactProduct.Backward(activated, b, g);
        Within("gradient at b", ProductCertificate.Bound(activated, memory.Left, g, leak) + Room(z.PointwiseMultiply(g)) + Room(signal), atSignal - signal);
        var error = ProductCertificate.Bound(b, memory.Right, g, leak) + Room(h);
        Within("gradient at σ(z)", error, atActivation - h);
        Within(
            "gradient at z",
            ProductCertificate.ThroughActivation(kind, z, stored, atActivation, error, scale, c.Stencil)
                + (2 * ScaledDifference.Rounding(kind, stored, atActivation, scale, FloatingPoint.Binary64, c.Stencil))
                + Room(h.PointwiseMultiply(z)) + (2 * Room(h)),
            atGate - ExactActivation.Backward(kind, z, h));

        static Matrix<double> Room(Matrix<double> magnitude) => Tolerance.Gamma(16) * magnitude.PointwiseAbs();

        void Within(string what, Matrix<double> bound, Matrix<double> actual) => judge.Near(what, Matrix<double>.Build.Dense(bound.RowCount, bound.ColumnCount), actual, bound);
    }

    private static void Padding(ITint tint, LawCase item, Judge judge)
    {
        var (c, width, tokens) = (item.Configuration, item.Auxiliary.HiddenSize, item.Sequence.Length);
        var numbers = item.Numbers();
        var rows = 1 + numbers.Below(width - 1);
        var inner = InnerChunks.Inner(new LinearParameters(numbers.Matrix(rows, width, 0.5), numbers.Vector(rows, 0.5)), 0);
        var outer = InnerChunks.Outer(new LinearParameters(numbers.Matrix(width, rows, 0.5), numbers.Vector(width, 0.5)), 0);
        var (z, input) = tint.LinearForward(c, inner, item.Signal);
        var (a, memory) = tint.ActivationForward(c, z);
        var (_, activated) = tint.LinearForward(c, outer, a);
        Empty("W₁x + b₁", z);
        Empty("σ", a);

        var atActivation = tint.LinearBackward(c, outer, item.Gradient);
        var atInner = tint.ActivationBackward(c, atActivation, memory);
        Empty("gradient at σ", atActivation);
        Empty("gradient at W₁x + b₁", atInner);
        var first = tint.LinearDescent(c, inner, atInner, input, item.Sequence.TrainMask);
        var second = tint.LinearDescent(c, outer, item.Gradient, activated, item.Sequence.TrainMask);
        Empty("updated W₁", first.Weight.Transpose());
        Empty("updated b₁", first.Bias.ToRowMatrix());
        Empty("updated W₂", second.Weight);

        void Empty(string what, Matrix<double> actual) => judge.Equal(
            what, Matrix<double>.Build.Dense(actual.RowCount, width - rows), actual.SubMatrix(0, actual.RowCount, rows, width - rows));
    }

    private static LayerNormParameters WithoutBias(LayerNormParameters norm) => norm with { Bias = Vector<double>.Build.Dense(norm.Bias.Count) };
}
