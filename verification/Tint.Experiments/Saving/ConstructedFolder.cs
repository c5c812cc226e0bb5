using Tint.Fixtures;
using Tint.Fixtures.Files;
using Tint.Fixtures.Safetensors;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Materialised;
using Tint.Reference.Primitives;
using Tint.Verification.Checkpoints;

namespace Tint.Experiments.Saving;

/// <summary>
/// A constructed TinT in a folder: <c>config.json</c> with its layers, its weights as safetensors in float64 in files of limited size with their index,
/// and an example with the logits that it must have. Written and read tensor by tensor.
/// </summary>
/// <param name="configuration">The construction's shape and options.</param>
/// <param name="weights">The auxiliary model; layers may be streamed.</param>
public sealed class ConstructedFolder(TintConfiguration configuration, AuxiliaryWeights weights)
{
    /// <summary>The file of the example.</summary>
    public const string ExampleFile = "example.safetensors";

    private const string ConfigFile = "config.json";
    private const string IndexFile = "model.safetensors.index.json";

    private readonly MaterialisedTint _tint = new(configuration, weights);

    /// <summary>The number of tensors.</summary>
    public int TensorCount => _tint.Tensors().Count();

    /// <summary>The number of parameters.</summary>
    public long ParameterCount => _tint.Tensors().Sum(static tensor => tensor.Count);

    /// <summary>The folder's <c>config.json</c>.</summary>
    public byte[] Config => ConstructedConfig.Write(configuration, _tint);

    /// <summary>Writes the folder, whole or not at all.</summary>
    /// <param name="folder">Its place: empty, or not there yet.</param>
    /// <param name="bytesAFile">How many bytes of numbers a file may hold; a tensor that is larger has one of its own.</param>
    /// <param name="example">Makes the tensors of the example; null for none.</param>
    /// <param name="advance">Called after each tensor.</param>
    /// <param name="token">Cancels the writing between two tensors; nothing is left then.</param>
    /// <exception cref="FixtureException">The place holds something, or cannot be written.</exception>
    public void Write(string folder, long bytesAFile, Func<IReadOnlyList<SafetensorsTensor>>? example, Action? advance, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(folder);
        NewFolder.Write(folder, place =>
        {
            File.WriteAllBytes(Path.Combine(place, ConfigFile), Config);
            if (example is not null)
            {
                SafetensorsWriter.Write(Path.Combine(place, ExampleFile), example());
            }

            var files = Files(bytesAFile);
            foreach (var (name, tensors) in files)
            {
                SafetensorsWriter.Write(Path.Combine(place, name), tensors.Select(Written), new Dictionary<string, string> { ["format"] = "np" });
            }

            File.WriteAllBytes(Path.Combine(place, IndexFile), ConstructedConfig.WriteIndex(files));
        });

        SafetensorsTensor Written(WeightTensor tensor) => new(tensor.Name, SafetensorsDataType.F64, [.. tensor.Shape.Select(static size => (long)size)], () =>
        {
            token.ThrowIfCancellationRequested();
            var values = tensor.Materialise().Entries;
            advance?.Invoke();
            return values;
        });
    }

    /// <summary>Compares a folder with what would be written: names, shapes, every bit of every number, and the layers.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="advance">Called after each tensor.</param>
    /// <param name="token">Cancels it between two tensors.</param>
    /// <returns>What differs first, in words; null where nothing does.</returns>
    /// <exception cref="FixtureException">A file is missing or damaged.</exception>
    /// <exception cref="Reference.RuleViolationException">The files are not those that their index names.</exception>
    public string? Difference(string folder, Action? advance, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(folder);
        using var files = Checkpoint.Open(folder);
        var names = files.Names.ToHashSet(StringComparer.Ordinal);
        foreach (var tensor in _tint.Tensors())
        {
            token.ThrowIfCancellationRequested();
            if (!names.Remove(tensor.Name))
            {
                return $"no tensor '{tensor.Name}'";
            }

            var shape = files.ShapeOf(tensor.Name)!;
            if (!shape.SequenceEqual(tensor.Shape.Select(static size => (long)size)))
            {
                return $"'{tensor.Name}' is [{string.Join(" × ", shape)}], not [{string.Join(" × ", tensor.Shape)}]";
            }

            if (FirstDifference(tensor.Materialise().Values, files, tensor.Name) is { } entry)
            {
                return FormattableString.Invariant($"'{tensor.Name}' differs at entry {entry}, counted row by row");
            }

            advance?.Invoke();
        }

        return names.Count > 0 ? $"'{Printable.Name(names.Order(StringComparer.Ordinal).First())}' is no tensor of this transformer"
            : !File.ReadAllBytes(Path.Combine(folder, ConfigFile)).AsSpan().SequenceEqual(Config) ? $"{ConfigFile} describes other layers or options"
            : null;
    }

    private static long? FirstDifference(ReadOnlySpan<double> expected, Checkpoint files, string name)
    {
        var found = new double[1 << 16];
        for (var first = 0; first < expected.Length; first += found.Length)
        {
            var part = expected[first..Math.Min(first + found.Length, expected.Length)];
            files.Read(name, first, found.AsSpan(0, part.Length));
            for (var i = 0; i < part.Length; i++)
            {
                if (BitConverter.DoubleToInt64Bits(part[i]) != BitConverter.DoubleToInt64Bits(found[i]))
                {
                    return first + i;
                }
            }
        }

        return null;
    }

    /// <summary>The tensors in files of about a size, in order.</summary>
    private List<(string Name, IReadOnlyList<WeightTensor> Tensors)> Files(long bytesAFile)
    {
        var (parts, size) = (new List<List<WeightTensor>>(), 0L);
        foreach (var tensor in _tint.Tensors())
        {
            var bytes = tensor.Count * sizeof(double);
            if (parts.Count == 0 || size + bytes > bytesAFile)
            {
                parts.Add([]);
                size = 0;
            }

            parts[^1].Add(tensor);
            size += bytes;
        }

        return [.. parts.Select((tensors, index) => (
            FormattableString.Invariant($"model-{index + 1:00000}-of-{parts.Count:00000}.safetensors"), (IReadOnlyList<WeightTensor>)tensors))];
    }
}
