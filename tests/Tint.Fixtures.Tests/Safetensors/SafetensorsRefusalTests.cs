using System.Buffers.Binary;
using System.Text;
using Tint.Fixtures.Safetensors;
using Tint.Fixtures.Tests.Helpers;

namespace Tint.Fixtures.Tests.Safetensors;

public sealed class SafetensorsRefusalTests : IDisposable
{
    private const string Name = "x.safetensors";

    private readonly TemporaryDirectory _directory = new();

    private string FilePath => _directory.File(Name);

    /// <summary>A header over two bytes of data, and what the refusal must say.</summary>
    public static TheoryData<string, string> BrokenHeaders => new()
    {
        { "[]", "must begin with '{'" },
        { " {}", "must begin with '{'" },
        { "{", "JSON" },
        { "{}{}", "JSON" },
        { """{"a":1}""", "tensor 'a'" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},}""", "JSON" },
        { """{"a":{"dtype":"U8","shape":[[2]],"data_offsets":[0,2]}}""", "JSON" },
        { """{"a":{"dtype":"U8","shape":[{}],"data_offsets":[0,2]}}""", "JSON" },
        { """{/**/"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", "JSON" },
        { """{"a":{"dtype":"F8_E4M3","shape":[3],"data_offsets":[0,2]}}""", "must span the 3 bytes of F8_E4M3 [3]" },
        { """{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}""", "of F4 [3]" },
        { """{"a":{"dtype":"U16","shape":[2],"data_offsets":[0,2]}}""", "must span the 4 bytes of U16 [2]" },
        { """{"a":{"dtype":"future","shape":[2],"data_offsets":[2,0]}}""", "of future [2]" },
        { """{"a":{"dtype":8,"shape":[2],"data_offsets":[0,2]}}""", "tensor 'a': dtype" },
        { """{"a":{"shape":[2],"data_offsets":[0,2]}}""", "tensor 'a'" },
        { """{"a":{"dtype":"U8","data_offsets":[0,2]}}""", "tensor 'a'" },
        { """{"a":{"dtype":"U8","shape":[2]}}""", "tensor 'a'" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2],"more":1}}""", "'more'" },
        { """{"a":{"dtype":"U8","shape":[2],"shape":[2],"data_offsets":[0,2]}}""", "'shape'" },
        { """{"a":{"dtype":"U8","shape":2,"data_offsets":[0,2]}}""", "tensor 'a': shape" },
        { """{"a":{"dtype":"U8","shape":[-2],"data_offsets":[0,2]}}""", "tensor 'a': shape" },
        { """{"a":{"dtype":"U8","shape":[2.0],"data_offsets":[0,2]}}""", "tensor 'a': shape" },
        { """{"a":{"dtype":"U8","shape":["2"],"data_offsets":[0,2]}}""", "tensor 'a': shape" },
        { """{"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,2]}}""", "tensor 'a': shape" },
        { """{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", "tensor 'a': the sizes" },
        { """{"a":{"dtype":"U8","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}}""", "tensor 'a': the sizes" },
        { """{"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}}""", "tensor 'a': data_offsets" },
        { """{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,2]}}""", "tensor 'a': data_offsets" },
        { """{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,2]}}""", "tensor 'a': data_offsets" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[2,0]}}""", "tensor 'a': data_offsets" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2,2]}}""", "tensor 'a': data_offsets" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0]}}""", "tensor 'a'" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[-1,1]}}""", "tensor 'a': data_offsets" },
        { """{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "tensor 'a': data_offsets must lie within" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[9223372036854775806,9223372036854775807]}}""", "tensor 'a': data_offsets must lie within" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", "tensor 'b': the bytes" },
        { """{"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", "an overlap from 1" },
        { """{"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", "a hole up to 1" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", "1 bytes more" },
        { "{}", "2 bytes more" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[0],"data_offsets":[2,2]}}""", "tensor 'a': a name must not be repeated" },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"\u0061":{"dtype":"U8","shape":[0],"data_offsets":[2,2]}}""", "tensor 'a': a name must not be repeated" },
        { """{"__metadata__":{},"__metadata__":{},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", "__metadata__: a name must not be repeated" },
        { """{"__metadata__":{"k":"1","k":"1"},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", "'k' twice" },
        { """{"__metadata__":{"k":1},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", "__metadata__: 'k'" },
        { """{"__metadata__":{"k":{}},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", "__metadata__: 'k'" },
        { """{"__metadata__":[],"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", "__metadata__" },
        { """{"\ud800":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", "valid Unicode" },
        { """{"a":{"dtype":"\udc00","shape":[2],"data_offsets":[0,2]}}""", "tensor 'a': texts must be valid Unicode" },
    };

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(BrokenHeaders))]
    public void Rejects_a_broken_header_in_one_line(string header, string fragment)
    {
        RawFile.Write(FilePath, header, 0, 0);
        Refusal.Of(() => SafetensorsFile.Open(FilePath), Name, fragment);
    }

    [Fact]
    public void Rejects_a_header_that_is_not_UTF8()
    {
        RawFile.Write(FilePath, [.. "{\"a"u8, 0xFF, .. "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}"u8]);
        Refusal.Of(() => SafetensorsFile.Open(FilePath), Name, "UTF-8");
    }

    [Fact]
    public void Rejects_an_empty_header()
    {
        RawFile.Write(FilePath, string.Empty);
        Refusal.Of(() => SafetensorsFile.Open(FilePath), Name, "an empty header");
    }

    [Fact]
    public void Rejects_more_axes_than_any_array_has()
    {
        RawFile.Write(FilePath, $$$"""{"a":{"dtype":"U8","shape":[{{{string.Join(',', Enumerable.Repeat(1, 65))}}}],"data_offsets":[0,1]}}""", 0);
        Refusal.Of(() => SafetensorsFile.Open(FilePath), Name, "tensor 'a': shape", "at most 64");
    }

    [Fact]
    public void Keeps_the_message_to_one_short_line_whatever_the_names_are()
    {
        var name = string.Concat(Enumerable.Repeat("""\n\u2028\u0007""", 10_000));
        RawFile.Write(FilePath, $$$"""{"{{{name}}}":{"dtype":"U8","shape":[1],"data_offsets":[0,2]}}""", 0, 0);
        var message = Refusal.Of(() => SafetensorsFile.Open(FilePath), Name).Message;
        Assert.DoesNotContain('\u2028', message);
        Assert.DoesNotContain('\u0007', message);
        Assert.True(message.Length < 1500);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Rejects_a_file_shorter_than_a_header_length(int length)
    {
        File.WriteAllBytes(FilePath, new byte[length]);
        Refusal.Of(() => SafetensorsFile.Open(FilePath), Name, $"{length} bytes");
    }

    [Theory]
    [InlineData(3UL, 10)]
    [InlineData(100_000_001UL, 200_000_000)]
    [InlineData(1UL << 40, 200_000_000)]
    [InlineData(ulong.MaxValue, 200_000_000)]
    [InlineData(100_000_000UL, 1000)]
    public void Rejects_an_absurd_header_length_in_little_memory(ulong headerLength, long fileLength)
    {
        using (var stream = File.Create(FilePath))
        {
            var field = new byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(field, headerLength);
            stream.Write(field);
            stream.SetLength(fileLength);
        }

        RefuseInLittleMemory(() => SafetensorsFile.Open(FilePath), $"a length of {headerLength} in a file of {fileLength} bytes");
    }

    [Fact]
    public void Rejects_a_tensor_longer_than_an_array_in_little_memory()
    {
        const long Length = 2_200_000_000;
        var header = Encoding.UTF8.GetBytes($$$"""{"a":{"dtype":"U8","shape":[{{{Length}}}],"data_offsets":[0,{{{Length}}}]}}""");
        RawFile.Write(FilePath, header);
        using (var stream = new FileStream(FilePath, FileMode.Open, FileAccess.Write))
        {
            stream.SetLength(sizeof(ulong) + header.Length + Length);
        }

        using var file = SafetensorsFile.Open(FilePath);
        RefuseInLittleMemory(() => file.ReadDoubles("a"), "tensor 'a': a tensor must fit an array");
    }

    [Fact]
    public void Rejects_every_truncation_of_a_file()
    {
        SafetensorsWriter.Write(FilePath, [new("a", SafetensorsDataType.F32, [3], [1.0, 2.0, 3.0])], new Dictionary<string, string> { ["k"] = "v" });
        var bytes = File.ReadAllBytes(FilePath);
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(FilePath, bytes[..length]);
            Refusal.Of(() => SafetensorsFile.Open(FilePath), Name);
        }
    }

    [Fact]
    public void Rejects_a_file_with_another_hash_before_looking_into_it()
    {
        File.WriteAllBytes(FilePath, [1, 2, 3]);
        const string Empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        Refusal.Of(
            () => SafetensorsFile.Open(FilePath, Empty), Name, Empty, "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81");
    }

    [Fact]
    public void Rejects_a_path_without_a_file()
    {
        Refusal.Of(() => SafetensorsFile.Open(FilePath), Name, "readable; got no such file");
        Refusal.Of(() => SafetensorsFile.Open(_directory.File("none/x.safetensors")), Name, "readable; got no such file");
        Refusal.Of(() => SafetensorsFile.Open("a\0b"), "readable");
        Refusal.Of(() => SafetensorsFile.Open(string.Empty), "readable");
    }

    private static void RefuseInLittleMemory(Action action, string fragment)
    {
        const long LittleMemory = 1 << 20;
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refusal.Of(action, Name, fragment);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, LittleMemory);
    }
}
