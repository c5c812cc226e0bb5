using System.Collections.Concurrent;
using ILGPU.Runtime.Cuda;
using Tint.Reference.Cuda.Device;
using Tint.Reference.Cuda.Kernels;
using Tint.Reference.Cuda.Tests.Kernels;

namespace Tint.Reference.Cuda.Tests.Ptx;

/// <summary>Runs loops by interpreting the PTX that a GPU would be given, a few threads one after another.</summary>
/// <param name="fused">
/// False: every loop must give the bits that it gives in C#, on the same memory. True: sums of products are rounded once, and bits may differ.
/// </param>
internal sealed class PtxLauncher(bool fused) : IDeviceLauncher
{
    private const int Threads = 5;
    private static readonly ConcurrentDictionary<(Type Loop, bool Fused), PtxProgram> Programs = [];

    /// <summary>The loops that have run, and whether a sum in them was fused.</summary>
    public Dictionary<string, bool> Used { get; } = [];

    public void Run<TBody>(int count, TBody body)
        where TBody : struct, IDeviceLoop
    {
        var program = Programs.GetOrAdd((typeof(TBody), fused), key => new PtxProgram(DeviceCode.Ptx(key.Loop, CudaArchitecture.SM_90), key.Fused));
        Used[typeof(TBody).Name] = program.IsFused;
        var threads = Math.Min(Threads, count);
        var arguments = new PtxArguments(threads, count, body);
        Assert.Equal(program.BodyBytes, arguments.SizeOf("body"));
        var expected = fused ? null : InCSharp(count, body, arguments);
        for (var index = 0; index < threads; index++)
        {
            program.Run(arguments, index, threads);
        }

        if (expected is not null)
        {
            var actual = arguments.Snapshot();
            Assert.All(expected.Zip(actual), pair => Assert.True(pair.First.AsSpan().SequenceEqual(pair.Second), $"{typeof(TBody).Name}: PTX and C# differ"));
        }
    }

    /// <summary>What the arrays hold after the loop in C#; they are put back as they were.</summary>
    private static byte[][] InCSharp<TBody>(int count, TBody body, PtxArguments arguments)
        where TBody : struct, IDeviceLoop
    {
        var before = arguments.Snapshot();
        for (var turn = 0; turn < count; turn++)
        {
            body.Run(turn);
        }

        var after = arguments.Snapshot();
        arguments.Restore(before);
        return after;
    }
}
