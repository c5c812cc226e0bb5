using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Simulation;

/// <summary>
/// A forbidden score takes no part in a softmax, not even in the number that is subtracted before the exponential: if it did, a score that is larger
/// by more than 745 would leave 0/0 of the allowed ones.
/// </summary>
public sealed class ForbiddenScoreTests
{
    private const double Large = 3000;

    private static readonly Matrix<double> Allowed = Matrix<double>.Build.DenseOfArray(new double[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 1, 0, 1 } });

    [Fact]
    public void In_the_construction() => Check((scores, allowed) =>
        Arithmetic.Plain.Softmax(new Tracked(scores), 1, firstQuery: 0, allowed).Value);

    [Fact]
    public void In_the_simulation() => Check((scores, allowed) => SimulatedWeights(scores, allowed));

    [Fact]
    public void In_the_exact_model() => Check((scores, allowed) =>
    {
        var identity = Matrix<double>.Build.DenseIdentity(3);
        var forward = ExactAttention.Forward(Queries(scores), identity, identity, 1, allowed);
        return ExactAttention.Weights(forward, 0, 1, allowed);
    });

    /// <summary>With keys and values the identity, queries √d times the scores give them as they are, and outputs are the weights.</summary>
    private static Matrix<double> SimulatedWeights(Matrix<double> scores, Matrix<double> allowed)
    {
        var auxiliary = SmallModels.Configuration.Auxiliary with { HiddenSize = 3, HeadCount = 1 };
        var identity = Matrix<double>.Build.DenseIdentity(3);
        return new HeadAttention(auxiliary, AttentionForm.Published, 3, 3, allowed).Attend(Queries(scores), identity, identity);
    }

    private static Matrix<double> Queries(Matrix<double> scores) => scores * Math.Sqrt(3);

    private static void Check(Func<Matrix<double>, Matrix<double>, Matrix<double>> weights)
    {
        // Row 1: the forbidden score of token 0 is far above its own. Row 2: that of token 1 is, and tokens 0 and 2 share evenly. Above the
        // diagonal lie larger scores still.
        var scores = Matrix<double>.Build.DenseOfArray(new double[,] { { 1, 2 * Large, 2 * Large }, { Large, 1, 2 * Large }, { 2, Large, 2 } });
        var got = weights(scores, Allowed);
        var expected = Matrix<double>.Build.DenseOfArray(new double[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 0.5, 0, 0.5 } });

        // Scores of 2·√3/√3 are good to two roundings, which their weights inherit.
        Assert.All((got - expected).Enumerate(), difference => Assert.InRange(Math.Abs(difference), 0, 1e-15));
    }
}
