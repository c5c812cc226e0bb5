using System.Buffers.Binary;
using System.Reflection;
using ILGPU;
using ILGPU.Runtime;
using Tint.Reference.Cuda.Kernels;

namespace Tint.Reference.Cuda.Tests.Ptx;

/// <summary>The arguments of a launch as a GPU gets them, and the arrays among them.</summary>
internal sealed unsafe class PtxArguments
{
    private readonly Dictionary<string, byte[]> _values = [];
    private readonly List<(ulong Start, ulong End)> _arrays = [];

    public PtxArguments(int threads, int count, IDeviceLoop body)
    {
        _values["start"] = BitConverter.GetBytes(threads);
        _values["count"] = BitConverter.GetBytes(count);
        _values["stride"] = BitConverter.GetBytes(threads);
        var bytes = new List<byte>();
        Append(bytes, body);
        _values["body"] = [.. bytes];
    }

    /// <summary>An argument's bytes at an offset.</summary>
    public ulong Read(string name, int offset, int bytes) => bytes == 4
        ? BinaryPrimitives.ReadUInt32LittleEndian(_values[name].AsSpan(offset))
        : BinaryPrimitives.ReadUInt64LittleEndian(_values[name].AsSpan(offset));

    /// <summary>The bytes of an argument.</summary>
    public int SizeOf(string name) => _values[name].Length;

    /// <summary>What the arrays hold.</summary>
    public byte[][] Snapshot() => [.. _arrays.Select(array => new ReadOnlySpan<byte>((void*)array.Start, (int)(array.End - array.Start)).ToArray())];

    /// <summary>Puts back what the arrays held.</summary>
    public void Restore(byte[][] snapshot)
    {
        foreach (var (array, bytes) in _arrays.Zip(snapshot))
        {
            bytes.CopyTo(new Span<byte>((void*)array.Start, bytes.Length));
        }
    }

    /// <summary>Requires that an access lies within one of the arrays.</summary>
    public void Check(ulong address, int bytes)
    {
        if (!_arrays.Exists(array => address >= array.Start && address + (ulong)bytes <= array.End))
        {
            throw new InvalidOperationException($"{bytes} bytes at {address:x} are outside of the loop's arrays");
        }
    }

    /// <summary>A structure's fields in order, each at a multiple of its size, arrays as address and length, padded to the largest alignment.</summary>
    private int Append(List<byte> bytes, object value)
    {
        switch (value)
        {
            case int number:
                return Append(bytes, BitConverter.GetBytes(number));
            case double number:
                return Append(bytes, BitConverter.GetBytes(number));
            case Enum kind:
                return Append(bytes, BitConverter.GetBytes(Convert.ToInt32(kind, System.Globalization.CultureInfo.InvariantCulture)));
            case ArrayView<double> view:
                return Append(bytes, view.LoadEffectiveAddressAsPtr(), view.Length, sizeof(double));
            case ArrayView<int> view:
                return Append(bytes, view.LoadEffectiveAddressAsPtr(), view.Length, sizeof(int));
        }

        var alignment = 1;
        foreach (var field in value.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).OrderBy(field => field.MetadataToken))
        {
            alignment = Math.Max(alignment, Append(bytes, field.GetValue(value)!));
        }

        Pad(bytes, alignment);
        return alignment;
    }

    private int Append(List<byte> bytes, nint address, long length, int size)
    {
        _arrays.Add(((ulong)address, (ulong)address + (ulong)(length * size)));
        Append(bytes, BitConverter.GetBytes((ulong)address));
        return Append(bytes, BitConverter.GetBytes(length));
    }

    private static int Append(List<byte> bytes, byte[] value)
    {
        Pad(bytes, value.Length);
        bytes.AddRange(value);
        return value.Length;
    }

    private static void Pad(List<byte> bytes, int alignment)
    {
        while (bytes.Count % alignment != 0)
        {
            bytes.Add(0);
        }
    }
}
