using ILGPU;
using ILGPU.Runtime;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Cuda.Device;

/// <summary>
/// Copies arrays to and from a device. Long ones go in parts through two page-locked buffers: while the device reads or writes one, the
/// processor's threads fill or empty the other. From pageable memory the driver would do the same on one thread, and a full-size model's weights
/// and results would take longer to copy than to compute.
/// </summary>
/// <param name="accelerator">The device.</param>
internal sealed class HostCopies(Accelerator accelerator) : IDisposable
{
    /// <summary>Entries of a buffer: 16 MiB, so that what a part costs beside its bytes is small.</summary>
    private const int Length = 1 << 21;

    /// <summary>Entries up to which an array is copied as it is.</summary>
    private const int LongestPlain = 1 << 16;

    private PageLockedArray1D<double>[]? _buffers;

    /// <summary>Copies entries to the device, behind what was asked of it; the array may change as soon as this returns.</summary>
    public void Upload(double[] entries, ArrayView<double> device)
    {
        if (entries.Length <= LongestPlain)
        {
            device.CopyFromCPU(entries);
            return;
        }

        var buffers = Buffers();
        for (var part = 0; part < Parts(entries); part++)
        {
            var (from, count, buffer) = (part * Length, CountOf(entries, part), buffers[part % 2].ArrayView);
            Fill(entries, from, buffers[part % 2], count);

            // The part before this one is done, and with it the buffer that is filled next.
            accelerator.DefaultStream.Synchronize();
            device.SubView(from, count).CopyFrom(accelerator.DefaultStream, buffer.SubView(0, count));
        }

        accelerator.DefaultStream.Synchronize();
    }

    /// <summary>Copies entries to the host, once everything that was asked of the device is done.</summary>
    public void Download(ArrayView<double> device, double[] entries)
    {
        if (entries.Length <= LongestPlain)
        {
            device.CopyToCPU(entries);
            return;
        }

        var buffers = Buffers();
        for (var part = 0; part <= Parts(entries); part++)
        {
            accelerator.DefaultStream.Synchronize();
            if (part < Parts(entries))
            {
                var count = CountOf(entries, part);
                device.SubView(part * Length, count).CopyTo(accelerator.DefaultStream, buffers[part % 2].ArrayView.SubView(0, count));
            }

            if (part > 0)
            {
                Empty(buffers[(part - 1) % 2], entries, (part - 1) * Length, CountOf(entries, part - 1));
            }
        }
    }

    /// <summary>Unlocks the buffers.</summary>
    public void Dispose()
    {
        foreach (var buffer in _buffers ?? [])
        {
            buffer.Dispose();
        }
    }

    private static int Parts(double[] entries) => (int)(((long)entries.Length + Length - 1) / Length);

    private static int CountOf(double[] entries, int part) => Math.Min(Length, entries.Length - (part * Length));

    private static void Fill(double[] entries, int start, PageLockedArray1D<double> buffer, int count) =>
        Parallelism.ForRanges(count, 1, (from, to) => entries.AsSpan(start + from, to - from).CopyTo(buffer.Span[from..to]));

    private static void Empty(PageLockedArray1D<double> buffer, double[] entries, int start, int count) =>
        Parallelism.ForRanges(count, 1, (from, to) => buffer.Span[from..to].CopyTo(entries.AsSpan(start + from, to - from)));

    private PageLockedArray1D<double>[] Buffers() =>
        _buffers ??= [accelerator.AllocatePageLocked1D<double>(Length), accelerator.AllocatePageLocked1D<double>(Length)];
}
