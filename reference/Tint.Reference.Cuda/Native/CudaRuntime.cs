namespace Tint.Reference.Cuda.Native;

/// <summary>The CUDA runtime library. Every function used has had the same signature since CUDA 10.</summary>
internal sealed unsafe class CudaRuntime : ICudaRuntime
{
    private const uint NonBlockingStream = 1, EventWithoutTiming = 2, PortableHostMemory = 1;
    private const int HostToDevice = 1, DeviceToHost = 2, DeviceToDevice = 3;

    private readonly CudaDriver? _driver;
    private readonly delegate* unmanaged<int, byte*> _getErrorString;
    private readonly delegate* unmanaged<int> _getLastError;
    private readonly delegate* unmanaged<int*, int> _getDeviceCount, _driverGetVersion, _runtimeGetVersion;
    private readonly delegate* unmanaged<int, int> _setDevice;
    private readonly delegate* unmanaged<nuint*, nuint*, int> _memGetInfo;
    private readonly delegate* unmanaged<nint*, nuint, int> _malloc;
    private readonly delegate* unmanaged<nint*, nuint, uint, int> _hostAlloc;
    private readonly delegate* unmanaged<nint*, uint, int> _streamCreate, _eventCreate;
    private readonly delegate* unmanaged<nint, int> _free, _freeHost, _streamSynchronize, _streamDestroy, _eventSynchronize, _eventDestroy;
    private readonly delegate* unmanaged<nint, nint, int> _eventRecord;
    private readonly delegate* unmanaged<nint, nint, nuint, int, nint, int> _memcpyAsync;
    private readonly delegate* unmanaged<nint, int, nuint, nint, int> _memsetAsync;

    /// <summary>Looks every function up.</summary>
    /// <param name="functions">The library.</param>
    /// <param name="major">Its major version.</param>
    /// <param name="driver">The driver, for the names of devices; null if there is none.</param>
    /// <exception cref="RuleViolationException">A function is missing.</exception>
    public CudaRuntime(NativeFunctions functions, int major, CudaDriver? driver)
    {
        Major = major;
        _driver = driver;
        _getErrorString = (delegate* unmanaged<int, byte*>)functions["cudaGetErrorString"];
        _getLastError = (delegate* unmanaged<int>)functions["cudaGetLastError"];
        _getDeviceCount = (delegate* unmanaged<int*, int>)functions["cudaGetDeviceCount"];
        _driverGetVersion = (delegate* unmanaged<int*, int>)functions["cudaDriverGetVersion"];
        _runtimeGetVersion = (delegate* unmanaged<int*, int>)functions["cudaRuntimeGetVersion"];
        _setDevice = (delegate* unmanaged<int, int>)functions["cudaSetDevice"];
        _memGetInfo = (delegate* unmanaged<nuint*, nuint*, int>)functions["cudaMemGetInfo"];
        _malloc = (delegate* unmanaged<nint*, nuint, int>)functions["cudaMalloc"];
        _free = (delegate* unmanaged<nint, int>)functions["cudaFree"];
        _hostAlloc = (delegate* unmanaged<nint*, nuint, uint, int>)functions["cudaHostAlloc"];
        _freeHost = (delegate* unmanaged<nint, int>)functions["cudaFreeHost"];
        _streamCreate = (delegate* unmanaged<nint*, uint, int>)functions["cudaStreamCreateWithFlags"];
        _streamSynchronize = (delegate* unmanaged<nint, int>)functions["cudaStreamSynchronize"];
        _streamDestroy = (delegate* unmanaged<nint, int>)functions["cudaStreamDestroy"];
        _eventCreate = (delegate* unmanaged<nint*, uint, int>)functions["cudaEventCreateWithFlags"];
        _eventRecord = (delegate* unmanaged<nint, nint, int>)functions["cudaEventRecord"];
        _eventSynchronize = (delegate* unmanaged<nint, int>)functions["cudaEventSynchronize"];
        _eventDestroy = (delegate* unmanaged<nint, int>)functions["cudaEventDestroy"];
        _memcpyAsync = (delegate* unmanaged<nint, nint, nuint, int, nint, int>)functions["cudaMemcpyAsync"];
        _memsetAsync = (delegate* unmanaged<nint, int, nuint, nint, int>)functions["cudaMemsetAsync"];
    }

    /// <inheritdoc/>
    public int Major { get; }

    /// <inheritdoc/>
    public int DeviceCount()
    {
        int count;
        var code = _getDeviceCount(&count);
        if (code == CudaStatus.InsufficientDriver && _driver is null)
        {
            throw new RuleViolationException("the provider cuda needs the NVIDIA driver", "a machine without its library", CudaStatus.Remedy(code));
        }

        if (code == CudaStatus.NoDevice || (code == CudaStatus.Success && count == 0))
        {
            throw new RuleViolationException("the provider cuda needs a GPU that the driver sees", "none", CudaStatus.Remedy(CudaStatus.NoDevice));
        }

        Check("cudaGetDeviceCount", code);
        return count;
    }

