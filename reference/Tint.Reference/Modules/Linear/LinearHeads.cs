using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.Linear;

/// <summary>
/// The heads of the linear modules. Heads are K wide, so a slot of D_aux coordinates is n = D_aux/K heads (sharding), and D_sim is n·n weight
/// heads followed by n bias heads. Weight head (i, j) serves shard j of slot i, that is, of the weight rows i, n + i, 2n + i, … that the
/// prefixes hold in slot i.
/// </summary>
/// <remarks>Source: C3.</remarks>
internal static class LinearHeads
{
    /// <summary>n·n, the number of weight heads and the index of the first bias head.</summary>
    public static int WeightHeads(TintConfiguration configuration) => configuration.RowsPerPrefix * configuration.RowsPerPrefix;

    /// <summary>n·n + n, all heads of width K.</summary>
    public static int Count(TintConfiguration configuration) => configuration.HiddenSize / configuration.PrefixCount;

    /// <summary>A head mixing of zeros over heads of width K.</summary>
    public static HeadMixing Mixing(TintConfiguration configuration) => new(Count(configuration), configuration.PrefixCount);

    /// <summary>A head mixing over heads of width K that changes nothing.</summary>
    public static HeadMixing IdentityMixing(TintConfiguration configuration) =>
        HeadMixing.Identity(Count(configuration), configuration.PrefixCount);

    /// <summary>A per-head map of zeros over heads of width K.</summary>
    public static PerHeadLinear PerHead(TintConfiguration configuration) => new(Count(configuration), configuration.PrefixCount);

    /// <summary>A per-head map over heads of width K that changes nothing.</summary>
    public static PerHeadLinear IdentityPerHead(TintConfiguration configuration) =>
        PerHeadLinear.Identity(Count(configuration), configuration.PrefixCount);

    /// <summary>A position part that no head receives.</summary>
    public static PositionMap Positions(TintConfiguration configuration) =>
        new(configuration.PrefixCount, configuration.Auxiliary.MaximumPositions, configuration.PrefixCount, configuration.UseSoftmax);

    /// <summary>
    /// Brings the output gradient g to the weight heads: every head (i, j) gets (g_i, g_{n+i}, g_{2n+i}, …), the entries that belong to the
    /// weight rows in slot i, entry k for prefix k.
    /// </summary>
    /// <remarks>
    /// The mixing copies slot 0 into every slot. Within slot i the map then writes entry k·n + i to coordinate k of each of its n heads:
    /// afterwards coordinate k of a head of slot i is exactly the gradient of the weight row that prefix k holds there.
    /// </remarks>
    public static (HeadMixing Mixing, PerHeadLinear Linear) GradientByPrefix(TintConfiguration configuration)
    {
        int width = configuration.Auxiliary.HiddenSize, rows = configuration.RowsPerPrefix, prefixes = configuration.PrefixCount;
        var mixing = new HeadMixing(rows + 1, width);
        var linear = new PerHeadLinear(rows + 1, width);
        for (var slot = 0; slot <= rows; slot++)
        {
            mixing[slot, 0] = 1;
        }

        for (var slot = 0; slot < rows; slot++)
        {
            for (var shard = 0; shard < rows; shard++)
            {
                for (var prefix = 0; prefix < prefixes; prefix++)
                {
                    linear[slot, (shard * prefixes) + prefix, (prefix * rows) + slot] = 1;
                }
            }
        }

        return (mixing, linear);
    }
}
