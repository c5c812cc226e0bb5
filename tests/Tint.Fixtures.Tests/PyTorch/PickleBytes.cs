using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Tint.Fixtures.Tests.PyTorch;

/// <summary>Writes pickles opcode by opcode, and checkpoints around them.</summary>
internal sealed class PickleBytes
{
    private readonly List<byte> _bytes = [0x80, 2];

    public static implicit operator byte[](PickleBytes pickle) => [.. pickle._bytes, (byte)'.'];

    public PickleBytes Op(char opcode, params byte[] rest)
    {
        _bytes.Add((byte)opcode);
        _bytes.AddRange(rest);
        return this;
    }

    public PickleBytes Text(string text)
    {
        var (bytes, length) = (Encoding.UTF8.GetBytes(text), new byte[4]);
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        return Op('X', [.. length, .. bytes]);
    }

    public PickleBytes Integer(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Op('J', bytes);
    }

    public PickleBytes Global(string module, string name) => Op('c', Encoding.ASCII.GetBytes($"{module}\n{name}\n"));

    /// <summary>A dictionary with one tensor of a float storage.</summary>
    public static PickleBytes Tensor(int offset, int[] shape, int[] strides, int storage = 6, string key = "0")
    {
        var pickle = new PickleBytes().Op('}').Text("w").Global("torch._utils", "_rebuild_tensor_v2").Op('(');
        pickle.Op('(').Text("storage").Global("torch", "FloatStorage").Text(key).Text("cpu").Integer(storage).Op('t').Op('Q').Integer(offset);
        foreach (var numbers in new[] { shape, strides })
        {
            pickle.Op('(');
            foreach (var number in numbers)
            {
                pickle.Integer(number);
            }

            pickle.Op('t');
        }

        return pickle.Op('\x89').Global("collections", "OrderedDict").Op(')').Op('R').Op('t').Op('R').Op('s');
    }

    /// <summary>A checkpoint in the zip format.</summary>
    public static string Zip(string folder, byte[] pickle, params (string Name, byte[] Bytes)[] files)
    {
        var path = Path.Combine(folder, "pytorch_model.bin");
        File.Delete(path);
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, bytes) in new[] { ("archive/data.pkl", pickle) }.Concat(files))
        {
            using var stream = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
            stream.Write(bytes);
        }

        return path;
    }
}
