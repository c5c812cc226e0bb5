using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.Linear;

/// <summary>
/// LinearDescent: the prefixes' W and b become W − η Σ_t m_t g_t x_tᵀ and b − η Σ_t m_t g_t, with g in the tokens' signal, x in their memory and
/// m the train mask.
/// </summary>
/// <remarks>
/// Here the prefixes ask. Weight head (i, j): prefix k's query is e_k and token t's key lists the gradients of the rows in slot i, so the score
/// is g_{t,k·n+i}; the value is −η times shard j of x_t. The head gives shard j of −ηΣ_t g_{t,k·n+i} x_t, which is added where that row lies.
/// Bias heads: every token's key is e_0, so only prefix 0 scores (1 on each token); the value is −η g_t. The other prefixes' copies of the bias
/// go stale and are never read (departure V6). With weight decay the gate keeps 1 − ηλ of what the prefixes hold.
/// Source: C6, C21, C41, V6.
/// </remarks>
public sealed class LinearDescent
{
    private readonly LinearAttention _layer;
    private readonly Gate _gate;
    private readonly DescentOptions _options;
    private readonly int _rowsPerPrefix;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape and η.</param>
    /// <param name="memorySlot">The slot that holds x.</param>
    /// <param name="options">What to update; null for weights and bias.</param>
    public LinearDescent(TintConfiguration configuration, int memorySlot, DescentOptions? options = null)
    {
        AdmissibleShapes.Check(configuration);
        memorySlot = MemorySlots.Checked(configuration, memorySlot, needed: 1);
        _options = options ?? DescentOptions.Default;
        _gate = Gate.AddToPrefixes(configuration, _options.BiasOnly);
        _rowsPerPrefix = configuration.RowsPerPrefix;
        int rows = configuration.RowsPerPrefix, weightHeads = LinearHeads.WeightHeads(configuration);
        var (mixing, linear) = LinearHeads.GradientByPrefix(configuration);

        var value = LinearHeads.Mixing(configuration);
        for (var slot = 0; slot < rows && !_options.BiasOnly; slot++)
        {
            value.CopyHeads(slot * rows, memorySlot * rows, rows, -configuration.InnerLearningRate);
        }

        value.CopyHeads(weightHeads, 0, rows, -configuration.InnerLearningRate * _options.BiasRateFactor);
        var attention = new AttentionWeights
        {
            HeadCount = LinearHeads.Count(configuration),
            HeadSize = configuration.PrefixCount,
            Query = new Projection(
                LinearHeads.Mixing(configuration),
                LinearHeads.IdentityPerHead(configuration),
                LinearHeads.Positions(configuration).IdentifyPrefixes().ForHeads(0, weightHeads + rows)),
            Key = new Projection(
                mixing, linear, LinearHeads.Positions(configuration).PointTokensAtFirstPrefix().ForHeads(weightHeads, rows)),
            Value = new Projection(value, LinearHeads.IdentityPerHead(configuration), LinearHeads.Positions(configuration)),
            Output = LinearHeads.IdentityMixing(configuration),
        };
        _layer = new LinearAttention(attention, SoftmaxTwins.OfTokens(configuration));
    }

    /// <summary>Runs the module: prefixes hold the updated W and b, tokens are emptied.</summary>
    /// <param name="states">Prefixes with W and b, tokens with g and x.</param>
    /// <param name="trainMask">m, [T] of 0 and 1.</param>
    /// <param name="arithmetic">The arithmetic.</param>
    public HiddenStates Run(HiddenStates states, IReadOnlyList<double> trainMask, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(arithmetic);
        Require.Mask(trainMask, states.Tokens.RowCount, "train_mask");
        int[] trained = [.. Enumerable.Range(0, trainMask.Count).Where(t => trainMask[t] == 1)];
        var update = _layer.Apply(states, new Visibility.PrefixesToTrainedTokens(trained), atPrefixes: true, arithmetic);
        if (_options.DiagonalOnly)
        {
            update = update with { Prefixes = update.Prefixes.Select(KeepDiagonal) };
        }

        return _gate.Apply(states, update, arithmetic);
    }

    /// <summary>The weights as a transformer holds them, under the names of the fixtures.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
        [.. _gate.Tensors("gates"), .. _layer.Tensors("attnt_module")];

    private Tracked? KeepDiagonal(Tracked? slot, int row) =>
        slot is null || row == _rowsPerPrefix
            ? slot
            : Arithmetic.Mask(slot, (prefix, column) => column == (prefix * _rowsPerPrefix) + row);
}
