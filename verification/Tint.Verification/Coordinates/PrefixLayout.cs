namespace Tint.Verification.Coordinates;

/// <summary>What lies where in a prefix: n whole weight rows of D_aux, then the whole bias.</summary>
internal static class PrefixLayout
{
    /// <summary>
    /// The coordinates that lead to entry <paramref name="coordinate"/> of prefix j: weight row j·n + ⌊coordinate/D⌋ and its column, or the
    /// bias entry; and the auxiliary head, where the rows belong to heads.
    /// </summary>
    /// <param name="geometry">The case's sizes.</param>
    /// <param name="prefix">j.</param>
    /// <param name="coordinate">The coordinate in 0 … D_sim−1.</param>
    /// <param name="holdsHeads">True for the prefixes of query, key and value.</param>
    public static IEnumerable<Coordinate> Describe(CaseGeometry geometry, int prefix, int coordinate, bool holdsHeads)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        var (chunk, column) = Math.DivRem(coordinate, geometry.AuxiliaryHiddenSize);
        var isWeight = chunk < geometry.RowsPerPrefix;
        var row = isWeight ? (prefix * geometry.RowsPerPrefix) + chunk : column;
        yield return new Coordinate("slot", isWeight ? "weight" : "bias");
        if (holdsHeads)
        {
            yield return new Coordinate("head", row / geometry.AuxiliaryHeadSize);
        }

        yield return new Coordinate("row", row);
        if (isWeight)
        {
            yield return new Coordinate("column", column);
        }
    }
}
