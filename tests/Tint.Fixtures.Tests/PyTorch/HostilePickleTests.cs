using System.IO.Compression;
using Tint.Fixtures.PyTorch;
using Tint.Fixtures.Tests.Helpers;

namespace Tint.Fixtures.Tests.PyTorch;

public class HostilePickleTests
{
    private static readonly (string, byte[]) Storage = ("archive/data/0", new byte[24]);

    [Fact]
    public void The_writer_of_these_tests_makes_a_readable_file()
    {
        using var directory = new TemporaryDirectory();

        var file = PyTorchFile.Open(PickleBytes.Zip(directory.Path, PickleBytes.Tensor(0, [2, 3], [3, 1]), Storage));

        Assert.Equal([2, 3], file.ShapeOf("w"));
        Assert.Equal(new double[6], file.ReadDoubles("w"));
    }

    [Fact]
    public void A_command_is_named_and_not_run()
    {
        using var directory = new TemporaryDirectory();
        var witness = directory.File("ran");
        byte[] pickle = new PickleBytes().Global("os", "system").Text($"touch {witness}").Op('\x85').Op('R');

        var refusal = Refused(directory, pickle);

        Assert.Contains("'os.system'", refusal, StringComparison.Ordinal);
        Assert.False(File.Exists(witness));
    }

