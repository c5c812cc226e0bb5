using System.Runtime.InteropServices;

namespace Tint.Reference.Cuda.Tests.Fakes;

/// <summary>Memory of one kind, really allocated, with a record of what is alive. New memory holds NaN.</summary>
/// <param name="kind">The kind, for complaints.</param>
/// <param name="capacity">The bytes there are.</param>
internal sealed unsafe class FakeMemory(string kind, long capacity)
{
    private readonly Dictionary<nint, (long Bytes, int Device)> _live = [];

    public int Count => _live.Count;

    public long Used => _live.Values.Sum(block => block.Bytes);

    public long Capacity { get; set; } = capacity;

    public bool TryAllocate(long bytes, int device, out nint address)
    {
        address = 0;
        if (bytes <= 0 || bytes > Capacity - Used)
        {
            return false;
        }

        address = (nint)NativeMemory.AlignedAlloc((nuint)bytes, 256);
        new Span<byte>((void*)address, checked((int)bytes)).Fill(0xFF);
        _live.Add(address, (bytes, device));
        return true;
    }

    /// <summary>Frees a block; the complaint if there is none.</summary>
    public string? Free(nint address, int device)
    {
        if (!_live.Remove(address, out var block))
        {
            return $"{kind} memory is freed that is not allocated";
        }

        NativeMemory.AlignedFree((void*)address);
        return block.Device == device ? null : $"{kind} memory of another device is freed";
    }

    public void FreeAll()
    {
        foreach (var address in _live.Keys)
        {
            NativeMemory.AlignedFree((void*)address);
        }

        _live.Clear();
    }

    /// <summary>The block that an address is in.</summary>
    public (nint Start, long Bytes) BlockOf(nint address) =>
        _live.Where(block => address >= block.Key && address < block.Key + (nint)block.Value.Bytes)
            .Select(block => (block.Key, block.Value.Bytes)).FirstOrDefault();

    /// <summary>The complaint if a range is not within one live block.</summary>
    public string? Check(nint address, long bytes, string what)
    {
        var (start, size) = BlockOf(address);
        return start == 0 || bytes < 0 || address + (nint)bytes > start + (nint)size ? $"{what} is outside of live {kind} memory" : null;
    }
}
