using System.Runtime.InteropServices;

namespace Tint.Reference.Cuda.Native;

/// <summary>
/// The driver's own library, for the names of devices: the runtime tells them only within a structure whose layout changes from version to
/// version.
/// </summary>
internal sealed unsafe class CudaDriver
{
    private readonly delegate* unmanaged<uint, int> _init;
    private readonly delegate* unmanaged<int*, int, int> _deviceGet;
    private readonly delegate* unmanaged<byte*, int, int, int> _deviceGetName;

    /// <summary>Looks every function up.</summary>
    /// <exception cref="RuleViolationException">A function is missing.</exception>
    public CudaDriver(NativeFunctions functions)
    {
        _init = (delegate* unmanaged<uint, int>)functions["cuInit"];
        _deviceGet = (delegate* unmanaged<int*, int, int>)functions["cuDeviceGet"];
        _deviceGetName = (delegate* unmanaged<byte*, int, int, int>)functions["cuDeviceGetName"];
    }

    /// <summary>The device's name; null if the driver does not tell.</summary>
    public string? DeviceName(int index)
    {
        const int Length = 256;
        int device;
        var name = stackalloc byte[Length];
        return _init(0) == 0 && _deviceGet(&device, index) == 0 && _deviceGetName(name, Length, device) == 0
            ? Marshal.PtrToStringUTF8((nint)name)
            : null;
    }
}
