using System.Runtime.InteropServices;
using System.Text;

namespace Tint.Reference.Cuda.Tests.Fakes;

/// <summary>The CUDA runtime's functions, and the driver's for names.</summary>
/// <param name="machine">The machine.</param>
internal sealed unsafe class FakeCudaRuntime(FakeCuda machine)
{
    private const int Success = 0, InvalidValue = 1, OutOfMemory = 2, InvalidCopy = 21, NoDevice = 100, InvalidDevice = 101, InvalidHandle = 400;
    private readonly nint _text = Marshal.StringToCoTaskMemUTF8("what the code\nmeans");
    private nint _next = 0x1000;

    private delegate nint TextFunction(int code);

    private delegate int NoArguments();

    private delegate int IntOut(int* value);

    private delegate int IntIn(int value);

    private delegate int UIntIn(uint value);

    private delegate int MemoryInfo(nuint* free, nuint* total);

    private delegate int Allocate(nint* address, nuint bytes);

    private delegate int AllocateHost(nint* address, nuint bytes, uint flags);

    private delegate int Create(nint* created, uint flags);

    private delegate int Handle(nint handle);

    private delegate int TwoHandles(nint first, nint second);

    private delegate int Copy(nint target, nint source, nuint bytes, int kind, nint stream);

    private delegate int Fill(nint target, int value, nuint bytes, nint stream);

    private delegate int DeviceGet(int* device, int index);

    private delegate int DeviceGetName(byte* name, int length, int device);

    /// <summary>What is in each stream, and the device it belongs to.</summary>
    public Dictionary<nint, (List<FakeWork> Pending, int Device)> Streams { get; } = [];

    /// <summary>For each event, the stream of its last record and how many of that stream's items were before it; zero if there is none.</summary>
    public Dictionary<nint, (nint Stream, FakeWork? Last)> Events { get; } = [];

    public int DriverVersion { get; set; } = 12040;

    public void Export()
    {
        machine.Export("cudaGetErrorString", (TextFunction)(_ => _text));
        machine.Export("cudaGetLastError", (NoArguments)(() => Success));
        machine.Export("cudaGetDeviceCount", (IntOut)(count => machine.Call("cudaGetDeviceCount", () => Set(count, machine.DeviceCount, machine.DeviceCount == 0 ? NoDevice : Success))));
        machine.Export("cudaDriverGetVersion", (IntOut)(version => machine.Call("cudaDriverGetVersion", () => Set(version, DriverVersion))));
        machine.Export("cudaRuntimeGetVersion", (IntOut)(version => machine.Call("cudaRuntimeGetVersion", () => Set(version, 12040))));
        machine.Export("cudaSetDevice", (IntIn)(device => machine.Call("cudaSetDevice", () => SetDevice(device))));
        machine.Export("cudaMemGetInfo", (MemoryInfo)((free, total) => machine.Call("cudaMemGetInfo", () => GetMemory(free, total))));
        machine.Export("cudaMalloc", (Allocate)((address, bytes) => machine.Call("cudaMalloc", () => AllocateIn(machine.Device, address, bytes))));
        machine.Export("cudaHostAlloc", (AllocateHost)((address, bytes, flags) => machine.Call("cudaHostAlloc", () => AllocatePortable(address, bytes, flags))));
        machine.Export("cudaFree", (Handle)(address => machine.Call("cudaFree", () => FreeIn(machine.Device, address), releases: true)));
        machine.Export("cudaFreeHost", (Handle)(address => machine.Call("cudaFreeHost", () => FreeIn(machine.Host, address), releases: true)));
        machine.Export("cudaStreamCreateWithFlags", (Create)((stream, flags) => machine.Call("cudaStreamCreateWithFlags", () => CreateStream(stream, flags))));
        machine.Export("cudaStreamSynchronize", (Handle)(stream => machine.Call("cudaStreamSynchronize", () => Drain(stream, null), releases: true)));
        machine.Export("cudaStreamDestroy", (Handle)(stream => machine.Call("cudaStreamDestroy", () => DestroyStream(stream), releases: true)));
        machine.Export("cudaEventCreateWithFlags", (Create)((marker, flags) => machine.Call("cudaEventCreateWithFlags", () => CreateEvent(marker, flags))));
        machine.Export("cudaEventRecord", (TwoHandles)((marker, stream) => machine.Call("cudaEventRecord", () => Record(marker, stream))));
        machine.Export("cudaEventSynchronize", (Handle)(marker => machine.Call("cudaEventSynchronize", () => WaitFor(marker))));
        machine.Export("cudaEventDestroy", (Handle)(marker => machine.Call("cudaEventDestroy", () => Known(Events.Remove(marker), "event"), releases: true)));
        machine.Export("cudaMemcpyAsync", (Copy)((target, source, bytes, kind, stream) => machine.Call("cudaMemcpyAsync", () => CopyAsync(target, source, (long)bytes, kind, stream))));
        machine.Export("cudaMemsetAsync", (Fill)((target, value, bytes, stream) => machine.Call("cudaMemsetAsync", () => FillAsync(target, value, (long)bytes, stream))));
        machine.Export("cuInit", (UIntIn)(flags => machine.Call("cuInit", () => flags == 0 ? Success : InvalidValue)));
        machine.Export("cuDeviceGet", (DeviceGet)((device, index) => machine.Call("cuDeviceGet", () => Set(device, 7 + index))));
        machine.Export("cuDeviceGetName", (DeviceGetName)((name, length, device) => machine.Call("cuDeviceGetName", () => GetName(name, length, device))));
    }

