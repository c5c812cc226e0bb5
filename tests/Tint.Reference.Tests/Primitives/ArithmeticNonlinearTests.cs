using FsCheck;
using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Primitives;

public sealed class ArithmeticNonlinearTests
{
    [Property(MaxTest = 100)]
    public void Softmax_rows_are_weights_of_the_admitted_entries_in_the_ratio_of_their_exponentials(int seed)
    {
        var random = new RandomNumbers(seed);
        var size = 1 + random.Below(6);
        var scores = random.Matrix(size, size, 3);
        var causal = random.OnceIn(2);
        var allowed = random.OnceIn(2) ? random.IclMask(size) : null;
        var weights = Arithmetic.Plain.Softmax(new Tracked(scores), scale: 0.5, causal, allowed).Value;
        for (var i = 0; i < size; i++)
        {
            Assert.Equal(1, weights.Row(i).Sum(), size * RoundingModel.DoubleRoundoff);
            for (var j = 0; j < size; j++)
            {
                var admitted = (!causal || j <= i) && (allowed is null || allowed[i, j] == 1);
                Assert.Equal(admitted, weights[i, j] > 0);

                // Entry i is always admitted. Exponents up to |0.5·scores| of some 6 are off by 2 roundings of that size.
                var ratio = Math.Exp(0.5 * (scores[i, j] - scores[i, i]));
                Assert.Equal(admitted ? ratio : 0, weights[i, j] / weights[i, i], 64 * RoundingModel.DoubleRoundoff * ratio);
            }
        }
    }

    [Fact]
    public void Softmax_stays_finite_where_exponentials_would_not()
    {
        var weights = Arithmetic.Plain.Softmax(new Tracked(Matrix<double>.Build.DenseOfArray(new[,] { { 1e300, -1e300 } })), 1).Value;
        Assert.Equal([1.0, 0.0], weights.ToRowMajorArray());
    }

    [Property(MaxTest = 50)]
    public void Normalised_rows_have_mean_zero_and_the_deviation_that_epsilon_leaves(int seed)
    {
        var random = new RandomNumbers(seed);
        const double Epsilon = 0.01;
        var x = random.Matrix(2, 2 + random.Below(20));
        var normal = Arithmetic.Plain.GatedNormalise(new Tracked(x), TrackedScalar.Exact(1), Epsilon).Value;
        for (var row = 0; row < 2; row++)
        {
            // Sums of no more than 22 terms of size 1, their mean and deviation: 100 roundings cover them.
            var variance = x.Row(row).Subtract(x.Row(row).Average()).Map(d => d * d).Average();
            Assert.Equal(0, normal.Row(row).Average(), 100 * RoundingModel.DoubleRoundoff);
            Assert.Equal(variance / (variance + Epsilon), normal.Row(row).Map(n => n * n).Average(), 100 * RoundingModel.DoubleRoundoff);
        }
    }

    [Fact]
    public void A_closed_feature_gate_leaves_a_row_as_it_is()
    {
        var x = new RandomNumbers(5).Matrix(3, 4);
        Assert.Equal(x, Arithmetic.Plain.GatedNormalise(new Tracked(x), TrackedScalar.Exact(0), 1e-5).Value);
    }

    [Fact]
    public void Activations_act_on_every_entry()
    {
        var z = new RandomNumbers(6).Matrix(3, 4);
        foreach (var kind in Enum.GetValues<ActivationKind>())
        {
            Assert.Equal(z.Map(entry => ActivationFunction.Value(kind, entry)), Arithmetic.Plain.Activate(new Tracked(z), kind).Value);
        }
    }
}
