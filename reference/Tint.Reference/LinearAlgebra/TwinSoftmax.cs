using Tint.Reference.PrimeFields;

namespace Tint.Reference.LinearAlgebra;

/// <summary>The softmax over scores and their twins of opposite sign, as what is left of the two of each.</summary>
internal static class TwinSoftmax
{
    /// <summary>Beyond this exponent sums of hyperbolic cosines are taken relative to the largest.</summary>
    private const double LargestExponent = 300;

    /// <summary>
    /// s ← φ(s) = P·M sinh(s/M)/Σ cosh(s′/M), the scores sharing a softmax with as many pairs of score 0 as make <paramref name="pairs"/>, P, in all; M is
    /// <paramref name="scale"/>.
    /// </summary>
    public static void Share(Span<double> scores, int pairs, double scale)
    {
        if (FieldLoops.Current is { } field)
        {
            field.Twins(scores, pairs, scale);
            return;
        }

        var largest = 0.0;
        foreach (var score in scores)
        {
            largest = Math.Max(largest, Math.Abs(score / scale));
        }

        var sum = (pairs - scores.Length) * Cosh(0, largest);
        foreach (var score in scores)
        {
            sum += Cosh(score / scale, largest);
        }

        foreach (ref var score in scores)
        {
            score = pairs * scale * (Sinh(score / scale, largest) / sum);
        }
    }

    /// <summary>φ of one score that is alone with its twin: M tanh(s/M).</summary>
    public static double Alone(double score, double scale)
    {
        Span<double> pair = [score];
        Share(pair, 1, scale);
        return pair[0];
    }

    /// <summary>φ of a score of 1 that <paramref name="ones"/> of the pairs have, the others 0; 0 where none has.</summary>
    public static double OfOnes(int ones, int pairs, double scale)
    {
        var scores = new double[ones];
        Array.Fill(scores, 1);
        Share(scores, pairs, scale);
        return ones == 0 ? 0 : scores[0];
    }

    /// <summary>sinh a, or, where the largest exponent m of the softmax is large, sinh a/eᵐ.</summary>
    private static double Sinh(double a, double largest) =>
        largest <= LargestExponent ? Math.Sinh(a) : Math.Sign(a) * (Math.Exp(Math.Abs(a) - largest) - Math.Exp(-Math.Abs(a) - largest)) / 2;

    private static double Cosh(double a, double largest) =>
        largest <= LargestExponent ? Math.Cosh(a) : (Math.Exp(Math.Abs(a) - largest) + Math.Exp(-Math.Abs(a) - largest)) / 2;
}
