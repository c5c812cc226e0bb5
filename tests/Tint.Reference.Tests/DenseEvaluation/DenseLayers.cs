using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Tests.DenseEvaluation;

/// <summary>
/// The layers of a transformer, evaluated from its dense weight tensors by plain loops over all K + T positions and all D_sim coordinates: what
/// the weights that a module materialises compute, whatever the module itself computes.
/// </summary>
/// <param name="tensors">The module's weights; as numbers of <paramref name="format"/>.</param>
/// <param name="configuration">The shape.</param>
/// <param name="format">The numbers to compute in.</param>
internal sealed class DenseLayers(IEnumerable<WeightTensor> tensors, TintConfiguration configuration, FloatFormat format)
{
    private readonly Dictionary<string, (IReadOnlyList<int> Shape, double[] Values)> _weights = tensors.ToDictionary(
        tensor => tensor.Name,
        tensor => (tensor.Shape, (double[])[.. tensor.Materialise().Values.ToArray().Select(format.Round)]));

    public TintConfiguration Configuration => configuration;

    public FloatFormat Format => format;

    /// <summary>y[h·d + o] = Σ_i x[h·d + i]·W[h, i, o] + b[h, o].</summary>
    public double[,] PerHead(string name, double[,] x)
    {
        var ((shape, weight), bias) = (_weights[$"{name}.weight"], _weights[$"{name}.bias"].Values);
        var size = shape[1];
        return Grid.Like(x, (row, coordinate) =>
        {
            var (head, output) = (coordinate / size, coordinate % size);
            var sum = bias[coordinate];
            for (var input = 0; input < size; input++)
            {
                sum = format.Add(sum, format.Times(x[row, (head * size) + input], weight[(((head * size) + input) * size) + output]));
            }

            return sum;
        });
    }

    /// <summary>y[o·d + c] = Σ_i x[i·d + c]·M[c, i, o] + b[c, o].</summary>
    public double[,] Mix(string name, double[,] x)
    {
        var ((shape, weight), bias) = (_weights[$"{name}.weight"], _weights[$"{name}.bias"].Values);
        var (size, heads) = (shape[0], shape[1]);
        return Grid.Like(x, (row, coordinate) =>
        {
            var (output, c) = (coordinate / size, coordinate % size);
            var sum = bias[(c * heads) + output];
            for (var input = 0; input < heads; input++)
            {
                sum = format.Add(sum, format.Times(x[row, (input * size) + c], weight[(((c * heads) + input) * heads) + output]));
            }

            return sum;
        });
    }

    /// <summary>tanh(a·p + a₀)·old + tanh(b·p + b₀)·new with p the position one-hot, and one a for a position or one for each of its slots.</summary>
    public double[,] Gate(string name, double[,] old, double[,] @new)
    {
        double[,] Values(string part)
        {
            var (shape, weight) = _weights[$"{name}.{part}.weight"];
            return Grid.Of(old.GetLength(0), shape[1], (row, slot) => format.Tanh(
                OfPosition(row, p => weight[(p * shape[1]) + slot], _weights[$"{name}.{part}.bias"].Values[slot])));
        }

        var (keep, take) = (Values("old_v"), Values("new_v"));
        return Grid.Like(old, (row, c) => format.Add(format.Times(At(keep, row, c), old[row, c]), format.Times(At(take, row, c), @new[row, c])));

        double At(double[,] gates, int row, int c) => gates[row, c * gates.GetLength(1) / old.GetLength(1)];
    }

    /// <summary>Query, key or value (part 0, 1, 2) of an attention layer: head mixing, per-head map, and the position part on its heads; on demand at the twins.</summary>
    public double[,] Project(string name, int part, double[,] x, bool atTwins = false)
    {
        var signal = PerHead($"{name}.{"qkv"[part]}_attn", Mix($"{name}.{"qkv"[part]}_attn_head", x));
        var ((shape, weight), bias) = (_weights[$"{name}.p_attn.weight"], _weights[$"{name}.p_attn.bias"].Values);
        var (expansion, expansionBias) = (_weights[$"{name}.p_expand.weight"].Values, _weights[$"{name}.p_expand.bias"].Values);
        var (columns, heads) = (shape[1], HeadCount(name));
        var size = columns / 3;
        var position = Grid.Of(x.GetLength(0), size, (row, c) =>
            OfPosition(row, p => weight[(p * columns) + (part * size) + c], bias[(part * size) + c], atTwins));
        return Grid.Like(signal, (row, coordinate) =>
        {
            var (head, c) = (coordinate / size, coordinate % size);
            var expanded = format.Add(format.Times(position[row, c], expansion[(part * heads) + head]), expansionBias[head]);
            return format.Add(signal[row, coordinate], expanded);
        });
    }

    /// <summary>The number of heads of an attention layer.</summary>
    public int HeadCount(string name) => _weights[$"{name}.p_expand.weight"].Shape[2];

    /// <summary>Σ_p (one-hot of a row)_p·w_p + bias: token t has its one at t, prefix j at T_max + j, and twins theirs at T_max + K behind.</summary>
    private double OfPosition(int row, Func<int, double> weight, double bias, bool isTwin = false)
    {
        var (prefixes, positions) = (configuration.PrefixCount, configuration.Auxiliary.MaximumPositions);
        var one = (row < prefixes ? positions + row : row - prefixes) + (isTwin ? positions + prefixes : 0);
        var sum = bias;
        for (var p = 0; p < configuration.PositionCount; p++)
        {
            sum = format.Add(sum, format.Times(p == one ? 1 : 0, weight(p)));
        }

        return sum;
    }
}
