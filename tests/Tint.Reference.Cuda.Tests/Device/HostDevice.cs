using Tint.Reference.Cuda.Device;

namespace Tint.Reference.Cuda.Tests.Device;

/// <summary>One device on the processor for all tests: it compiles every kernel once.</summary>
internal static class HostDevice
{
    public static ComputeDevice Instance { get; } = ComputeDevice.Host();
}
