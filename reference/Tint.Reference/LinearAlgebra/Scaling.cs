using System.Numerics;
using System.Runtime.CompilerServices;

namespace Tint.Reference.LinearAlgebra;

/// <summary>What α and β do to an entry of C.</summary>
internal static class Scaling
{
    /// <summary>α·sum + β·old with one rounding for each of the two terms; α·sum without a look at <paramref name="old"/> if β = 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Update<T>(T alpha, T sum, T beta, T old)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        beta == T.Zero ? alpha * sum : ScalarLanes<T>.MultiplyAdd(alpha, sum, beta * old);

    /// <summary>C ← β·C; C ← 0 whatever it holds if β = 0.</summary>
    public static void Scale<T>(T beta, Span<T> c)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (beta == T.Zero)
        {
            c.Clear();
        }
        else if (beta != T.One)
        {
            for (var i = 0; i < c.Length; i++)
            {
                c[i] *= beta;
            }
        }
    }
}
