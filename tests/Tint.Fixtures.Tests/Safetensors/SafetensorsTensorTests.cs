using Tint.Fixtures.Safetensors;
using Tint.Fixtures.Tests.Helpers;

namespace Tint.Fixtures.Tests.Safetensors;

public sealed class SafetensorsTensorTests
{
    [Fact]
    public void Rejects_a_name_that_a_header_cannot_hold()
    {
        Refusal.Of(() => new SafetensorsTensor("__metadata__", SafetensorsDataType.F64, [], [1.0]), "a name must be");
        Refusal.Of(() => new SafetensorsTensor("\ud800", SafetensorsDataType.F64, [], [1.0]), "a name must be");
    }

    [Fact]
    public void Rejects_another_number_of_entries_than_the_shape_holds()
    {
        Refusal.Of(() => new SafetensorsTensor("a", SafetensorsDataType.F64, [2, 2], [1.0]), "tensor 'a'", "1 entries for [2, 2]");
        Refusal.Of(() => new SafetensorsTensor("a", SafetensorsDataType.I64, [-1], [1L]), "tensor 'a'", "1 entries for [-1]");
        Refusal.Of(() => new SafetensorsTensor("a", SafetensorsDataType.I64, Enumerable.Repeat(1L, 65).ToArray(), [1L]), "tensor 'a'", "64 axes");
    }

    [Fact]
    public void Rejects_numbers_of_the_other_kind()
    {
        Refusal.Of(() => new SafetensorsTensor("a", SafetensorsDataType.I64, [1], [1.0]), "tensor 'a'", "I64 holds integers");
        Refusal.Of(() => new SafetensorsTensor("a", SafetensorsDataType.F64, [1], [1L]), "tensor 'a'", "F64 holds floating-point");
    }

    [Theory]
    [InlineData(SafetensorsDataType.I32, int.MaxValue + 1L)]
    [InlineData(SafetensorsDataType.I32, int.MinValue - 1L)]
    [InlineData(SafetensorsDataType.U8, 256)]
    [InlineData(SafetensorsDataType.U8, -1)]
    [InlineData(SafetensorsDataType.BOOL, 2)]
    [InlineData(SafetensorsDataType.BOOL, -1)]
    public void Rejects_an_integer_that_the_type_does_not_hold(SafetensorsDataType dataType, long value) =>
        Refusal.Of(() => new SafetensorsTensor("a", dataType, [1], [value]), "tensor 'a'", $"got {value}");

    [Theory]
    [InlineData(SafetensorsDataType.F32, 3.5e38)]
    [InlineData(SafetensorsDataType.F16, -65520)]
    [InlineData(SafetensorsDataType.BF16, 3.397e38)]
    public void Rejects_a_finite_number_that_would_become_infinite(SafetensorsDataType dataType, double value) =>
        Refusal.Of(() => new SafetensorsTensor("a", dataType, [1], [value]), "tensor 'a'", $"{dataType} must hold every finite entry");

    [Fact]
    public void Takes_the_largest_numbers_and_infinity()
    {
        var tensor = new SafetensorsTensor("a", SafetensorsDataType.F16, [3], [65519, double.PositiveInfinity, double.NaN]);
        Assert.Equal(3, tensor.Count);
    }
}
