using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Input;
using Tint.Reference.Modules.Loss;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.DenseEvaluation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Rounding;

/// <summary>
/// Terms of rounding bounds, one at a time: operands that a float holds exactly leave the term in question as the only one, float32 never exceeds
/// it, and some case comes within the stated factor of it.
/// </summary>
public sealed class BothSidesTests
{
    private const int Trials = 200;

    private static readonly FloatFormat Single = FloatFormat.Binary32;

    private static readonly WorstCaseRounding Worst = new(Single.Apart);

    /// <summary>Scores of −130 … −100 and a scale of 1: the exponent scale·x − largest carries the error.</summary>
    [Fact]
    public void The_exponent_of_a_softmax()
    {
        const double Scale = 0.3;
        var single = Single.Round(Scale);
        var largest = Largest(random =>
        {
            var a = Matrix<double>.Build.Dense(1, 4, (_, _) => Single.Round(-430 + (20 * random.Uniform())));
            double[] exponents = [.. a.Row(0).Select(x => Single.Times(single, x))];
            double[] powers = [.. exponents.Select(x => Single.Exp(Single.Subtract(x, exponents.Max())))];
            var sum = Single.Sum(powers);
            return (Arithmetic.Tracking(Worst).Softmax(new Tracked(a), single), Grid.Of(1, 4, (_, j) => Single.Divide(powers[j], sum)));
        });
        Assert.InRange(largest, 1.0 / 15, 1);
    }

    /// <summary>m of 1e-3 in the place of x of 1000: m − x loses m's last digits.</summary>
    [Fact]
    public void A_residual_connection_that_replaces()
    {
        var largest = Largest(random =>
        {
            Matrix<double> x = random.Matrix(2, 3, 1e3), m = random.Matrix(2, 3, 1e-3);
            return (
                Arithmetic.Tracking(Worst).Replace(new Tracked(x), new Tracked(m))!,
                Grid.Of(2, 3, (i, j) => Single.Add(x[i, j], Single.Subtract(m[i, j], x[i, j]))));
        });
        Assert.InRange(largest, 0.5, 1);
    }

    [Fact]
    public void A_residual_connection_that_adds()
    {
        var largest = Largest(random =>
        {
            Matrix<double> x = random.Matrix(2, 3), m = random.Matrix(2, 3);
            return (
                Arithmetic.Tracking(Worst).Add(new Tracked(x), new Tracked(m))!, Grid.Of(2, 3, (i, j) => Single.Add(x[i, j], m[i, j])));
        });
        Assert.InRange(largest, 0.5, 1);
    }

    /// <summary>Logits around 100: the loss is a difference of large numbers, each rounded.</summary>
    [Fact]
    public void The_roundings_of_the_reported_loss()
    {
        var largest = Enumerable.Range(0, Trials).Max(seed =>
        {
            var random = new RandomNumbers(seed);
            var logits = Matrix<double>.Build.Dense(2, 3, (_, _) => Single.Round(100 + random.Normal()));
            var (got, shift) = (Loss(new Tracked(logits)), logits.Row(0).Max());
            var sum = Single.Sum(logits.Row(0).Select(x => Single.Exp(Single.Subtract(x, shift))));
            var single = Single.Subtract(Single.Add(shift, Single.Round(Math.Log(sum))), logits[0, 1]);
            return Math.Abs(single - got.Value) / got.Error;
        });
        Assert.InRange(largest, 1.0 / 50, 1);
    }

    /// <summary>Errors on logits that are equal but for the label's, which is unlikely: it moves one way, all others the other way.</summary>
    [Fact]
    public void The_errors_of_the_logits_behind_the_reported_loss()
    {
        const double Error = 1e-3;
        var logits = Matrix<double>.Build.DenseOfArray(new double[,] { { 2, -3, 2 }, { 0, 0, 0 } });
        var got = Loss(new Tracked(logits, Matrix<double>.Build.Dense(2, 3, Error)));
        var moved = Matrix<double>.Build.Dense(2, 3, (i, j) => logits[i, j] + (j == 1 ? -Error : Error));
        Assert.InRange(Math.Abs(Loss(new Tracked(moved)).Value - got.Value) / got.Error, 0.9, 1);
    }

    private static TrackedScalar Loss(Tracked logits)
    {
        var sequence = new TokenSequence { InputIds = [0, 1], TrainMask = [1, 1], Labels = [0, 1] };
        return ReportedLoss.Compute([(sequence, logits)], Arithmetic.Tracking(Worst))!.Value;
    }

    private static double Largest(Func<RandomNumbers, (Tracked Got, double[,] Single)> run) => Enumerable.Range(0, Trials).Max(seed =>
    {
        var (got, single) = run(new RandomNumbers(seed));
        return Agreement.Within(Worst, got, single);
    });
}
