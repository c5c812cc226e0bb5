using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Modules;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Stacking;

namespace Tint.Verification.Curves;

/// <summary>AttentionScoreBackward's Nc(softmax(s + ⟨g, v⟩/N) − softmax(s)) on keys and queries, against the exact gradients through the scores over N.</summary>
/// <remarks>
/// The prediction adds the certificate of truncation, head by head, to the running bound on rounding in the arithmetic's own unit roundoff, which follows the module through its softmax: there is
/// no closed form of that bound to draw instead.
/// </remarks>
internal static class ScoreCurve
{
    /// <summary>The curves in float64, run by the construction's module, and in float32, by the same operations on floats, each with both stencils.</summary>
    public static IReadOnlyList<ScaleCurve> Measure()
    {
        var inputs = CurveInputs.Shared;
        var exact = new ExactAttentionForm(Configuration(1, Stencil.Forward).Auxiliary, AttentionForm.Published)
            .Attend(inputs.Argument, inputs.Key, inputs.Value).Pullback(inputs.Gradient);
        var truth = (exact.Query, exact.Key);
        return
        [
            .. Stencil.All.SelectMany(stencil => new[]
            {
                Curve("float64", FloatingPoint.Binary64, stencil, scale => Values(RunConstruction(inputs, scale, stencil, Arithmetic.Plain))),
                Curve("float32", FloatingPoint.Binary32, stencil, scale => RunSingle(inputs, (float)scale, stencil)),
            }),
        ];

        ScaleCurve Curve(string name, FloatingPoint format, Stencil stencil, Func<double, (Matrix<double> Query, Matrix<double> Key)> run)
        {
            CurvePoint[] predicted = [.. CurveInputs.Scales.Select(scale => new CurvePoint(scale, Bound(inputs, scale, format, stencil) / Sum(truth)))];
            return new ScaleCurve(
                CurveInputs.Name(name, stencil),
                [.. CurveInputs.Scales.Select(scale => new CurvePoint(scale, Distance(run(scale), truth) / Sum(truth)))],
                predicted,
                predicted.MinBy(point => point.Error)!.Scale);
        }
    }

    private static TintConfiguration Configuration(double scale, Stencil stencil) => CurveInputs.Configuration(scale, Departures.Faithful, stencil);

    /// <summary>The value layer is the identity, so that v is the x in memory.</summary>
    private static HiddenStates RunConstruction(CurveInputs inputs, double scale, Stencil stencil, Arithmetic arithmetic)
    {
        var configuration = Configuration(scale, stencil);
        var (memory, width) = (MemorySlots.Attention(configuration), configuration.Auxiliary.HiddenSize);
        var values = new LinearParameters(Matrix<double>.Build.DenseIdentity(width), Vector<double>.Build.Dense(width));
        var tokens = Slots.Zero(inputs.Argument.RowCount, width, configuration.RowsPerPrefix + 1)
            .With(0, new Tracked(inputs.Gradient))
            .With(memory, new Tracked(inputs.Argument))
            .With(memory + 1, new Tracked(inputs.Key))
            .With(memory + 2, new Tracked(inputs.Value));
        return new AttentionScoreBackward(configuration, memory).Run(new HiddenStates(PrefixStack.Stack(configuration, values), tokens), null, arithmetic);
    }

    private static (Matrix<double> Query, Matrix<double> Key) Values(HiddenStates states) => (states.Tokens[0]!.Value, states.Tokens[1]!.Value);

    private static double Bound(CurveInputs inputs, double scale, FloatingPoint format, Stencil stencil)
    {
        var configuration = Configuration(scale, stencil);
        var size = configuration.Auxiliary.HeadSize;
        var bounds = AttentionFormCertificate.Heads(configuration.Auxiliary, AttentionForm.Published, inputs.Argument, inputs.Key, inputs.Value)
            .Select((head, h) => ScoreDifferenceCertificate.Bound(head, inputs.Gradient.SubMatrix(0, inputs.Gradient.RowCount, h * size, size), scale, stencil))
            .ToArray();

        // Heads have coordinates of their own, so that the squares of their norms add up.
        var truncation = Enumerable.Range(0, inputs.Argument.RowCount).Sum(t =>
            Math.Sqrt(bounds.Sum(bound => bound.Query[t] * bound.Query[t])) + Math.Sqrt(bounds.Sum(bound => bound.Key[t] * bound.Key[t])));
        var tracked = RunConstruction(inputs, scale, stencil, Arithmetic.Tracking(new WorstCaseRounding(format.UnitRoundoff, format.SmallestSubnormal))).Tokens;
        return truncation + Sum((tracked[0]!.Error!, tracked[1]!.Error!));
    }

    private static (Matrix<double> Query, Matrix<double> Key) RunSingle(CurveInputs inputs, float scale, Stencil stencil)
    {
        var (rows, auxiliary) = (inputs.Argument.RowCount, Configuration(1, stencil).Auxiliary);
        var (size, c) = (auxiliary.HeadSize, 1 / MathF.Sqrt(auxiliary.HeadSize));
        var factor = scale * (float)stencil.Weight * c;
        var (query, key) = (Matrix<double>.Build.Dense(rows, auxiliary.HiddenSize), Matrix<double>.Build.Dense(rows, auxiliary.HiddenSize));
        for (var first = 0; first < auxiliary.HiddenSize; first += size)
        {
            var (ahead, behind) = (Shares(1 / (c * scale)), Shares(stencil.Behind / (c * scale)));
            for (var i = 0; i < rows; i++)
            {
                for (var column = first; column < first + size; column++)
                {
                    query[i, column] = (factor * Sum(j => ahead[i, j] * (float)inputs.Key[j, column])) - (factor * Sum(j => behind[i, j] * (float)inputs.Key[j, column]));
                    key[i, column] = (factor * Sum(j => ahead[j, i] * (float)inputs.Argument[j, column])) - (factor * Sum(j => behind[j, i] * (float)inputs.Argument[j, column]));
                }
            }

            float[,] Shares(float step)
            {
                var shares = new float[rows, rows];
                for (var i = 0; i < rows; i++)
                {
                    float[] scores = [.. Enumerable.Range(0, i + 1).Select(j => c * (Product(inputs.Argument, i, 1, inputs.Key, j) + Product(inputs.Gradient, i, step, inputs.Value, j)))];
                    var largest = scores.Max();
                    float[] powers = [.. scores.Select(score => MathF.Exp(score - largest))];
                    var sum = 0f;
                    foreach (var power in powers)
                    {
                        sum += power;
                    }

                    for (var j = 0; j <= i; j++)
                    {
                        shares[i, j] = powers[j] / sum;
                    }
                }

                return shares;
            }

            float Product(Matrix<double> left, int i, float step, Matrix<double> right, int j)
            {
                var sum = 0f;
                for (var column = first; column < first + size; column++)
                {
                    sum += (float)left[i, column] * step * (float)right[j, column];
                }

                return sum;
            }
        }

        return (query, key);

        float Sum(Func<int, float> term)
        {
            var sum = 0f;
            for (var j = 0; j < rows; j++)
            {
                sum += term(j);
            }

            return sum;
        }
    }

    private static double Distance((Matrix<double> Query, Matrix<double> Key) run, (Matrix<double> Query, Matrix<double> Key) truth) =>
        Sum((run.Query - truth.Query, run.Key - truth.Key));

    private static double Sum((Matrix<double> Query, Matrix<double> Key) gradients) => gradients.Query.RowNorms(2).Sum() + gradients.Key.RowNorms(2).Sum();
}