    [Theory]
    [InlineData("builtins", "eval")]
    [InlineData("torch", "load")]
    [InlineData("torch._utils", "_rebuild_sparse_tensor")]
    [InlineData("collections", "deque")]
    [InlineData("torch", "FloatStorage.__reduce__")]
    public void Only_names_of_the_list_may_be_mentioned(string module, string name)
    {
        using var directory = new TemporaryDirectory();

        Assert.Contains($"'{module}.{name}'", Refused(directory, new PickleBytes().Global(module, name)), StringComparison.Ordinal);
        Assert.Contains(
            $"'{module}.{name}'", Refused(directory, new PickleBytes().Text(module).Text(name).Op('\x93')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('i')]
    [InlineData('o')]
    [InlineData('\x81')]
    [InlineData('\x92')]
    [InlineData('P')]
    [InlineData('\x82')]
    [InlineData('\x96')]
    [InlineData('0')]
    public void Every_other_opcode_is_refused(char opcode)
    {
        using var directory = new TemporaryDirectory();

        Assert.Contains($"opcode 0x{(int)opcode:x2}", Refused(directory, new PickleBytes().Op(opcode, 1, 1, 1)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, new[] { 2, 3 }, new[] { 3, 1 })]
    [InlineData(0, new[] { 2, 3 }, new[] { 4, 1 })]
    [InlineData(0, new[] { 7 }, new[] { 1 })]
    [InlineData(-1, new[] { 2 }, new[] { 1 })]
    [InlineData(0, new[] { 2 }, new[] { -1 })]
    [InlineData(0, new[] { -2 }, new[] { 1 })]
    [InlineData(0, new[] { 2, 3 }, new[] { 1 })]
    [InlineData(7, new[] { 0 }, new[] { 1 })]
    [InlineData(0, new[] { 2147483647, 2147483647, 2147483647 }, new[] { 0, 0, 0 })]
    [InlineData(0, new[] { 2147483647, 2 }, new[] { 2147483647, 2147483647 })]
    public void A_view_beyond_its_storage_is_refused(int offset, int[] shape, int[] strides)
    {
        using var directory = new TemporaryDirectory();

        Assert.Contains("a tensor must", Refused(directory, PickleBytes.Tensor(offset, shape, strides), Storage), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stride_of_zero_repeats_a_value_and_a_large_claim_of_it_is_refused_when_read()
    {
        using var directory = new TemporaryDirectory();
        var repeated = PyTorchFile.Open(PickleBytes.Zip(directory.Path, PickleBytes.Tensor(0, [3, 2], [0, 1]), Storage));
        Assert.Equal(6, repeated.ReadDoubles("w").Length);

        var large = PyTorchFile.Open(PickleBytes.Zip(directory.Path, PickleBytes.Tensor(0, [2147483647, 4], [0, 1]), Storage));
        Assert.Contains("must fit an array", Assert.Throws<FixtureException>(() => large.ReadDoubles("w")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_storage_of_another_size_or_that_nobody_reads_is_refused()
    {
        using var directory = new TemporaryDirectory();
        byte[] pickle = PickleBytes.Tensor(0, [2, 3], [3, 1]);

        Assert.Contains("24 bytes", Refused(directory, pickle), StringComparison.Ordinal);
        Assert.Contains("24 bytes", Refused(directory, pickle, ("archive/data/0", new byte[23])), StringComparison.Ordinal);
        Assert.Contains("'archive/data/1'", Refused(directory, pickle, Storage, ("archive/data/1", new byte[1])), StringComparison.Ordinal);
        Assert.Contains("'archive/../../evil'", Refused(directory, pickle, Storage, ("archive/../../evil", new byte[1])), StringComparison.Ordinal);
        Assert.Contains("24 bytes", Refused(directory, PickleBytes.Tensor(0, [2], [1], key: "../../etc/passwd"), Storage), StringComparison.Ordinal);
    }

    [Fact]
    public void A_compressed_file_is_refused_before_it_grows()
    {
        using var directory = new TemporaryDirectory();
        var path = PickleBytes.Zip(directory.Path, PickleBytes.Tensor(0, [2, 3], [3, 1]));
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Update))
        using (var stream = archive.CreateEntry("archive/data/0", CompressionLevel.SmallestSize).Open())
        {
            stream.Write(new byte[1 << 20]);
        }

        var refusal = Assert.Throws<FixtureException>(() => PyTorchFile.Open(path));

        Assert.Contains("neither compressed nor encrypted", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_encrypted_file_is_not_read_as_numbers()
    {
        using var directory = new TemporaryDirectory();
        var path = PickleBytes.Zip(directory.Path, PickleBytes.Tensor(0, [2, 3], [3, 1]), Storage);
        var bytes = File.ReadAllBytes(path);
        for (var place = 0; place + 8 < bytes.Length; place++)
        {
            // The flags of an entry of the directory.
            bytes[place + 8] |= (byte)(bytes.AsSpan(place, 4).SequenceEqual("PK\u0001\u0002"u8) ? 1 : 0);
        }

        File.WriteAllBytes(path, bytes);

        Assert.Contains("nor encrypted", Assert.Throws<FixtureException>(() => PyTorchFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_an_archive_that_share_bytes_are_refused()
    {
        using var directory = new TemporaryDirectory();
        var path = PickleBytes.Zip(directory.Path, PickleBytes.Tensor(0, [2, 3], [3, 1]), Storage, ("archive/big", new byte[4000]), ("archive/two", new byte[4001]));
        var bytes = File.ReadAllBytes(path);
        var entries = Enumerable.Range(0, bytes.Length - 4).Where(place => bytes.AsSpan(place, 4).SequenceEqual("PK\u0001\u0002"u8)).ToArray();

        // The last file in the directory claims the size of both.
        foreach (var field in new[] { 20, 24 })
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(entries[^1] + field), 8001);
        }

        File.WriteAllBytes(path, bytes);

        Assert.Contains("must not overlap", Assert.Throws<FixtureException>(() => PyTorchFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("big")]
    [InlineData("little endian")]
    public void Numbers_in_another_order_of_bytes_are_refused(string order)
    {
        using var directory = new TemporaryDirectory();

        Assert.Contains(
            "must be little-endian",
            Refused(directory, PickleBytes.Tensor(0, [2, 3], [3, 1]), Storage, ("archive/byteorder", System.Text.Encoding.ASCII.GetBytes(order))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_pickle_that_only_piles_up_values_ends_early()
    {
        using var directory = new TemporaryDirectory();
        var pile = new PickleBytes().Op('}', [.. Enumerable.Repeat((byte)'}', 2 << 20)]);

        Assert.Contains("values that nothing takes", Refused(directory, pile), StringComparison.Ordinal);
        Assert.Contains("at most 8388608 bytes", Refused(directory, new PickleBytes().Op('}', new byte[9 << 20])), StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_pickles_give_one_line_and_nothing_else()
    {
        using var directory = new TemporaryDirectory();
        byte[] whole = PickleBytes.Tensor(0, [2, 3], [3, 1]);
        var random = new Random(7);
        for (var trial = 0; trial < 3000; trial++)
        {
            var bytes = (byte[])whole.Clone();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            bytes = bytes[..(random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length)];
            try
            {
                new PickleMachine(bytes, "a file").Run();
            }
            catch (FixtureException exception)
            {
                Assert.DoesNotContain('\n', exception.Message);
            }
        }
    }

    private static string Refused(TemporaryDirectory directory, byte[] pickle, params (string, byte[])[] files)
    {
        var path = PickleBytes.Zip(directory.Path, pickle, files);
        return Assert.Throws<FixtureException>(() => PyTorchFile.Open(path)).Message;
    }
}
