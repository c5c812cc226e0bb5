using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Modules;
using Tint.Reference.Modules.LayerNorm;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;

namespace Tint.Verification.Curves;

/// <summary>LayerNormBackward's N(f(x + u/N) − f(x)), u = γ∘g, against the exact gradient over N.</summary>
internal static class LayerNormCurve
{
    /// <summary>
    /// The curves in float64 with exact gates, run by the construction's modules; in float32, by the same operations on floats, each with both stencils; and
    /// in float64 with the published gates, whose leak N multiplies (V3).
    /// </summary>
    public static IReadOnlyList<ScaleCurve> Measure()
    {
        var inputs = CurveInputs.Shared;
        var norm = new LayerNormParameters(inputs.Weight, Vector<double>.Build.Dense(inputs.Weight.Count));
        var epsilon = CurveInputs.Configuration(1, Departures.Paper).Auxiliary.LayerNormEpsilon;
        var truth = ExactLayerNorm.Backward(norm, ExactLayerNorm.Forward(norm, epsilon, inputs.Argument), inputs.Gradient).Input;
        var u = inputs.Gradient.MapIndexed((_, column, value) => (double)(float)(value * inputs.Weight.At(column)), Zeros.Include);
        return
        [
            .. Stencil.All.SelectMany(stencil => new[]
            {
                Certified("float64", FloatingPoint.Binary64, stencil, scale => RunConstruction(inputs, norm, scale, Departures.Paper, stencil)),
                Certified("float32", FloatingPoint.Binary32, stencil, scale => RunSingle(inputs.Argument, u, (float)scale, (float)epsilon, stencil)),
            }),
            new ScaleCurve(
                "float64, gates as published", Errors(scale => RunConstruction(inputs, norm, scale, Departures.Published, Stencil.Forward)), [], null),
        ];

        ScaleCurve Certified(string name, FloatingPoint format, Stencil stencil, Func<double, Matrix<double>> run)
        {
            CurvePoint[] predicted = [.. CurveInputs.Scales.Select(scale => new CurvePoint(scale, Bound(scale, format, stencil) / Sum(truth)))];
            return new ScaleCurve(CurveInputs.Name(name, stencil), Errors(run), predicted, predicted.MinBy(point => point.Error)!.Scale);
        }

        CurvePoint[] Errors(Func<double, Matrix<double>> run) =>
            [.. CurveInputs.Scales.Select(scale => new CurvePoint(scale, Sum(run(scale) - truth) / Sum(truth)))];

        double Bound(double scale, FloatingPoint format, Stencil stencil) => Enumerable.Range(0, u.RowCount).Sum(t =>
            LayerNormCertificate.Bound(inputs.Argument.Row(t), u.Row(t), scale, epsilon, stencil)
            + LayerNormCertificate.Rounding(inputs.Argument.Row(t), u.Row(t), scale, epsilon, format, stencil));
    }

    /// <summary>Forward, so that memory holds what a TinT would have there, then backward on g.</summary>
    private static Matrix<double> RunConstruction(CurveInputs inputs, LayerNormParameters norm, double scale, Departures departures, Stencil stencil)
    {
        var configuration = CurveInputs.Configuration(scale, departures, stencil);
        var memory = MemorySlots.LayerNorm(configuration);
        int width = configuration.Auxiliary.HiddenSize, slots = configuration.RowsPerPrefix + 1;
        var prefixes = PrefixStack.Stack(configuration, norm);
        var tokens = Slots.Zero(inputs.Argument.RowCount, width, slots).With(0, new Tracked(inputs.Argument));
        var forward = new LayerNormForward(configuration, memory).Run(new HiddenStates(prefixes, tokens), Arithmetic.Plain);
        var states = new HiddenStates(prefixes, forward.Tokens.With(0, new Tracked(inputs.Gradient)));
        return new LayerNormBackward(configuration, memory).Run(states, Arithmetic.Plain).Tokens[0]!.Value;
    }

    private static Matrix<double> RunSingle(Matrix<double> x, Matrix<double> u, float scale, float epsilon, Stencil stencil)
    {
        var result = Matrix<double>.Build.Dense(x.RowCount, x.ColumnCount);
        for (var t = 0; t < x.RowCount; t++)
        {
            float[] start = [.. x.Row(t).Select(value => (float)value)];
            float[] Moved(int shift) => shift == 0 ? start : [.. start.Zip(u.Row(t), (value, step) => value + ((float)step * (shift / scale)))];
            var (before, after) = (Normalised(Moved(stencil.Behind), epsilon), Normalised(Moved(1), epsilon));
            var factor = scale * (float)stencil.Weight;
            result.SetRow(t, [.. before.Zip(after, (first, second) => (double)((factor * second) - (factor * first)))]);
        }

        return result;
    }

    private static float[] Normalised(float[] x, float epsilon)
    {
        float mean = 0, square = 0;
        foreach (var value in x)
        {
            mean += value;
        }

        mean /= x.Length;
        foreach (var value in x)
        {
            square += (value - mean) * (value - mean);
        }

        var deviation = MathF.Sqrt((square / x.Length) + epsilon);
        return [.. x.Select(value => (value - mean) / deviation)];
    }

    private static double Sum(Matrix<double> matrix) => matrix.RowNorms(2).Sum();
}
