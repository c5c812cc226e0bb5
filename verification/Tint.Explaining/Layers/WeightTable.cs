using Tint.Reference.Auxiliary;
using Tint.Reference.Primitives;

namespace Tint.Explaining.Layers;

/// <summary>A module's weight tensors by name, written out densely as a transformer holds them, and the maps that they stand for.</summary>
internal sealed class WeightTable(IEnumerable<WeightTensor> tensors)
{
    private readonly Dictionary<string, Lazy<Tensor>> _tensors =
        tensors.ToDictionary(static tensor => tensor.Name, static tensor => new Lazy<Tensor>(tensor.Materialise), StringComparer.Ordinal);

    /// <summary>A tensor.</summary>
    public Tensor this[string name] => _tensors[name].Value;

    /// <summary>The names.</summary>
    public IEnumerable<string> Names => _tensors.Keys;

    /// <summary>A mixing of heads, [coordinate × input head × output head], on all coordinates.</summary>
    public CoordinateMap Mixing(string name)
    {
        var tensor = this[$"{name}.weight"];
        var (size, heads) = (tensor.Shape[0], tensor.Shape[1]);
        CheckBias(name);
        return CoordinateMap.Of(size * heads, Entries(tensor).Select(entry =>
        {
            var (coordinate, input, output) = (entry.Index / (heads * heads), entry.Index / heads % heads, entry.Index % heads);
            return ((output * size) + coordinate, (input * size) + coordinate, entry.Value);
        }));
    }

    /// <summary>A map inside heads, [head × input × output], on all coordinates.</summary>
    public CoordinateMap Inside(string name)
    {
        var tensor = this[$"{name}.weight"];
        var (heads, size) = (tensor.Shape[0], tensor.Shape[1]);
        CheckBias(name);
        return CoordinateMap.Of(heads * size, Entries(tensor).Select(entry =>
        {
            var (head, input, output) = (entry.Index / (size * size), entry.Index / size % size, entry.Index % size);
            return ((head * size) + output, (head * size) + input, entry.Value);
        }));
    }

    private static IEnumerable<(int Index, double Value)> Entries(Tensor tensor) =>
        tensor.Entries.ToArray().Index().Where(static entry => entry.Item != 0).Select(static entry => (entry.Index, entry.Item));

    /// <summary>The construction's layers have biases of zero, which is why a map says all of them.</summary>
    private void CheckBias(string name)
    {
        if (this[$"{name}.bias"].Entries.ToArray().Any(static value => value != 0))
        {
            throw new InvalidOperationException($"{name} has a bias");
        }
    }
}
