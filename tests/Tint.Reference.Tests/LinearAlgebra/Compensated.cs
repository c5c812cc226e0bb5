namespace Tint.Reference.Tests.LinearAlgebra;

/// <summary>Sums of products in twice the working precision (Ogita, Rump and Oishi's Dot2), for real columns of numbers in float64.</summary>
internal static class Compensated
{
    /// <summary>Σ_i x_i·y_i, as if computed with about 106 bits and rounded once.</summary>
    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double sum = 0, error = 0;
        for (var i = 0; i < x.Length; i++)
        {
            var product = x[i] * y[i];
            error += Math.FusedMultiplyAdd(x[i], y[i], -product);
            var next = sum + product;
            var part = next - sum;
            error += (sum - (next - part)) + (product - part);
            sum = next;
        }

        return sum + error;
    }
}
