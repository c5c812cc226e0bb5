using Tint.Fixtures.Safetensors;
using Tint.Reference;
using Tint.Reference.Auxiliary;

namespace Tint.Verification.Checkpoints;

/// <summary>
/// A Hugging Face checkpoint in one or more safetensors files, whose tensors are read one by one on demand, as float64 whatever the files hold. A
/// checkpoint of the model without its head leaves out the first part of each name (h.0.… for transformer.h.0.…), which is found as well.
/// </summary>
public sealed class Checkpoint : ITensorFile, IDisposable
{
    private readonly List<SafetensorsFile> _files = [];
    private readonly Dictionary<string, SafetensorsFile> _byName = new(StringComparer.Ordinal);

    /// <summary>Opens the files and checks their layouts; no tensor is read.</summary>
    /// <param name="paths">The files.</param>
    /// <exception cref="Fixtures.FixtureException">A file cannot be read or breaks a rule of the format.</exception>
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
                        "the files of a checkpoint must hold different tensors", $"{repeated} twice", "name each file once");
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
    public int Count => _byName.Count;

    /// <inheritdoc/>
    public IReadOnlyList<long>? ShapeOf(string name) => Find(name) is var (file, found) ? file.Entry(found).Shape : null;

    /// <inheritdoc/>
    /// <exception cref="Fixtures.FixtureException">The file cannot be read any more.</exception>
    public Tensor Read(string name)
    {
        var (file, found) = Find(name) ?? throw new RuleViolationException(
            "the tensor must exist", name, $"use one of the checkpoint's {Count} tensors");
        return new Tensor([.. file.Entry(found).Shape.Select(static size => checked((int)size))], file.ReadDoubles(found));
    }

    /// <summary>Closes the files.</summary>
    public void Dispose() => _files.ForEach(static file => file.Dispose());

    private (SafetensorsFile File, string Name)? Find(string name)
    {
        var shorter = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];
        return _byName.TryGetValue(name, out var file) ? (file, name)
            : _byName.TryGetValue(shorter, out file) ? (file, shorter)
            : null;
    }
}
