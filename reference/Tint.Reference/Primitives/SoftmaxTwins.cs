using Tint.Reference.Configuration;

namespace Tint.Reference.Primitives;

/// <summary>
/// How softmax attention stands for linear attention: beside every position j that a query sees stands a twin with key −k_j and value −v_j, scores are divided by M, and the
/// output mixing multiplies by M·P, with P the number of pairs that the softmax runs over.
/// </summary>
/// <remarks>
/// Over both softmax gives Σ_j sinh(s_j/M) v_j / Σ_j cosh(s_j/M), and M·P times that is Σ_j s_j v_j·(1 + O(1/M²)). What linear attention masks by a score of 0 is masked so
/// here: a pair of score 0 weighs 1 and 1, and v − v is nothing, whatever v. So P is a constant of the layer, and M·P a weight, though the trained tokens are
/// as many as a train mask says and a sequence is as long as it is: queries of tokens run over the K prefixes, queries of prefixes over all T_max positions of tokens, trained, not trained or empty,
/// and a token that sees itself alone over one pair.
/// Source: C40.
/// </remarks>
/// <param name="Pairs">P, the positions that the softmax runs over, twins not counted: 1 or more.</param>
/// <param name="Scale">M, what scores are divided by, without unit: the configuration's TwinScale, over 0.</param>
public sealed record SoftmaxTwins(int Pairs, double Scale)
{
    /// <summary>M·P, what the output mixing multiplies by.</summary>
    public double Factor => Scale * Pairs;

    /// <summary>The twins of queries at tokens that see the prefixes; null without <see cref="TintConfiguration.UseSoftmax"/>.</summary>
    public static SoftmaxTwins? OfPrefixes(TintConfiguration configuration) => Of(configuration, configuration.PrefixCount);

    /// <summary>The twins of queries at prefixes that see the trained tokens; null without <see cref="TintConfiguration.UseSoftmax"/>.</summary>
    public static SoftmaxTwins? OfTokens(TintConfiguration configuration) => Of(configuration, configuration.Auxiliary.MaximumPositions);

    /// <summary>The twin of a token that sees itself alone; null without <see cref="TintConfiguration.UseSoftmax"/>.</summary>
    public static SoftmaxTwins? OfItself(TintConfiguration configuration) => Of(configuration, 1);

    /// <summary>A head's output, before the factor, [queries × d_h]: softmax over positions, twins and the pairs that a mask has set to 0.</summary>
    /// <param name="query">The queries, [queries × d_h].</param>
    /// <param name="keys">The keys of the n ≤ P positions in play, [n × d_h].</param>
    /// <param name="values">Their values, [n × d_h].</param>
    /// <param name="twinKeys">The keys of their twins, −k, [n × d_h].</param>
    /// <param name="twinValues">The values of their twins, −v, [n × d_h].</param>
    /// <param name="arithmetic">The arithmetic.</param>
    /// <exception cref="RuleViolationException">More positions are in play than the softmax runs over.</exception>
    internal Tracked Attend(Tracked query, Tracked keys, Tracked values, Tracked twinKeys, Tracked twinValues, Arithmetic arithmetic)
    {
        if (keys.RowCount > Pairs)
        {
            throw new RuleViolationException(
                "softmax attention must have a place for every position that answers", $"{keys.RowCount} for {Pairs} places", "use a larger Auxiliary.MaximumPositions");
        }

        var scores = arithmetic.TransposeAndMultiply(query, Arithmetic.Stack([keys, twinKeys]));
        var weights = arithmetic.Softmax(scores, 1 / Scale, firstQuery: null, allowed: null, nulls: 2 * (Pairs - keys.RowCount));
        return arithmetic.Multiply(weights, Arithmetic.Stack([values, twinValues]));
    }

    /// <summary>The same for heads one coordinate wide in which every token sees itself and its twin, all heads side by side: every argument and the output is [tokens × heads], and P is 1.</summary>
    internal static Tracked AttendItself(
        Tracked query, Tracked keys, Tracked values, Tracked twinKeys, Tracked twinValues, double scale, Arithmetic arithmetic)
    {
        var (rows, columns) = (query.RowCount, query.ColumnCount);
        var (own, mirrored) = (arithmetic.PointwiseMultiply(query, keys), arithmetic.PointwiseMultiply(query, twinKeys));
        var weights = arithmetic.Softmax(
            Arithmetic.Beside(Arithmetic.Reshape(own, rows * columns, 1), Arithmetic.Reshape(mirrored, rows * columns, 1)), 1 / scale);
        return arithmetic.Add(Weighted(0, values), Weighted(1, twinValues))!;

        Tracked Weighted(int column, Tracked of) =>
            arithmetic.PointwiseMultiply(Arithmetic.Reshape(Arithmetic.Columns(weights, [column]), rows, columns), of);
    }

    private static SoftmaxTwins? Of(TintConfiguration configuration, int pairs)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return configuration.UseSoftmax ? new SoftmaxTwins(pairs, configuration.TwinScale) : null;
    }
}
