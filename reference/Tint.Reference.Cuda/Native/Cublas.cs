namespace Tint.Reference.Cuda.Native;

/// <summary>The cuBLAS library. Every function used has had the same signature since CUDA 10.</summary>
internal sealed unsafe class Cublas : ICublas
{
    private const int PedanticMath = 2, HostScalars = 0;

    private readonly delegate* unmanaged<int, byte*> _getStatusString;
    private readonly delegate* unmanaged<nint*, int> _create;
    private readonly delegate* unmanaged<nint, int> _destroy;
    private readonly delegate* unmanaged<nint, nint, int> _setStream;
    private readonly delegate* unmanaged<nint, int*, int> _getVersion;
    private readonly delegate* unmanaged<nint, int, int> _setMathMode, _setPointerMode;
    private readonly delegate* unmanaged<nint, int, int, int, int, int, double*, nint, int, nint, int, double*, nint, int, int> _dgemm;
    private readonly delegate* unmanaged<nint, int, int, int, int, int, double*, nint, int, long, nint, int, long, double*, nint, int, long, int, int>
        _dgemmStridedBatched;

    private readonly delegate* unmanaged<nint, int, int, int, int, int, float*, nint, int, nint, int, float*, nint, int, int> _sgemm;
    private readonly delegate* unmanaged<nint, int, int, int, int, int, float*, nint, int, long, nint, int, long, float*, nint, int, long, int, int>
        _sgemmStridedBatched;

    /// <summary>Looks every function up.</summary>
    /// <exception cref="RuleViolationException">A function is missing.</exception>
    public Cublas(NativeFunctions functions)
    {
        _getStatusString = (delegate* unmanaged<int, byte*>)functions["cublasGetStatusString"];
        _create = (delegate* unmanaged<nint*, int>)functions["cublasCreate_v2"];
        _destroy = (delegate* unmanaged<nint, int>)functions["cublasDestroy_v2"];
        _setStream = (delegate* unmanaged<nint, nint, int>)functions["cublasSetStream_v2"];
        _getVersion = (delegate* unmanaged<nint, int*, int>)functions["cublasGetVersion_v2"];
        _setMathMode = (delegate* unmanaged<nint, int, int>)functions["cublasSetMathMode"];
        _setPointerMode = (delegate* unmanaged<nint, int, int>)functions["cublasSetPointerMode_v2"];
        _dgemm = (delegate* unmanaged<nint, int, int, int, int, int, double*, nint, int, nint, int, double*, nint, int, int>)functions["cublasDgemm_v2"];
        _dgemmStridedBatched =
            (delegate* unmanaged<nint, int, int, int, int, int, double*, nint, int, long, nint, int, long, double*, nint, int, long, int, int>)
            functions["cublasDgemmStridedBatched"];
        _sgemm = (delegate* unmanaged<nint, int, int, int, int, int, float*, nint, int, nint, int, float*, nint, int, int>)functions["cublasSgemm_v2"];
        _sgemmStridedBatched =
            (delegate* unmanaged<nint, int, int, int, int, int, float*, nint, int, long, nint, int, long, float*, nint, int, long, int, int>)
            functions["cublasSgemmStridedBatched"];
    }

    /// <inheritdoc/>
    public nint CreateHandle()
    {
        nint handle;
        Check("cublasCreate", _create(&handle));
        try
        {
            Check("cublasSetMathMode", _setMathMode(handle, PedanticMath));
            Check("cublasSetPointerMode", _setPointerMode(handle, HostScalars));
        }
        catch (RuleViolationException)
        {
            _ = _destroy(handle);
            throw;
        }

        return handle;
    }

    /// <inheritdoc/>
    public void DestroyHandle(nint handle) => Check("cublasDestroy", _destroy(handle));

    /// <inheritdoc/>
    public void SetStream(nint handle, nint stream) => Check("cublasSetStream", _setStream(handle, stream));

    /// <inheritdoc/>
    public Version Version(nint handle)
    {
        int version;
        Check("cublasGetVersion", _getVersion(handle, &version));
        return new(version / 10000, version / 100 % 100, version % 100);
    }

    /// <inheritdoc/>
    public void Gemm(
        nint handle, CublasOperation operationA, CublasOperation operationB, int m, int n, int k, double alpha, nint a, int lda, nint b, int ldb, double beta, nint c, int ldc) =>
        Check(
            "cublasDgemm",
            _dgemm(handle, (int)operationA, (int)operationB, m, n, k, &alpha, a, lda, b, ldb, &beta, c, ldc));

    /// <inheritdoc/>
    public void Gemm(
        nint handle, CublasOperation operationA, CublasOperation operationB, int m, int n, int k, float alpha, nint a, int lda, nint b, int ldb, float beta, nint c, int ldc) =>
        Check(
            "cublasSgemm",
            _sgemm(handle, (int)operationA, (int)operationB, m, n, k, &alpha, a, lda, b, ldb, &beta, c, ldc));

    /// <inheritdoc/>
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
        int count) =>
        Check(
            "cublasDgemmStridedBatched",
            _dgemmStridedBatched(
                handle, (int)operationA, (int)operationB, m, n, k, &alpha, a, lda, strideA, b, ldb, strideB, &beta, c, ldc, strideC, count));

    /// <inheritdoc/>
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
        int count) =>
        Check(
            "cublasSgemmStridedBatched",
            _sgemmStridedBatched(
                handle, (int)operationA, (int)operationB, m, n, k, &alpha, a, lda, strideA, b, ldb, strideB, &beta, c, ldc, strideC, count));

    private void Check(string call, int code)
    {
        if (code != CublasStatus.Success)
        {
            throw CublasStatus.Failure(call, code, CudaStatus.Text((nint)_getStatusString(code)));
        }
    }
}
