using Tint.Reference.Configuration;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.Gating;

/// <summary>
/// Products of two signals of one token, entry by entry: linear attention in which a token sees itself alone, with heads one coordinate wide. The query is
/// an entry of the one signal, the key 1 and the value the same entry of the other, so that the score on itself times the value is their product.
/// </summary>
/// <remarks>
/// Head c leaves its product at coordinate c, so that the mixings have only to bring each factor's slot to the slot of the result. The 1 comes from the position
/// part, which gives every token its coordinate 0, the only one that such a head has.
/// Source: C29.
/// </remarks>
internal sealed class SignalProduct
{
    private readonly LinearAttention _layer;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="products">For each slot that is written, the slots of both factors.</param>
    public SignalProduct(TintConfiguration configuration, params IReadOnlyList<(int Target, int First, int Second)> products)
    {
        var (width, rows) = (configuration.Auxiliary.HiddenSize, configuration.RowsPerPrefix);
        var (query, value) = (LinearHeads.Mixing(configuration), LinearHeads.Mixing(configuration));
        var one = Positions(configuration).PointTokensAtFirstPrefix();
        foreach (var (target, first, second) in products)
        {
            query.CopyHeads(target * rows, first * rows, rows);
            value.CopyHeads(target * rows, second * rows, rows);
            one.ForHeads(target * width, width);
        }

        var attention = new AttentionWeights
        {
            HeadCount = configuration.HiddenSize,
            HeadSize = 1,
            Query = new Projection(query, LinearHeads.IdentityPerHead(configuration), Positions(configuration)),
            Key = new Projection(LinearHeads.Mixing(configuration), LinearHeads.PerHead(configuration), one),
            Value = new Projection(value, LinearHeads.IdentityPerHead(configuration), Positions(configuration)),
            Output = LinearHeads.IdentityMixing(configuration),
        };
        _layer = new LinearAttention(attention, SoftmaxTwins.OfItself(configuration));
    }

    /// <summary>The products at the tokens; all other slots are empty, and so are the prefixes.</summary>
    public HiddenStates Run(HiddenStates states, Arithmetic arithmetic) =>
        _layer.Apply(states, new Visibility.Itself(), atPrefixes: false, arithmetic);

    /// <summary>The weights as a transformer holds them.</summary>
    public IEnumerable<WeightTensor> Tensors(string name) => _layer.Tensors(name);

    private static PositionMap Positions(TintConfiguration configuration) =>
        new(1, configuration.Auxiliary.MaximumPositions, configuration.PrefixCount, configuration.UseSoftmax);
}