    /// <inheritdoc/>
    public string DeviceName(int device) => _driver?.DeviceName(device) ?? $"device {device}";

    /// <inheritdoc/>
    public Version DriverVersion()
    {
        int version;
        Check("cudaDriverGetVersion", _driverGetVersion(&version));
        return ToVersion(version);
    }

    /// <inheritdoc/>
    public Version RuntimeVersion()
    {
        int version;
        Check("cudaRuntimeGetVersion", _runtimeGetVersion(&version));
        return ToVersion(version);
    }

    /// <inheritdoc/>
    public void SetDevice(int device) => Check("cudaSetDevice", _setDevice(device));

    /// <inheritdoc/>
    public DeviceMemoryInfo MemoryInfo()
    {
        nuint free, total;
        Check("cudaMemGetInfo", _memGetInfo(&free, &total));
        return new((long)free, (long)total);
    }

    /// <inheritdoc/>
    public bool TryAllocate(long bytes, out nint address)
    {
        nint allocated = 0;
        var succeeded = Allocated("cudaMalloc", _malloc(&allocated, (nuint)bytes));
        address = succeeded ? allocated : 0;
        return succeeded;
    }

    /// <inheritdoc/>
    public void Free(nint address) => Check("cudaFree", _free(address));

    /// <inheritdoc/>
    public bool TryAllocateHost(long bytes, out nint address)
    {
        nint allocated = 0;
        var succeeded = Allocated("cudaHostAlloc", _hostAlloc(&allocated, (nuint)bytes, PortableHostMemory));
        address = succeeded ? allocated : 0;
        return succeeded;
    }

    /// <inheritdoc/>
    public void FreeHost(nint address) => Check("cudaFreeHost", _freeHost(address));

    /// <inheritdoc/>
    public nint CreateStream()
    {
        nint stream;
        Check("cudaStreamCreateWithFlags", _streamCreate(&stream, NonBlockingStream));
        return stream;
    }

    /// <inheritdoc/>
    public void Synchronize(nint stream) => Check("cudaStreamSynchronize", _streamSynchronize(stream));

    /// <inheritdoc/>
    public void DestroyStream(nint stream) => Check("cudaStreamDestroy", _streamDestroy(stream));

    /// <inheritdoc/>
    public nint CreateEvent()
    {
        nint marker;
        Check("cudaEventCreateWithFlags", _eventCreate(&marker, EventWithoutTiming));
        return marker;
    }

    /// <inheritdoc/>
    public void RecordEvent(nint marker, nint stream) => Check("cudaEventRecord", _eventRecord(marker, stream));

    /// <inheritdoc/>
    public void SynchronizeEvent(nint marker) => Check("cudaEventSynchronize", _eventSynchronize(marker));

    /// <inheritdoc/>
    public void DestroyEvent(nint marker) => Check("cudaEventDestroy", _eventDestroy(marker));

    /// <inheritdoc/>
    public void CopyToDeviceAsync(nint device, nint host, long bytes, nint stream) => Copy(device, host, bytes, HostToDevice, stream);

    /// <inheritdoc/>
    public void CopyToHostAsync(nint host, nint device, long bytes, nint stream) => Copy(host, device, bytes, DeviceToHost, stream);

    /// <inheritdoc/>
    public void CopyOnDeviceAsync(nint target, nint source, long bytes, nint stream) => Copy(target, source, bytes, DeviceToDevice, stream);

    /// <inheritdoc/>
    public void FillAsync(nint device, byte value, long bytes, nint stream) =>
        Check("cudaMemsetAsync", _memsetAsync(device, value, (nuint)bytes, stream));

    private static Version ToVersion(int version) => new(version / 1000, version % 1000 / 10);

    private void Copy(nint target, nint source, long bytes, int kind, nint stream) =>
        Check("cudaMemcpyAsync", _memcpyAsync(target, source, (nuint)bytes, kind, stream));

    private bool Allocated(string call, int code)
    {
        if (code == CudaStatus.MemoryAllocation)
        {
            // The runtime remembers the failure for the next call that asks; it was dealt with here.
            _ = _getLastError();
            return false;
        }

        Check(call, code);
        return true;
    }

    private void Check(string call, int code)
    {
        if (code != CudaStatus.Success)
        {
            _ = _getLastError();
            throw CudaStatus.Failure(call, code, CudaStatus.Text((nint)_getErrorString(code)));
        }
    }
}
