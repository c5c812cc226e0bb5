using FsCheck;
using FsCheck.Fluent;
using Tint.Fixtures.Safetensors;

namespace Tint.Fixtures.Tests.Safetensors;

/// <summary>The content of a file: any types, shapes and names, and numbers that their types hold exactly.</summary>
public sealed record SafetensorsContent(IReadOnlyList<SafetensorsTensor> Tensors, IReadOnlyDictionary<string, string> Metadata);

/// <summary>Generators for properties of the reader and writer.</summary>
public static class SafetensorsFiles
{
    private const int MostElements = 200;

    private static readonly Gen<long> Bits =
        Gen.Choose(int.MinValue, int.MaxValue).Two().Select(pair => ((long)pair.Item1 << 32) ^ (uint)pair.Item2);

    private static readonly Gen<string> Name = Gen.OneOf(
        Gen.Elements("a", "b.weight", "input.hidden_states", string.Empty, " ", "\"\\\n", "é", "词", "😀", "\0", "__metadata"),
        ArbMap.Default.GeneratorFor<string>().Where(text => text is not null && SafetensorsHeader.IsUnicode(text)));

    private static readonly Gen<SafetensorsTensor> Tensor =
        from name in Name.Where(name => name != SafetensorsHeader.MetadataName)
        from dataType in Gen.Elements(Enum.GetValues<SafetensorsDataType>())
        from shape in Gen.Choose(0, 4).SelectMany(rank => Gen.Choose(0, 5).Select(size => (long)size).ArrayOf(rank))
        where ElementCount.TryProduct(shape, out var count) && count <= MostElements
        from bits in Bits.ArrayOf((int)shape.Aggregate(1L, (product, size) => product * size))
        select dataType.IsInteger()
            ? new SafetensorsTensor(name, dataType, shape, [.. bits.Select(value => Integer(dataType, value))])
            : new SafetensorsTensor(name, dataType, shape, [.. bits.Select(value => Double(dataType, value))]);

    public static Arbitrary<SafetensorsContent> Contents() => Arb.From(
        from tensors in Tensor.ListOf()
        from metadata in Name.Two().ListOf()
        select new SafetensorsContent(
            [.. tensors.DistinctBy(tensor => tensor.Name)],
            metadata.DistinctBy(pair => pair.Item1).ToDictionary(pair => pair.Item1, pair => pair.Item2)));

    private static long Integer(SafetensorsDataType dataType, long bits) => dataType switch
    {
        SafetensorsDataType.I64 => bits,
        SafetensorsDataType.I32 => (int)bits,
        SafetensorsDataType.I16 => (short)bits,
        SafetensorsDataType.I8 => (sbyte)bits,
        SafetensorsDataType.U64 => bits & long.MaxValue,
        SafetensorsDataType.U32 => (uint)bits,
        SafetensorsDataType.U16 => (ushort)bits,
        SafetensorsDataType.U8 => bits & 0xFF,
        _ => bits & 1,
    };

    private static double Double(SafetensorsDataType dataType, long bits) => dataType switch
    {
        SafetensorsDataType.F64 => BitConverter.Int64BitsToDouble(bits),
        SafetensorsDataType.F32 => BitConverter.Int32BitsToSingle((int)bits),
        SafetensorsDataType.F16 => (double)BitConverter.Int16BitsToHalf((short)bits),
        _ => BitConverter.Int32BitsToSingle((int)bits & ~0xFFFF),
    };
}
