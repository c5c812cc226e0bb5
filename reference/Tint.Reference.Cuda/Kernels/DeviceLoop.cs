using ILGPU;

namespace Tint.Reference.Cuda.Kernels;

/// <summary>The one kernel that a device is given: it runs a loop's turns, each thread every <c>stride</c>-th of them, so that neighbours take neighbouring turns.</summary>
internal static class DeviceLoop
{
    /// <summary>Turns start, start + stride, … below <paramref name="count"/>.</summary>
    public static void Run<TBody>(Index1D start, int count, int stride, TBody body)
        where TBody : struct, IDeviceLoop
    {
        for (int i = start; i < count; i += stride)
        {
            body.Run(i);
        }
    }
}
