using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.Linear;

/// <summary>LinearBackward: every token's output gradient g becomes Wᵀ g, with W in the prefixes before the descent changes it.</summary>
/// <remarks>
/// Weight head (i, j): the query lists the gradients of the rows in slot i, entry k for prefix k, and the key of prefix k is e_k, so the score
/// on prefix k is g_{k·n+i}. The value of prefix k is shard j of its row in slot i: the head gives shard j of Σ_k g_{k·n+i} w_{k·n+i}, and the
/// output sums over i. In the forward pass this was: key the weights, value the identifiers.
/// Source: C5.
/// </remarks>
public sealed class LinearBackward
{
    private readonly LinearAttention _layer;
    private readonly Gate _gate;
    private readonly int? _memory;
    private readonly Visibility _visibility;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="memorySlot">The first slot of memory, which is carried on; null carries nothing.</param>
    /// <param name="retainOutputGradient">True: g stays in slot 0 and Wᵀ g goes to slot 1. The gate then keeps everything, memory included.</param>
    public LinearBackward(TintConfiguration configuration, int? memorySlot, bool retainOutputGradient = false)
    {
        AdmissibleShapes.Check(configuration);
        _memory = memorySlot is { } first && !retainOutputGradient ? MemorySlots.Checked(configuration, first, needed: 1) : null;
        _gate = retainOutputGradient ? Gate.AddToTokens(configuration) : Gate.ReplaceTokens(configuration);
        _visibility = LinearForward.VisibilityOf(configuration);
        int rows = configuration.RowsPerPrefix, heads = LinearHeads.Count(configuration);
        var (mixing, linear) = LinearHeads.GradientByPrefix(configuration);

        // Output: shard j of the target slot sums head (i, j) over the slots i.
        var target = retainOutputGradient ? rows : 0;
        var output = LinearHeads.Mixing(configuration);
        for (var slot = 0; slot < rows; slot++)
        {
            output.CopyHeads(target, slot * rows, rows);
        }

        var attention = new AttentionWeights
        {
            HeadCount = heads,
            HeadSize = configuration.PrefixCount,
            Query = new Projection(mixing, linear, LinearHeads.Positions(configuration)),
            Key = new Projection(
                LinearHeads.IdentityMixing(configuration),
                LinearHeads.PerHead(configuration),
                LinearHeads.Positions(configuration).IdentifyPrefixes().ForHeads(0, heads)),
            Value = new Projection(
                LinearHeads.IdentityMixing(configuration), LinearHeads.IdentityPerHead(configuration), LinearHeads.Positions(configuration)),
            Output = output,
        };
        _layer = new LinearAttention(attention, SoftmaxTwins.OfPrefixes(configuration));
    }

    /// <summary>Runs the module: tokens' slot 0 becomes Wᵀ g, [T × D_aux].</summary>
    public HiddenStates Run(HiddenStates states, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(arithmetic);
        var output = _layer.Apply(states, _visibility, atPrefixes: false, arithmetic);
        if (_memory is { } memory)
        {
            output = output with
            {
                Tokens = output.Tokens.Tail(memory, output.Tokens.Zip(states.Tokens, arithmetic.Add)),
            };
        }

        return _gate.Apply(states, output, arithmetic);
    }

    /// <summary>The weights as a transformer holds them, under the names of the fixtures.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
        [.. _gate.Tensors("gates"), .. _layer.Tensors("attnt_module")];
}
