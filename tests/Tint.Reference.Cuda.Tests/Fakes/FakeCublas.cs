using System.Numerics;
using System.Runtime.InteropServices;

namespace Tint.Reference.Cuda.Tests.Fakes;

/// <summary>cuBLAS's functions, with sums in float of the operands' type by fused multiply-add, so that the textbook bound holds.</summary>
/// <param name="machine">The machine.</param>
internal sealed unsafe class FakeCublas(FakeCuda machine)
{
    private const int Success = 0, NotInitialized = 1, InvalidValue = 7, Pedantic = 2;
    private readonly nint _text = Marshal.StringToCoTaskMemUTF8("what the status means");
    private nint _next = 0x9000;

    private delegate nint TextFunction(int code);

    private delegate int Create(nint* handle);

    private delegate int Handle(nint handle);

    private delegate int TwoHandles(nint handle, nint stream);

    private delegate int IntOut(nint handle, int* value);

    private delegate int IntIn(nint handle, int value);

    private delegate int Dgemm(nint handle, int ta, int tb, int m, int n, int k, double* alpha, nint a, int lda, nint b, int ldb, double* beta, nint c, int ldc);

    private delegate int Sgemm(nint handle, int ta, int tb, int m, int n, int k, float* alpha, nint a, int lda, nint b, int ldb, float* beta, nint c, int ldc);

    private delegate int DgemmStrided(
        nint handle, int ta, int tb, int m, int n, int k, double* alpha, nint a, int lda, long sa, nint b, int ldb, long sb, double* beta, nint c, int ldc, long sc, int count);

    private delegate int SgemmStrided(
        nint handle, int ta, int tb, int m, int n, int k, float* alpha, nint a, int lda, long sa, nint b, int ldb, long sb, float* beta, nint c, int ldc, long sc, int count);

    /// <summary>What every product's first entry is off by.</summary>
    public int Fault { get; set; }

    /// <summary>The live handles.</summary>
    public Dictionary<nint, FakeHandle> Handles { get; } = [];

    public void Export()
    {
        machine.Export("cublasGetStatusString", (TextFunction)(_ => _text));
        machine.Export("cublasCreate_v2", (Create)(handle => machine.Call("cublasCreate_v2", () => CreateHandle(handle))));
        machine.Export("cublasDestroy_v2", (Handle)(handle => machine.Call("cublasDestroy_v2", () => Handles.Remove(handle) ? Success : Unknown(), releases: true)));
        machine.Export("cublasSetStream_v2", (TwoHandles)((handle, stream) => machine.Call("cublasSetStream_v2", () => With(handle, known => known.Stream = stream))));
        machine.Export("cublasGetVersion_v2", (IntOut)((handle, version) => machine.Call("cublasGetVersion_v2", () => With(handle, _ => *version = 120405))));
        machine.Export("cublasSetMathMode", (IntIn)((handle, mode) => machine.Call("cublasSetMathMode", () => With(handle, known => known.MathMode = mode))));
        machine.Export("cublasSetPointerMode_v2", (IntIn)((handle, mode) => machine.Call("cublasSetPointerMode_v2", () => With(handle, known => known.PointerMode = mode))));
        machine.Export("cublasDgemm_v2", (Dgemm)((h, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) => Multiply(
            "cublasDgemm_v2", h, new FakeGemm<double>(ta, tb, m, n, k, *alpha, a, lda, 0, b, ldb, 0, *beta, c, ldc, 0, 1))));
        machine.Export("cublasSgemm_v2", (Sgemm)((h, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) => Multiply(
            "cublasSgemm_v2", h, new FakeGemm<float>(ta, tb, m, n, k, *alpha, a, lda, 0, b, ldb, 0, *beta, c, ldc, 0, 1))));
        machine.Export("cublasDgemmStridedBatched", (DgemmStrided)((h, ta, tb, m, n, k, alpha, a, lda, sa, b, ldb, sb, beta, c, ldc, sc, count) => Multiply(
            "cublasDgemmStridedBatched", h, new FakeGemm<double>(ta, tb, m, n, k, *alpha, a, lda, sa, b, ldb, sb, *beta, c, ldc, sc, count))));
        machine.Export("cublasSgemmStridedBatched", (SgemmStrided)((h, ta, tb, m, n, k, alpha, a, lda, sa, b, ldb, sb, beta, c, ldc, sc, count) => Multiply(
            "cublasSgemmStridedBatched", h, new FakeGemm<float>(ta, tb, m, n, k, *alpha, a, lda, sa, b, ldb, sb, *beta, c, ldc, sc, count))));
    }

    private int CreateHandle(nint* handle)
    {
        *handle = _next++;
        Handles.Add(*handle, new() { Device = machine.CurrentDevice });
        return Success;
    }

    private int Unknown()
    {
        machine.Complain("a cuBLAS handle is used that does not exist");
        return NotInitialized;
    }

    private int With(nint handle, Action<FakeHandle> use)
    {
        if (!Handles.TryGetValue(handle, out var known))
        {
            return Unknown();
        }

        machine.Runtime.CheckDevice(known.Device, "cuBLAS handle");
        use(known);
        return Success;
    }

    private int Multiply<T>(string function, nint handle, FakeGemm<T> gemm)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        machine.Call(function, () =>
        {
            var result = InvalidValue;
            var found = With(handle, known =>
            {
                machine.Complain(known.MathMode == Pedantic && known.PointerMode == 0 ? null : "a handle is not pedantic or takes scalars from the device");
                if (gemm.IsValid)
                {
                    foreach (var (address, bytes) in gemm.Ranges)
                    {
                        machine.Complain(machine.Device.Check(address, bytes, "an operand of a product"));
                    }

                    result = machine.Runtime.Enqueue(known.Stream, new(() => gemm.Run(Fault), [.. gemm.Ranges]));
                }
            });
            return found == Success ? result : found;
        });
}
