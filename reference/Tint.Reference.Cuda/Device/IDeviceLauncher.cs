using Tint.Reference.Cuda.Kernels;

namespace Tint.Reference.Cuda.Device;

/// <summary>Runs loops on a device, in the order of its queue.</summary>
internal interface IDeviceLauncher
{
    /// <summary>Runs turns 0 … count − 1 of a loop, at least one.</summary>
    public void Run<TBody>(int count, TBody body)
        where TBody : struct, IDeviceLoop;
}
