using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Generators;
using Tint.Properties.Implementations;
using Tint.Reference.Certificates;
using Tint.Reference.Simulation;

namespace Tint.Properties.Laws;

/// <summary>Softmax attention over positions and twins in the place of linear attention.</summary>
internal static class SoftmaxLaws
{
    /// <summary>M in units of the largest score: where sinh is far from linear, and where it is near.</summary>
    private static readonly double[] Scales = [0.5, 20, 1000];

    public static IEnumerable<Law> All { get; } =
    [
        .. Laws().Select(static law => law.Needing(static tint => tint.RunsSoftmaxAlone, "softmax attention alone (RunsSoftmaxAlone)")),
    ];

    private static Law[] Laws() =>
    [
        new(
            "L99",
            "softmax-modules",
            "With softmax attention alone, every module that multiplies computes what softmax over positions and twins gives, P·M sinh(s/M)/Σ cosh(s/M) for a score s.",
            ["C40", "C4", "C5", "C6"],
            "LinearForward",
            (tint, item, judge) => Apply(
                tint, item.Softmax(Scales[item.Choice % Scales.Length]), judge, "L01", "L02", "L03", "L04", "L05", "L06", "L07", "L09")),
        new(
            "L100",
            "softmax-certificate",
            "With gates of 1, softmax attention over twins lies within its certificate and rounding of linear attention, and at tenfold M a hundred times nearer.",
            ["C40", "C4", "C5", "C6"],
            "LinearForward",
            (tint, item, judge) =>
            {
                var exact = item.ExactGates();
                var (coarse, fine) = (Errors(tint, exact.Softmax(100), judge), Errors(tint, exact.Softmax(1000), judge));
                foreach (var ((what, error, certificate, _), (_, finer, _, rounding)) in coarse.Zip(fine))
                {
                    // The next term is at most S²/M² = 1e-4 of the certificate, and what is left of the first may cancel against it at the coarser M.
                    judge.AtMost($"error of {what} at tenfold M", finer, (0.01 * (error + (1e-4 * certificate))) + rounding);
                }
            }),
        new(
            "L101",
            "softmax-signs",
            "With softmax attention alone, W x turns its sign with W, Wᵀ g and the step with g: what twins give.",
            ["C40"],
            "LinearForward",
            (tint, item, judge) =>
            {
                var softmax = item.Softmax(Scales[item.Choice % Scales.Length]);
                var (c, layer, mask) = (softmax.Configuration, item.Layer.Value with { Bias = 0 * item.Layer.Value.Bias }, item.Sequence.TrainMask);
                var modules = new ReferenceModules(c);
                judge.Near(
                    "output of −W",
                    -tint.LinearForward(c, layer, item.Signal).Output,
                    tint.LinearForward(c, layer with { Weight = -layer.Weight }, item.Signal).Output,
                    2 * modules.LinearForward(layer, item.Signal).Output.Bound);
                judge.Near(
                    "input gradient of −g",
                    -tint.LinearBackward(c, layer, item.Gradient),
                    tint.LinearBackward(c, layer, -item.Gradient),
                    2 * modules.LinearBackward(layer, item.Gradient).Bound);
                var rho = softmax.Gate();
                judge.Near(
                    "weights after g and −g",
                    2 * rho * layer.Weight,
                    tint.LinearDescent(c, layer, item.Gradient, item.Memory[0], mask).Weight
                        + tint.LinearDescent(c, layer, -item.Gradient, item.Memory[0], mask).Weight,
                    4 * modules.LinearDescent(layer, item.Gradient, item.Memory[0], mask).Weight.Bound);
            }),
        new(
            "L102",
            "softmax-model",
            "With softmax attention alone, a whole model gives the construction's and the simulation's numbers, forward, backward and after descents.",
            ["C40", "C24"],
            "TinT",
            (tint, item, judge) => Apply(tint, item.OneStep().Softmax(1000), judge, "L13")),
    ];

    /// <summary>The case in a TinT of softmax attention alone, M in units of the largest score of its signals, or of 1.</summary>
    public static LawCase Softmax(this LawCase item, double scale)
    {
        double Largest(Matrix<double> matrix) => matrix.Enumerate().Max(Math.Abs);
        var score = Math.Max(Largest(item.Gradient), Largest(item.Signal) * Largest(item.Layer.Value.Weight) * item.Configuration.PrefixCount);
        return item.With(c => c with { UseSoftmax = true, RestrictPrefixes = true, TwinScale = scale * Math.Max(score, 1) });
    }

    /// <summary>The sizes of what softmax is off by in each product, checked against the certificates, and the roundings in them.</summary>
    private static IEnumerable<(string What, double Error, double Certificate, double Rounding)> Errors(ITint tint, LawCase item, Judge judge)
    {
        var (c, layer, mask, signal, gradient, memory) = (item.Configuration, item.Layer.Value, item.Sequence.TrainMask, item.Signal, item.Gradient, item.Memory[0]);
        var linear = c with { UseSoftmax = false };
        var (modules, plain) = (new ReferenceModules(c), new ReferenceModules(linear));
        yield return Checked(
            "output",
            tint.LinearForward(c, layer, signal).Output - SimulatedLinear.Forward(linear, layer, signal).Output,
            TwinCertificate.Forward(c, layer, signal),
            modules.LinearForward(layer, signal).Output.Bound + plain.LinearForward(layer, signal).Output.Bound);
        yield return Checked(
            "input gradient",
            tint.LinearBackward(c, layer, gradient) - SimulatedLinear.Backward(linear, layer.Weight, gradient),
            TwinCertificate.Backward(c, layer.Weight, gradient),
            modules.LinearBackward(layer, gradient).Bound + plain.LinearBackward(layer, gradient).Bound);
        var (after, before) = (tint.LinearDescent(c, layer, gradient, memory, mask), SimulatedLinear.Descent(linear, layer, gradient, memory, mask).Updated);
        var (bound, rate) = (TwinCertificate.Descent(c, gradient, memory, mask), Math.Abs(c.InnerLearningRate));
        var (rounded, rounds) = (modules.LinearDescent(layer, gradient, memory, mask), plain.LinearDescent(layer, gradient, memory, mask));
        yield return Checked("updated weight", after.Weight - before.Weight, rate * bound.Weight, rounded.Weight.Bound + rounds.Weight.Bound);
        yield return Checked(
            "updated bias", Column(after.Bias - before.Bias), rate * Column(bound.Bias), rounded.Bias.Bound + rounds.Bias.Bound);

        (string What, double Error, double Certificate, double Rounding) Checked(string what, Matrix<double> error, Matrix<double> certificate, Matrix<double> rounding)
        {
            judge.Near($"error of {what}", 0 * error, error, certificate + rounding);
            return (what, error.FrobeniusNorm(), certificate.FrobeniusNorm(), 2 * rounding.FrobeniusNorm());
        }

        static Matrix<double> Column(Vector<double> vector) => vector.ToColumnMatrix();
    }

    private static void Apply(ITint tint, LawCase item, Judge judge, params string[] labels)
    {
        foreach (var law in AgreementLaws.All.Where(law => labels.Contains(law.Label)))
        {
            law.Apply(tint, item, judge);
        }
    }
}
