using System.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Tint.Reference.LinearAlgebra;

/// <summary>The operations on arrays, entry by entry, with the machine's vectors and threads; all others as Math.NET's managed provider does them.</summary>
/// <typeparam name="T"><see cref="double"/> or <see cref="float"/>.</typeparam>
public interface IVectorLinearAlgebra<T> : IManagedLinearAlgebra<T>
    where T : unmanaged, INumberBase<T>
{
    void ILinearAlgebraProvider<T>.AddVectorToScaledVector(T[] y, T alpha, T[] x, T[] result) =>
        ElementwiseArrays<T>.AddScaled(y, alpha, x, result);

    void ILinearAlgebraProvider<T>.ScaleArray(T alpha, T[] x, T[] result) =>
        ElementwiseArrays<T>.Scale(alpha, x, result);

    void ILinearAlgebraProvider<T>.AddArrays(T[] x, T[] y, T[] result) =>
        ElementwiseArrays<T>.Combine<ElementwiseArrays<T>.Sum>(x, y, result);

    void ILinearAlgebraProvider<T>.SubtractArrays(T[] x, T[] y, T[] result) =>
        ElementwiseArrays<T>.Combine<ElementwiseArrays<T>.Difference>(x, y, result);

    void ILinearAlgebraProvider<T>.PointWiseMultiplyArrays(T[] x, T[] y, T[] result) =>
        ElementwiseArrays<T>.Combine<ElementwiseArrays<T>.Product>(x, y, result);

    void ILinearAlgebraProvider<T>.PointWiseDivideArrays(T[] x, T[] y, T[] result) =>
        ElementwiseArrays<T>.Combine<ElementwiseArrays<T>.Quotient>(x, y, result);
}
