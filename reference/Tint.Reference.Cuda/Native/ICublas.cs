namespace Tint.Reference.Cuda.Native;

/// <summary>
/// What is used of cuBLAS. Matrices are column-major device memory: entry (i, j) of A is at A + (j·lda + i)·sizeof; α and β are host values.
/// A handle is one thread's at a time.
/// </summary>
/// <remarks>
/// Handles compute in true IEEE arithmetic of the operands' type: <see cref="CreateHandle"/> sets the pedantic math mode, so that neither TF32 nor an
/// emulation replaces it. Products only enqueue on the handle's stream. A call that fails throws a <see cref="RuleViolationException"/>
/// with one line. With β = 0, C is not read.
/// </remarks>
public interface ICublas
{
    /// <summary>A new handle on the current thread's device, with host scalars and the pedantic math mode.</summary>
    /// <exception cref="RuleViolationException">cuBLAS can not start on this device; nothing is left behind.</exception>
    public nint CreateHandle();

    /// <summary>Destroys a handle.</summary>
    public void DestroyHandle(nint handle);

    /// <summary>The stream that the handle's products run on from now on.</summary>
    public void SetStream(nint handle, nint stream);

    /// <summary>The version of cuBLAS.</summary>
    public Version Version(nint handle);

    /// <summary>C ← α·op(A)·op(B) + β·C with op(A) [m × k], op(B) [k × n], C [m × n].</summary>
    public void Gemm(
        nint handle, CublasOperation operationA, CublasOperation operationB, int m, int n, int k, double alpha, nint a, int lda, nint b, int ldb, double beta, nint c, int ldc);

    /// <inheritdoc cref="Gemm(nint, CublasOperation, CublasOperation, int, int, int, double, nint, int, nint, int, double, nint, int)"/>
    public void Gemm(
        nint handle, CublasOperation operationA, CublasOperation operationB, int m, int n, int k, float alpha, nint a, int lda, nint b, int ldb, float beta, nint c, int ldc);

    /// <summary>
    /// <paramref name="count"/> products like <see cref="Gemm(nint, CublasOperation, CublasOperation, int, int, int, double, nint, int, nint, int, double, nint, int)"/>;
    /// matrix i of an operand starts i·stride entries behind the first, and an operand of stride 0 is shared.
    /// </summary>
    public void GemmStridedBatched(
        nint handle,
        CublasOperation operationA,
        CublasOperation operationB,
        int m,
        int n,
        int k,
        double alpha,
        nint a,
        int lda,
        long strideA,
        nint b,
        int ldb,
        long strideB,
        double beta,
        nint c,
        int ldc,
        long strideC,
        int count);

    /// <inheritdoc cref="GemmStridedBatched(nint, CublasOperation, CublasOperation, int, int, int, double, nint, int, long, nint, int, long, double, nint, int, long, int)"/>
    public void GemmStridedBatched(
        nint handle,
        CublasOperation operationA,
        CublasOperation operationB,
        int m,
        int n,
        int k,
        float alpha,
        nint a,
        int lda,
        long strideA,
        nint b,
        int ldb,
        long strideB,
        float beta,
        nint c,
        int ldc,
        long strideC,
        int count);
}
