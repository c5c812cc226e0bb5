using ILGPU.Runtime;

namespace Tint.Reference.Cuda.Tests.Device;

/// <summary>A device that says no, in two lines.</summary>
internal sealed class FailingDeviceException() : AcceleratorException("it says\nno")
{
    public override AcceleratorType AcceleratorType => AcceleratorType.Cuda;
}
