using Tint.Fixtures;
using Tint.Fixtures.Safetensors;
using Tint.Reference;
using Tint.Reference.Auxiliary;

namespace Tint.Verification.Checkpoints;

/// <summary>
/// A Hugging Face checkpoint in one or more safetensors files, whose tensors are read one by one on demand, as float64 whatever the files hold;
/// <see cref="HuggingFaceWeights"/> makes a model of it.
/// </summary>
public sealed class Checkpoint : ITensorFile, IDisposable
{
    private readonly List<SafetensorsFile> _files = [];
    private readonly Dictionary<string, SafetensorsFile> _byName = new(StringComparer.Ordinal);

    /// <summary>Opens the files and checks their layouts; no tensor is read.</summary>
    /// <param name="paths">The files.</param>
    /// <exception cref="FixtureException">A file cannot be read or breaks a rule of the format.</exception>
    /// <exception cref="RuleViolationException">Two files hold a tensor of one name.</exception>
    public Checkpoint(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        try
        {
            foreach (var path in paths)
            {
                var file = SafetensorsFile.Open(path);
                _files.Add(file);
                if (file.Names.FirstOrDefault(name => !_byName.TryAdd(name, file)) is { } repeated)
                {
                    throw new RuleViolationException(
                        "the files of a checkpoint must hold different tensors", $"{Printable.Name(repeated)} twice", "name each file once");
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => _byName.Keys;

    /// <inheritdoc/>
    public IReadOnlyList<long>? ShapeOf(string name) => _byName.TryGetValue(name, out var file) ? file.Entry(name).Shape : null;

    /// <inheritdoc/>
    /// <exception cref="RuleViolationException">There is no such tensor, or it has an axis that no array can have.</exception>
    /// <exception cref="FixtureException">The tensor's type is not decoded, or the file cannot be read any more.</exception>
    public Tensor Read(string name)
    {
        var file = File(name);
        int[] shape = [.. file.Entry(name).Shape.Select(size => size <= int.MaxValue
            ? (int)size
            : throw new RuleViolationException(
                $"an axis of tensor {Printable.Name(name)} must have at most {int.MaxValue} entries", $"{size}", "use a smaller tensor"))];
        return new Tensor(shape, file.ReadDoubles(name));
    }

    /// <inheritdoc/>
    public void Read(string name, long first, Span<double> values) => File(name).ReadDoubles(name, first, values);

    /// <summary>Closes the files.</summary>
    public void Dispose() => _files.ForEach(static file => file.Dispose());

    private SafetensorsFile File(string name) => _byName.TryGetValue(name, out var file)
        ? file
        : throw new RuleViolationException(
            "the tensor must exist", Printable.Name(name), $"use one of the checkpoint's {_byName.Count} tensors");
}
