using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Cuda.Device;

namespace Tint.Reference.Cuda.Tests.Device;

/// <summary>What goes to a device and comes back is what it was, however many parts it goes in.</summary>
public sealed class HostCopiesTests
{
    /// <summary>Below and above what is copied as it is (2¹⁶ entries) and the entries of a page-locked buffer (2²¹).</summary>
    private static readonly int[] s_lengths = [1, 1 << 16, (1 << 16) + 1, 1 << 21, (1 << 21) + 1, (2 << 21) + 3];

    [Fact]
    public void Arrays_of_every_length_come_back() => ComeBack(HostDevice.Instance);

    [GpuFact]
    public void Arrays_of_every_length_come_back_from_a_GPU()
    {
        using var device = ComputeDevice.Gpu();
        ComeBack(device);
    }

    private static void ComeBack(ComputeDevice device)
    {
        foreach (var length in s_lengths)
        {
            var entries = new double[length];
            for (var index = 0; index < length; index++)
            {
                entries[index] = index + 0.5;
            }

            // Twice, because the second time the device's memory and the buffers hold something.
            for (var time = 0; time < 2; time++)
            {
                var sent = (double[])entries.Clone();
                var back = device.Invoke(() =>
                {
                    using var arena = new DeviceArena(device);
                    var copy = arena.Upload(Vector<double>.Build.Dense(sent));
                    sent.AsSpan().Clear();
                    return DeviceArena.Entries(copy);
                });
                Assert.True(entries.AsSpan().SequenceEqual(back), $"{length} entries differ");
                Array.Reverse(entries);
            }
        }
    }
}
