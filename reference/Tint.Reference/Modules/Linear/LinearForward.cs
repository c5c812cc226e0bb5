using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.Linear;

/// <summary>
/// LinearForward: every token's signal x becomes W x + b, with W and b in the prefixes; x goes to memory.
/// </summary>
/// <remarks>
/// Weight head (i, j): the query is shard j of x, the key of prefix k is shard j of the weight row in its slot i, and the value of prefix k is
/// the unit vector e_k. So coordinate k of the output is ⟨shard j of w_{k·n+i}, shard j of x⟩, and summing over j gives ⟨w_{k·n+i}, x⟩.
/// Bias heads: every token's query is e_0 and prefix k's key is e_k, so all tokens read prefix 0, whose value is its bias slot.
/// Source: C4.
/// </remarks>
public sealed class LinearForward
{
    private readonly PerHeadLinear _permutation;
    private readonly HeadMixing _biasAddition;
    private readonly LinearAttention _layer;
    private readonly Gate _gate;
    private readonly int? _memory;
    private readonly Visibility _visibility;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="memorySlot">The slot that keeps x; null keeps nothing.</param>
    public LinearForward(TintConfiguration configuration, int? memorySlot)
    {
        AdmissibleShapes.Check(configuration);
        _memory = memorySlot is { } kept ? MemorySlots.Checked(configuration, kept, needed: 1) : null;
        _gate = Gate.ReplaceTokens(configuration);
        _visibility = VisibilityOf(configuration);
        int rows = configuration.RowsPerPrefix, weightHeads = LinearHeads.WeightHeads(configuration);

        // Query: shard j of x, repeated for each slot i; bias heads point at prefix 0.
        var query = LinearHeads.Mixing(configuration);
        for (var slot = 0; slot < rows; slot++)
        {
            query.CopyHeads(slot * rows, 0, rows);
        }

        // Key: the weights as they lie; bias heads identify the prefixes. Value: identifiers; bias heads the bias as it lies.
        var (key, value) = (LinearHeads.PerHead(configuration), LinearHeads.PerHead(configuration));
        key.Pass(0, weightHeads);
        value.Pass(weightHeads, rows);

        // Output: head i sums the n shards of slot i, head n + i is the bias.
        var output = LinearHeads.Mixing(configuration);
        for (var slot = 0; slot < rows; slot++)
        {
            for (var shard = 0; shard < rows; shard++)
            {
                output[slot, (slot * rows) + shard] = 1;
            }
        }

        output.CopyHeads(rows, weightHeads, rows);
        var attention = new AttentionWeights
        {
            HeadCount = LinearHeads.Count(configuration),
            HeadSize = configuration.PrefixCount,
            Query = new Projection(
                query,
                LinearHeads.IdentityPerHead(configuration),
                LinearHeads.Positions(configuration).PointTokensAtFirstPrefix().ForHeads(weightHeads, rows)),
            Key = new Projection(
                LinearHeads.IdentityMixing(configuration),
                key,
                LinearHeads.Positions(configuration).IdentifyPrefixes().ForHeads(weightHeads, rows)),
            Value = new Projection(
                LinearHeads.IdentityMixing(configuration),
                value,
                LinearHeads.Positions(configuration).IdentifyPrefixes().ForHeads(0, weightHeads)),
            Output = output,
        };
        (_permutation, _biasAddition) = Assembly(configuration);
        _layer = new LinearAttention(attention, () => _biasAddition.ToMap().After(_permutation.ToMap()), SoftmaxTwins.OfPrefixes(configuration));
    }

    /// <summary>Runs the module: tokens' slot 0 becomes W x + b, [T × D_aux].</summary>
    public HiddenStates Run(HiddenStates states, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(arithmetic);
        var output = _layer.Apply(states, _visibility, atPrefixes: false, arithmetic);
        if (_memory is { } memory)
        {
            output = output with { Tokens = output.Tokens.With(memory, arithmetic.Add(output.Tokens[memory], states.Tokens[0])) };
        }

        return _gate.Apply(states, output, arithmetic);
    }

    /// <summary>The weights as a transformer holds them, under the names of the fixtures.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
    [
        .. _gate.Tensors("gates"),
        .. _layer.Tensors("attnt_module"),
        .. _permutation.Tensors("permutation_conv"),
        .. _biasAddition.Tensors("bias_add_conv"),
    ];

    /// <summary>The mask of forward and backward modules.</summary>
    internal static Visibility VisibilityOf(TintConfiguration configuration) =>
        configuration.RestrictPrefixes ? new Visibility.TokensToPrefixes() : new Visibility.Causal();

    /// <remarks>
    /// Slot 0 then lists the products by slot, coordinate i·K + k for row k·n + i; the permutation puts them in row order. Slot 1 is the bias,
    /// and the addition sums both into slot 0.
    /// </remarks>
    private static (PerHeadLinear Permutation, HeadMixing BiasAddition) Assembly(TintConfiguration configuration)
    {
        int width = configuration.Auxiliary.HiddenSize, rows = configuration.RowsPerPrefix;
        var permutation = new PerHeadLinear(rows + 1, width);
        for (var row = 0; row < width; row++)
        {
            permutation[0, row, (row % rows * configuration.PrefixCount) + (row / rows)] = 1;
        }

        permutation.Pass(1, 1);
        var addition = new HeadMixing(rows + 1, width) { [0, 0] = 1, [0, 1] = 1 };
        return (permutation, addition);
    }
}
