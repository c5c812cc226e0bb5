using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Tint.Reference.LinearAlgebra;

/// <summary>
/// One scalar at a time, for machines without a vector unit that fuses. Without a fused multiply-add instruction it rounds twice, since its
/// emulation is some hundred times slower.
/// </summary>
internal readonly unsafe struct ScalarLanes<T> : ILanes<T, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static int Count => 1;

    public static int Columns => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load(T* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* target, T vector) => *target = vector;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Broadcast(T value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Add(T x, T y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Multiply(T x, T y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MultiplyAdd(T x, T y, T z) =>
        Fma.IsSupported || AdvSimd.Arm64.IsSupported ? T.FusedMultiplyAdd(x, y, z) : (x * y) + z;
}
