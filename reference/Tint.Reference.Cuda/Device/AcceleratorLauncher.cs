using ILGPU;
using ILGPU.Runtime;
using Tint.Reference.Cuda.Kernels;

namespace Tint.Reference.Cuda.Device;

/// <summary>Runs loops as ILGPU compiles them for an accelerator, on its default stream, with as many threads as it runs at once.</summary>
internal sealed class AcceleratorLauncher(Accelerator accelerator) : IDeviceLauncher
{
    /// <inheritdoc/>
    public void Run<TBody>(int count, TBody body)
        where TBody : struct, IDeviceLoop
    {
        var threads = Math.Min(count, accelerator.MaxNumThreads);
        accelerator.LaunchAutoGrouped<Index1D, int, int, TBody>(DeviceLoop.Run, threads, count, threads, body);
    }
}