    /// <summary>Adds work to a stream.</summary>
    public int Enqueue(nint stream, FakeWork work)
    {
        if (!Streams.TryGetValue(stream, out var known))
        {
            machine.Complain("a stream is used that does not exist");
            return InvalidHandle;
        }

        CheckDevice(known.Device, "stream");
        known.Pending.Add(work);
        return Success;
    }

    /// <summary>Complains if something is used while another device is the thread's.</summary>
    public void CheckDevice(int device, string what) =>
        machine.Complain(device == machine.CurrentDevice ? null : $"a {what} of another device is used");

    private static int Set(int* target, int value, int result = Success)
    {
        *target = value;
        return result;
    }

    private int Known(bool known, string what)
    {
        machine.Complain(known ? null : $"a {what} is used that does not exist");
        return known ? Success : InvalidHandle;
    }

    private int SetDevice(int device)
    {
        if (device < 0 || device >= machine.DeviceCount)
        {
            return InvalidDevice;
        }

        machine.CurrentDevice = device;
        return Success;
    }

    private int GetMemory(nuint* free, nuint* total)
    {
        *free = (nuint)(machine.Device.Capacity - machine.Device.Used);
        *total = (nuint)machine.Device.Capacity;
        return Success;
    }

    private int AllocatePortable(nint* address, nuint bytes, uint flags)
    {
        machine.Complain(flags == 1 ? null : "page-locked memory is not portable");
        return AllocateIn(machine.Host, address, bytes);
    }

    private int AllocateIn(FakeMemory memory, nint* address, nuint bytes)
    {
        if (!memory.TryAllocate((long)bytes, machine.CurrentDevice, out var allocated))
        {
            return OutOfMemory;
        }

        *address = allocated;
        return Success;
    }

    private int FreeIn(FakeMemory memory, nint address)
    {
        var (start, bytes) = memory.BlockOf(address);
        machine.Complain(Streams.Values.Any(stream => stream.Pending.Any(work => work.Touches(start, bytes))) ? "memory is freed while it is used" : null);
        var complaint = memory.Free(address, machine.CurrentDevice);
        machine.Complain(complaint);
        return complaint is null ? Success : InvalidValue;
    }

    private int CreateStream(nint* stream, uint flags)
    {
        machine.Complain(flags == 1 ? null : "a stream waits for the default stream");
        *stream = _next++;
        Streams.Add(*stream, ([], machine.CurrentDevice));
        return Success;
    }

    private int DestroyStream(nint stream)
    {
        machine.Complain(Streams.TryGetValue(stream, out var known) && known.Pending.Count > 0 ? "a stream is destroyed with work in it" : null);
        return Known(Streams.Remove(stream), "stream");
    }

    private int CreateEvent(nint* marker, uint flags)
    {
        machine.Complain(flags == 2 ? null : "an event takes times");
        *marker = _next++;
        Events.Add(*marker, default);
        return Success;
    }

    private int Record(nint marker, nint stream)
    {
        if (Known(Events.ContainsKey(marker), "event") != Success)
        {
            return InvalidHandle;
        }

        var work = new FakeWork(() => { });
        Events[marker] = (stream, work);
        return Enqueue(stream, work);
    }

    private int WaitFor(nint marker)
    {
        if (Known(Events.ContainsKey(marker), "event") != Success)
        {
            return InvalidHandle;
        }

        var (stream, last) = Events[marker];
        return last is null ? Success : Drain(stream, last);
    }

    /// <summary>Does what is in a stream, up to one item or all.</summary>
    private int Drain(nint stream, FakeWork? last)
    {
        if (!Streams.TryGetValue(stream, out var known))
        {
            machine.Complain("a stream is waited for that does not exist");
            return InvalidHandle;
        }

        var count = last is null ? known.Pending.Count : known.Pending.IndexOf(last) + 1;
        foreach (var work in known.Pending.Take(count))
        {
            work.Run();
        }

        known.Pending.RemoveRange(0, count);
        return Success;
    }

    private int CopyAsync(nint target, nint source, long bytes, int kind, nint stream)
    {
        string? Check(int side, nint address, string what) =>
            (side == 0 ? machine.Host : machine.Device).Check(address, bytes, what);
        var complaint = kind switch
        {
            1 => Check(0, source, "a copy's source") ?? Check(1, target, "a copy's target"),
            2 => Check(1, source, "a copy's source") ?? Check(0, target, "a copy's target"),
            3 => Check(1, source, "a copy's source") ?? Check(1, target, "a copy's target"),
            _ => "a copy of no known kind",
        };
        machine.Complain(complaint);
        return complaint is not null
            ? InvalidCopy
            : Enqueue(stream, new(() => Buffer.MemoryCopy((void*)source, (void*)target, bytes, bytes), (source, bytes), (target, bytes)));
    }

    private int FillAsync(nint target, int value, long bytes, nint stream)
    {
        var complaint = machine.Device.Check(target, bytes, "what is filled");
        machine.Complain(complaint);
        return complaint is not null
            ? InvalidValue
            : Enqueue(stream, new(() => new Span<byte>((void*)target, checked((int)bytes)).Fill((byte)value), (target, bytes)));
    }

    private int GetName(byte* name, int length, int device)
    {
        var text = Encoding.UTF8.GetBytes($"Fake GPU {device - 7}\0");
        text.CopyTo(new Span<byte>(name, length));
        return Success;
    }
}
