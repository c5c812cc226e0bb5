using System.Text.Json;
using Tint.Fixtures;
using Tint.Fixtures.Json;
using Tint.Fixtures.PyTorch;
using Tint.Fixtures.Safetensors;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Families;

namespace Tint.Verification.Checkpoints;

/// <summary>
/// A checkpoint in one or more files, safetensors or as PyTorch saves them, whose tensors are read one by one on demand, as float64 whatever the files
/// hold; <see cref="HuggingFaceWeights"/> makes a model of it.
/// </summary>
public sealed class Checkpoint : ITensorFile, IDisposable
{
    private static readonly string[] Weights = ["model.safetensors", "pytorch_model.bin"];

    private readonly List<ITensorContainer> _files = [];
    private readonly Dictionary<string, ITensorContainer> _byName = new(StringComparer.Ordinal);

    /// <summary>Opens the files and checks their layouts; no tensor is read.</summary>
    /// <param name="paths">The files.</param>
    /// <exception cref="FixtureException">A file cannot be read or breaks a rule of its format.</exception>
    /// <exception cref="RuleViolationException">Two files hold a tensor of one name.</exception>
    public Checkpoint(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        try
        {
            foreach (var path in paths)
            {
                ITensorContainer file = PyTorchFile.Recognises(path) ? PyTorchFile.Open(path) : SafetensorsFile.Open(path);
                _files.Add(file);
                if (file.TensorNames.FirstOrDefault(name => !_byName.TryAdd(name, file)) is { } repeated)
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

    /// <summary>
    /// Opens the weights in a folder: one safetensors file, several with an index, or the same as PyTorch saves them. Where both formats are there,
    /// safetensors is read.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="FixtureException">There are none, or a file cannot be read or breaks a rule of its format.</exception>
    /// <exception cref="RuleViolationException">They are not those that their index names.</exception>
    public static Checkpoint Open(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        foreach (var name in Weights)
        {
            var (whole, index) = (Path.Combine(folder, name), Path.Combine(folder, $"{name}.index.json"));
            if (System.IO.File.Exists(whole))
            {
                return new Checkpoint([whole]);
            }

            if (System.IO.File.Exists(index))
            {
                return Sharded(folder, JsonFile.Read(index, WeightMap));
            }
        }

        throw new FixtureException(
            $"a model's folder must hold {string.Join(" or ", Weights)}, or the index of one in several files",
            "none of them",
            "download the weights as well");
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => _byName.Keys;

    /// <inheritdoc/>
    public IReadOnlyList<long>? ShapeOf(string name) => _byName.TryGetValue(name, out var file) ? file.ShapeOf(name) : null;

    /// <inheritdoc/>
    public bool HoldsIntegers(string name) => File(name).HoldsIntegers(name);

    /// <inheritdoc/>
    /// <exception cref="RuleViolationException">There is no such tensor, or it has an axis that no array can have.</exception>
    /// <exception cref="FixtureException">The tensor's type is not decoded, or the file cannot be read any more.</exception>
    public Tensor Read(string name)
    {
        var file = File(name);
        int[] shape = [.. file.ShapeOf(name)!.Select(size => size <= int.MaxValue
            ? (int)size
            : throw new RuleViolationException(
                $"an axis of tensor {Printable.Name(name)} must have at most {int.MaxValue} entries", $"{size}", "use a smaller tensor"))];
        return new Tensor(shape, file.ReadDoubles(name));
    }

    /// <inheritdoc/>
    public void Read(string name, long first, Span<double> values) => File(name).ReadDoubles(name, first, values);

    /// <summary>Closes the files.</summary>
    public void Dispose() => _files.ForEach(static file => file.Dispose());

    /// <summary>Requires that each tensor lies in the file that an index names for it, and that the index names every tensor.</summary>
    /// <param name="files">The files' names, in the order in which they were opened.</param>
    /// <param name="index">The name of a tensor's file, by the tensor's name.</param>
    /// <exception cref="RuleViolationException">It does not.</exception>
    internal void CheckIndex(IReadOnlyList<string> files, IReadOnlyDictionary<string, string> index)
    {
        foreach (var (file, name) in _files.Zip(files))
        {
            if (file.TensorNames.FirstOrDefault(tensor => index.GetValueOrDefault(tensor) != name) is { } stray)
            {
                throw new RuleViolationException(
                    "the index of a checkpoint must name the file of every tensor", $"{Printable.Name(stray)} in {Printable.Name(name)}", "fetch both again");
            }
        }

        if (index.Keys.FirstOrDefault(tensor => !_byName.ContainsKey(tensor)) is { } missing)
        {
            throw new RuleViolationException(
                "the files of a checkpoint must hold every tensor of its index",
                $"no {Printable.Name(missing)} in {Printable.Name(index[missing])}",
                "fetch the files again");
        }
    }

    private ITensorContainer File(string name) => _byName.TryGetValue(name, out var file)
        ? file
        : throw new RuleViolationException(
            "the tensor must exist", Printable.Name(name), $"use one of the checkpoint's {_byName.Count} tensors");

    private static Checkpoint Sharded(string folder, IReadOnlyDictionary<string, string> index)
    {
        string[] files = [.. index.Values.Distinct(StringComparer.Ordinal)];
        if (files.FirstOrDefault(file => file != Path.GetFileName(file) || file is "" or "." or "..") is { } elsewhere)
        {
            throw new RuleViolationException(
                "the files of a checkpoint must lie beside their index", $"'{Printable.Name(elsewhere)}'", "fetch the index again");
        }

        var checkpoint = new Checkpoint(files.Select(file => Path.Combine(folder, file)));
        try
        {
            checkpoint.CheckIndex(files, index);
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    private static Dictionary<string, string> WeightMap(JsonElement root, string where)
    {
        var fields = new JsonFields(root, where);
        if (fields.Has("metadata"))
        {
            // The number of bytes, and whatever else was noted when the files were written.
            fields.Element("metadata");
        }

        var map = fields.Element("weight_map");
        fields.Done();
        var names = new JsonFields(map, $"{where}: weight_map");
        return names.Rest.ToArray().ToDictionary(name => name, names.Text, StringComparer.Ordinal);
    }
}
