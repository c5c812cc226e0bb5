using MathNet.Numerics.LinearAlgebra;
using Tint.Reference;
using Tint.Reference.Configuration;

namespace Tint.Verification.Past;

/// <summary>Examples (x_i, y_i) of a function of d numbers, and one more x whose y is asked for. The loss is Σ_i ½(f(x_i) − y_i)².</summary>
/// <param name="Inputs">x_i, [n × d].</param>
/// <param name="Targets">y_i, [n].</param>
/// <param name="Query">The x that is asked for, [d].</param>
/// <param name="Rate">η.</param>
internal sealed record RegressionTask(Matrix<double> Inputs, Vector<double> Targets, Vector<double> Query, double Rate)
{
    private const int Largest = 64;

    /// <summary>d.</summary>
    public int Dimension => Inputs.ColumnCount;

    /// <summary>n.</summary>
    public int Examples => Inputs.RowCount;

    /// <summary>A drawn task: normal numbers, and a rate 1/(2nd) at which descent converges.</summary>
    /// <param name="dimension">d.</param>
    /// <param name="examples">n.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="RuleViolationException">d is below 3, the fewest that a TinT's prefix divides, n below 1, or one above 64.</exception>
    public static RegressionTask Draw(int dimension, int examples, int seed)
    {
        Require.AtLeast(dimension, AdmissibleShapes.FewestRowsPerPrefix, "the dimension");
        Require.AtLeast(examples, 1, "the number of examples");
        AtMost(dimension, "the dimension");
        AtMost(examples, "the number of examples");
        var numbers = new Random(seed);
        double Normal() => MathNet.Numerics.Distributions.Normal.Sample(numbers, 0, 1);
        return new(
            Matrix<double>.Build.Dense(examples, dimension, (_, _) => Normal()),
            Vector<double>.Build.Dense(examples, _ => Normal()),
            Vector<double>.Build.Dense(dimension, _ => Normal()),
            1.0 / (2 * examples * dimension));
    }

    private static void AtMost(int value, string name)
    {
        if (value > Largest)
        {
            throw new RuleViolationException(
                $"{name} must be at most {Largest}, for the widest construction to be written out", FormattableString.Invariant($"{value}"), $"use {Largest} or less");
        }
    }
}
