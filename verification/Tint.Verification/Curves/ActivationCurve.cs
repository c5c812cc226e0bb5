using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Activation;
using Tint.Reference.Primitives;

namespace Tint.Verification.Curves;

/// <summary>ActivationBackward's N(σ(z + g/N) − σ(z)), and the central (N/2)(σ(z + g/N) − σ(z − g/N)), against σ′(z)g over N, σ = gelu_new.</summary>
internal static class ActivationCurve
{
    private const float CubicCoefficient = 0.044715f;
    private static readonly float SqrtTwoOverPi = MathF.Sqrt(2 / MathF.PI);

    /// <summary>The curves in float64, run by the construction's module, and in float32, by the same operations on floats.</summary>
    public static IReadOnlyList<ScaleCurve> Measure()
    {
        var inputs = CurveInputs.Shared;
        var truth = ExactActivation.Backward(ActivationKind.GeluNew, inputs.Argument, inputs.Gradient);
        return [.. Stencil.All.SelectMany(stencil => Both(stencil, inputs, truth))];
    }

    private static IEnumerable<ScaleCurve> Both(Stencil stencil, CurveInputs inputs, Matrix<double> truth)
    {
        double[] truncation =
        [
            .. CurveInputs.Scales.Select(scale =>
                ActivationCertificate.Bound(ActivationKind.GeluNew, inputs.Argument, inputs.Gradient, scale, stencil).Enumerate().Sum()),
        ];
        return
        [
            Curve(CurveInputs.Name("float64", stencil), FloatingPoint.Binary64, stencil, scale => RunConstruction(inputs, scale, stencil), inputs, truth, truncation),
            Curve(CurveInputs.Name("float32", stencil), FloatingPoint.Binary32, stencil, scale => RunSingle(inputs, (float)scale, stencil), inputs, truth, truncation),
        ];
    }

    private static ScaleCurve Curve(
        string name, FloatingPoint format, Stencil stencil, Func<double, Matrix<double>> run, CurveInputs inputs, Matrix<double> truth, double[] truncation)
    {
        var size = Sum(truth);
        var (z, g) = (Vector<double>.Build.Dense(inputs.Argument.ToColumnMajorArray()), Vector<double>.Build.Dense(inputs.Gradient.ToColumnMajorArray()));
        return new ScaleCurve(
            name,
            [.. CurveInputs.Scales.Select(scale => new CurvePoint(scale, Sum(run(scale) - truth) / size))],
            [.. CurveInputs.Scales.Zip(truncation, (scale, part) => new CurvePoint(scale, (part + Rounding(inputs, scale, format, stencil)) / size))],
            ScaledDifference.Optimum(ActivationCurvature.GeluNew, z, g, format, stencil).Scale);
    }

    private static double Rounding(CurveInputs inputs, double scale, FloatingPoint format, Stencil stencil) =>
        ScaledDifference.Rounding(ActivationKind.GeluNew, inputs.Argument, inputs.Gradient, scale, format, stencil).Enumerate().Sum();

    private static Matrix<double> RunConstruction(CurveInputs inputs, double scale, Stencil stencil)
    {
        var configuration = CurveInputs.Configuration(scale, Departures.Paper, stencil);
        var memory = MemorySlots.Activation(configuration);
        int width = configuration.Auxiliary.HiddenSize, slots = configuration.RowsPerPrefix + 1;
        var tokens = Slots.Zero(inputs.Argument.RowCount, width, slots).With(0, new Tracked(inputs.Gradient)).With(memory, new Tracked(inputs.Argument));
        var states = new HiddenStates(Slots.Zero(configuration.PrefixCount, width, slots), tokens);
        return new ActivationBackward(configuration, memory).Run(states, Arithmetic.Plain).Tokens[0]!.Value;
    }

    private static Matrix<double> RunSingle(CurveInputs inputs, float scale, Stencil stencil)
    {
        var (behind, factor) = (stencil.Behind / scale, scale * (float)stencil.Weight);
        return inputs.Argument.Map2(
            (z, g) => (factor * Value((float)z + ((float)g * (1 / scale)))) - (factor * Value((float)z + ((float)g * behind))), inputs.Gradient, Zeros.Include);
    }

    private static float Value(float z) => 0.5f * z * (1 + MathF.Tanh(SqrtTwoOverPi * (z + (CubicCoefficient * z * z * z))));

    private static double Sum(Matrix<double> matrix) => matrix.Enumerate().Sum(Math.Abs);
}
