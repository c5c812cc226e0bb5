using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Tint.Reference.Configuration;

namespace Tint.Reference.LinearAlgebra;

/// <summary>Which vector widths this machine has.</summary>
public static class VectorWidths
{
    /// <summary>The widths with fused multiply-add in hardware, the widest first, and <see cref="VectorWidth.Scalar"/> last.</summary>
    public static IReadOnlyList<VectorWidth> Available { get; } =
        [.. new[] { VectorWidth.Bits512, VectorWidth.Bits256, VectorWidth.Bits128, VectorWidth.Scalar }.Where(IsAvailable)];

    /// <summary>The widest.</summary>
    public static VectorWidth Widest => Available[0];

    private static bool IsAvailable(VectorWidth width) => width switch
    {
        VectorWidth.Bits512 => Vector512.IsHardwareAccelerated && Avx512F.IsSupported,
        VectorWidth.Bits256 => Vector256.IsHardwareAccelerated && Fma.IsSupported,
        VectorWidth.Bits128 => Vector128.IsHardwareAccelerated && AdvSimd.Arm64.IsSupported,
        VectorWidth.Scalar => true,
        _ => throw Require.Unknown(width, "the vector width"),
    };
}
