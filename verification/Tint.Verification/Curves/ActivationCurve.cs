using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Activation;
using Tint.Reference.Primitives;

namespace Tint.Verification.Curves;

/// <summary>ActivationBackward's N(σ(z + g/N) − σ(z)) against σ′(z)g over N, σ = gelu_new.</summary>
public static class ActivationCurve
{
    private const float CubicCoefficient = 0.044715f;
    private static readonly float SqrtTwoOverPi = MathF.Sqrt(2 / MathF.PI);

    /// <summary>The curves in float64, run by the construction's module, and in float32, by the same operations on floats.</summary>
    public static IReadOnlyList<ScaleCurve> Measure()
    {
        var inputs = CurveInputs.Shared;
        var truth = ExactActivation.Backward(ActivationKind.GeluNew, inputs.Argument, inputs.Gradient);
        double[] truncation =
        [
            .. CurveInputs.Scales.Select(scale =>
                ActivationCertificate.Bound(ActivationKind.GeluNew, inputs.Argument, inputs.Gradient, scale).Enumerate().Sum()),
        ];
        return
        [
            Curve("float64", FloatingPoint.Binary64, scale => RunConstruction(inputs, scale), inputs, truth, truncation),
            Curve("float32", FloatingPoint.Binary32, scale => RunSingle(inputs, (float)scale), inputs, truth, truncation),
        ];
    }

    private static ScaleCurve Curve(
        string name, FloatingPoint format, Func<double, Matrix<double>> run, CurveInputs inputs, Matrix<double> truth, double[] truncation)
    {
        var size = Sum(truth);
        var (z, g) = (Vector<double>.Build.Dense(inputs.Argument.ToColumnMajorArray()), Vector<double>.Build.Dense(inputs.Gradient.ToColumnMajorArray()));
        return new ScaleCurve(
            name,
            [.. CurveInputs.Scales.Select(scale => new CurvePoint(scale, Sum(run(scale) - truth) / size))],
            [.. CurveInputs.Scales.Zip(truncation, (scale, part) => new CurvePoint(scale, (part + Rounding(inputs, scale, format)) / size))],
            ScaledDifference.Optimum(ActivationCurvature.GeluNew, z, g, format).Scale);
    }

    private static double Rounding(CurveInputs inputs, double scale, FloatingPoint format) =>
        ScaledDifference.Rounding(ActivationKind.GeluNew, inputs.Argument, inputs.Gradient, scale, format).Enumerate().Sum();

    private static Matrix<double> RunConstruction(CurveInputs inputs, double scale)
    {
        var configuration = CurveInputs.Configuration(scale, Departures.Paper);
        var memory = MemorySlots.Activation(configuration);
        int width = configuration.Auxiliary.HiddenSize, slots = configuration.RowsPerPrefix + 1;
        var tokens = Slots.Zero(inputs.Argument.RowCount, width, slots).With(0, new Tracked(inputs.Gradient)).With(memory, new Tracked(inputs.Argument));
        var states = new HiddenStates(Slots.Zero(configuration.PrefixCount, width, slots), tokens);
        return new ActivationBackward(configuration, memory).Run(states, Arithmetic.Plain).Tokens[0]!.Value;
    }

    private static Matrix<double> RunSingle(CurveInputs inputs, float scale) => inputs.Argument.Map2(
        (z, g) => (scale * Value((float)z + ((float)g * (1 / scale)))) - (scale * Value((float)z)), inputs.Gradient, Zeros.Include);

    private static float Value(float z) => 0.5f * z * (1 + MathF.Tanh(SqrtTwoOverPi * (z + (CubicCoefficient * z * z * z))));

    private static double Sum(Matrix<double> matrix) => matrix.Enumerate().Sum(Math.Abs);
}
