using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;

namespace Tint.Verification.Curves;

/// <summary>LinearForward by softmax attention over positions and twins against W x, over M.</summary>
internal static class SoftmaxCurve
{
    /// <summary>The curves in float64, run by the construction's module, and in float32, by the same operations on floats.</summary>
    public static IReadOnlyList<ScaleCurve> Measure()
    {
        var inputs = CurveInputs.Shared;
        var (x, configuration) = (inputs.Argument, CurveInputs.Configuration(1, Departures.Paper));
        var weight = (inputs.Argument.TransposeThisAndMultiply(inputs.Gradient) / inputs.Argument.RowCount).Map(static value => (double)(float)value, Zeros.Include);
        var layer = new LinearParameters(weight, Vector<double>.Build.Dense(weight.RowCount));
        var truth = SimulatedLinear.Forward(configuration, layer, x).Output;
        var (size, largest) = (Sum(truth), LargestScore(configuration, layer, x));
        return [Curve("float64", FloatingPoint.Binary64, Construction), Curve("float32", FloatingPoint.Binary32, scale => Single(configuration, layer, x, (float)scale))];

        ScaleCurve Curve(string name, FloatingPoint format, Func<double, Matrix<double>> run) => new(
            name,
            [.. CurveInputs.Scales.Select(scale => new CurvePoint(scale, Sum(run(scale) - truth) / size))],
            [.. CurveInputs.Scales.Select(scale => new CurvePoint(scale, Predicted(scale, format) / size))],
            TwinCertificate.Optimum(largest, configuration.PrefixCount, format).Scale);

        // Each entry is a sum over shards, whose values are one-hots; and float32's sums of scores are rounded besides, as those of W x are.
        double Predicted(double scale, FloatingPoint format)
        {
            var (pairs, entries) = (configuration.PrefixCount, (double)truth.RowCount * truth.ColumnCount * configuration.RowsPerPrefix);
            return Sum(TwinCertificate.Forward(Softmax(scale), layer, x))
                + (entries * TwinCertificate.Rounding(largest, pairs, scale, format))
                + (format.Gamma(configuration.Auxiliary.HiddenSize + 2) * Sum(x.PointwiseAbs() * weight.PointwiseAbs().Transpose()));
        }

        TintConfiguration Softmax(double scale) => configuration with { UseSoftmax = true, TwinScale = scale };

        Matrix<double> Construction(double scale)
        {
            var c = Softmax(scale);
            var states = new HiddenStates(
                PrefixStack.Stack(c, layer), Slots.Zero(x.RowCount, x.ColumnCount, c.RowsPerPrefix + 1).With(0, new Tracked(x)));
            return new LinearForward(c, memorySlot: null).Run(states, Arithmetic.Plain).Tokens[0]!.Value;
        }
    }

    /// <summary>Head by head: scores of shard j on the rows of slot i, softmax over the K prefixes and their twins, times M·K.</summary>
    private static Matrix<double> Single(TintConfiguration configuration, LinearParameters layer, Matrix<double> x, float scale)
    {
        var (pairs, rows) = (configuration.PrefixCount, configuration.RowsPerPrefix);
        var result = new float[x.RowCount, x.ColumnCount];
        var powers = new float[2 * pairs];
        for (var head = 0; head < x.RowCount * rows * rows; head++)
        {
            var (t, slot, shard) = (head / (rows * rows), head / rows % rows, head % rows);
            var (largest, sum) = (0f, 0f);
            for (var k = 0; k < pairs; k++)
            {
                var score = 0f;
                for (var c = 0; c < pairs; c++)
                {
                    score += (float)x[t, (shard * pairs) + c] * (float)layer.Weight[(k * rows) + slot, (shard * pairs) + c];
                }

                (powers[k], powers[pairs + k]) = (score * (1 / scale), -score * (1 / scale));
                largest = MathF.Max(largest, MathF.Abs(powers[k]));
            }

            for (var j = 0; j < powers.Length; j++)
            {
                powers[j] = MathF.Exp(powers[j] - largest);
                sum += powers[j];
            }

            for (var k = 0; k < pairs; k++)
            {
                result[t, (k * rows) + slot] += scale * pairs * ((powers[k] / sum) - (powers[pairs + k] / sum));
            }
        }

        return Matrix<double>.Build.Dense(x.RowCount, x.ColumnCount, (t, c) => result[t, c]);
    }

    private static double LargestScore(TintConfiguration configuration, LinearParameters layer, Matrix<double> x) =>
        Enumerable.Range(0, configuration.RowsPerPrefix).Max(shard =>
        {
            var (first, width) = (shard * configuration.PrefixCount, configuration.PrefixCount);
            return (x.SubMatrix(0, x.RowCount, first, width) * layer.Weight.SubMatrix(0, layer.Weight.RowCount, first, width).Transpose()).Enumerate().Max(Math.Abs);
        });

    private static double Sum(Matrix<double> matrix) => matrix.Enumerate().Sum(Math.Abs);
}
