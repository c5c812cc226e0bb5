using Tint.Properties.Generators;
using Tint.Reference.Configuration;

namespace Tint.Reference.Cuda.Tests.Device;

/// <summary>The operations of other architectures on a device, here the processor, agree with their closed forms on the host.</summary>
public sealed class DeviceOperationTests
{
    /// <summary>
    /// u = 2⁻⁵³. Two orders of summation and two ways of e^x differ by some 8(T + S + D + 16) roundings of the magnitudes on the way, which in these cases are
    /// below 64; a normalisation's difference multiplies that by N.
    /// </summary>
    private static double Bound(TintConfiguration c, string name) =>
        8 * 1.1103e-16 * 64 * ((2 * c.Auxiliary.MaximumPositions) + c.Auxiliary.HiddenSize + 18) * (name is "norm, gradient" || name.StartsWith("central", StringComparison.Ordinal) ? c.FiniteDifferenceScale : 1);

    [Fact]
    public void Every_operation_agrees_with_the_host()
    {
        var cases = Enumerable.Range(0, 40).Select(seed => CaseGenerator.FromSeed((ulong)seed)).Where(item => item.Auxiliary.HiddenSize <= 12).Take(16).ToArray();
        Assert.Contains(cases, item => item.Auxiliary.HeadCount > 1 && item.Auxiliary.HeadSize > 1);
        foreach (var item in cases)
        {
            Assert.All(new DeviceOperations(HostDevice.Instance, item).Run(), result =>
            {
                var largest = Math.Max(1, result.Host.Enumerate().Max(Math.Abs));
                var bound = Bound(item.Configuration, result.Name) * largest;
                Assert.True(
                    (result.Host - result.Device).Enumerate().Max(Math.Abs) <= bound,
                    FormattableString.Invariant($"{result.Name} of {item}: off by {(result.Host - result.Device).Enumerate().Max(Math.Abs)}, bound {bound}"));
            });
        }
    }
}
