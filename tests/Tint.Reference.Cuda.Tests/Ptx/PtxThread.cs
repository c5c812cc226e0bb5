namespace Tint.Reference.Cuda.Tests.Ptx;

/// <summary>One thread of an interpreted kernel: its registers as bits, the launch's arguments, and the memory that it may touch.</summary>
internal sealed unsafe class PtxThread(int registers, PtxArguments arguments, int index, int threads)
{
    /// <summary>The registers: predicates 0 or 1, 32-bit integers in the lower half, float64 as its bits.</summary>
    public ulong[] Registers { get; } = new ulong[registers];

    /// <summary>The arguments.</summary>
    public PtxArguments Arguments => arguments;

    /// <summary>Where the thread is: %ctaid.x 0, %ntid.x the number of threads, %tid.x its index.</summary>
    public uint Special(string name) => name switch
    {
        "%ctaid.x" => 0,
        "%ntid.x" => (uint)threads,
        "%tid.x" => (uint)index,
        _ => throw new NotSupportedException($"no special register {name}"),
    };

    public ulong Load(ulong address, int bytes)
    {
        arguments.Check(address, bytes);
        return bytes == 4 ? *(uint*)address : *(ulong*)address;
    }

    public void Store(ulong address, ulong value)
    {
        arguments.Check(address, sizeof(ulong));
        *(ulong*)address = value;
    }
}
