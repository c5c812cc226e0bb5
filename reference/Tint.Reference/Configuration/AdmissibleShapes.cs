namespace Tint.Reference.Configuration;

/// <summary>
/// The shapes that the construction admits, in one place: n = D_aux/K is an integer of at least 3, D_sim = D_aux(n + 1), d_h = D_sim/H_sim
/// divides D_aux, and H_aux is a multiple of D_aux/d_h and at most H_sim.
/// </summary>
/// <remarks>
/// Reasons. A prefix holds n whole rows of D_aux weights and one bias, which fills D_sim. Attention keeps Qx, Kx and x in memory beside the
/// signal: 4·D_aux ≤ D_sim, hence n ≥ 3. Signal and memory start at whole heads of softmax attention, hence d_h | D_aux, and each TinT
/// head holds whole auxiliary heads, hence the last rule.
/// Source: C26.
/// </remarks>
public static class AdmissibleShapes
{
    /// <summary>The fewest rows per prefix: signal, Qx, Kx and x together take 4·D_aux coordinates of a token.</summary>
    public const int FewestRowsPerPrefix = 3;

    /// <summary>Checks every rule that ties fields of <paramref name="configuration"/> together.</summary>
    /// <exception cref="RuleViolationException">A rule is broken; the message names it, the numbers, and the nearest shapes that work.</exception>
    public static void Check(TintConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var auxiliary = configuration.Auxiliary;
        auxiliary.Check();
        CheckPrefixCount(auxiliary.HiddenSize, configuration.PrefixCount);
        CheckHiddenSize(configuration);
        CheckHeadCount(configuration);
        if (configuration is { UseSoftmax: true, RestrictPrefixes: false })
        {
            // A token's score on another one would count in the softmax, though its value is zero.
            throw new RuleViolationException(
                "where softmax attention stands for linear attention, tokens must see prefixes alone",
                "UseSoftmax with RestrictPrefixes false",
                "set RestrictPrefixes, which changes no number of linear attention");
        }

        if (configuration.KeepsScorePath)
        {
            CheckFreeCoordinates(configuration, auxiliary.HeadSize, "attention's score path needs as many coordinates of a TinT head again as its auxiliary head has");
        }

        configuration.Optimiser.Check(configuration);
        CheckTensors(configuration);
        if (configuration.TrainedLayers > auxiliary.LayerCount)
        {
            throw new RuleViolationException(
                "TrainedLayers must be at most Auxiliary.LayerCount",
                $"{configuration.TrainedLayers} of {auxiliary.LayerCount} layers",
                $"use 0 to {auxiliary.LayerCount}");
        }
    }

    /// <summary>The prefix counts K that a width admits: divisors of D_aux with D_aux/K ≥ 3.</summary>
    public static IEnumerable<int> PrefixCounts(int hiddenSize) =>
        Divisors.Of(Require.AtLeast(hiddenSize, 1, "Auxiliary.HiddenSize")).Where(k => hiddenSize / k >= FewestRowsPerPrefix);

    /// <summary>The width D_sim = D_aux(D_aux/K + 1) that goes with a prefix count.</summary>
    /// <exception cref="RuleViolationException">The width is beyond an int.</exception>
    public static int HiddenSize(int auxiliaryHiddenSize, int prefixCount)
    {
        var size = Size(auxiliaryHiddenSize, prefixCount);
        return size <= int.MaxValue
            ? (int)size
            : throw new RuleViolationException(
                $"HiddenSize must be at most {int.MaxValue}",
                $"{size} for Auxiliary.HiddenSize {auxiliaryHiddenSize} and PrefixCount {prefixCount}",
                "use more prefixes");
    }

    /// <summary>The head counts H_sim that fit an auxiliary width, head count and D_sim.</summary>
    public static IEnumerable<int> HeadCounts(int auxiliaryHiddenSize, int auxiliaryHeadCount, int hiddenSize) =>
        Divisors.Of(Require.AtLeast(hiddenSize, 1, "HiddenSize")).Where(heads => HeadCountFits(auxiliaryHiddenSize, auxiliaryHeadCount, hiddenSize, heads));

    /// <summary>Checks that a TinT head has a number of coordinates beside those of the auxiliary head that it serves.</summary>
    /// <exception cref="RuleViolationException">It has fewer; the message names the nearest head counts that have them.</exception>
    internal static void CheckFreeCoordinates(TintConfiguration configuration, int needed, string rule)
    {
        var auxiliary = configuration.Auxiliary;
        var least = auxiliary.HeadSize + needed;
        if (configuration.HeadSize >= least)
        {
            return;
        }

        throw new RuleViolationException(
            $"{rule}: HiddenSize/HeadCount of at least {least}",
            $"HeadCount {configuration.HeadCount} for heads of {configuration.HeadSize}, Auxiliary heads of {auxiliary.HeadSize}",
            Nearest(
                "HeadCount",
                configuration.HeadCount,
                HeadCounts(auxiliary.HiddenSize, auxiliary.HeadCount, configuration.HiddenSize).Where(count => configuration.HiddenSize / count >= least),
                "use fewer prefixes, whose TinT admits wider heads, or an auxiliary model of more heads"));
    }

    /// <summary>Checks that a width admits a prefix count at all.</summary>
    internal static void CheckWidth(int hiddenSize)
    {
        if (hiddenSize < FewestRowsPerPrefix)
        {
            throw new RuleViolationException(
                $"Auxiliary.HiddenSize must be at least {FewestRowsPerPrefix}, the fewest rows of one prefix", $"{hiddenSize}", "use a wider auxiliary model");
        }
    }

    /// <summary>Checks that a width admits a prefix count.</summary>
    internal static void CheckPrefixCount(int hiddenSize, int prefixCount)
    {
        if (hiddenSize % prefixCount == 0 && hiddenSize / prefixCount >= FewestRowsPerPrefix)
        {
            return;
        }

        throw new RuleViolationException(
            $"PrefixCount must divide Auxiliary.HiddenSize into at least {FewestRowsPerPrefix} rows per prefix",
            $"PrefixCount {prefixCount} for Auxiliary.HiddenSize {hiddenSize}",
            Nearest("PrefixCount", prefixCount, PrefixCounts(hiddenSize), $"Auxiliary.HiddenSize {hiddenSize} admits none"));
    }

    /// <summary>The largest tensors of modules: projections within and between heads, position maps, and the load of a weight's prefixes.</summary>
    private static void CheckTensors(TintConfiguration configuration)
    {
        long heads = configuration.HeadCount, size = configuration.HeadSize;
        Sizes.Entries("a projection within heads", "use more HeadCount or a smaller Auxiliary.HiddenSize", heads, size, size);
        Sizes.Entries("a projection between heads", "use fewer HeadCount or a smaller Auxiliary.HiddenSize", size, heads, heads);
        Sizes.Entries("a position map", "use a smaller Auxiliary.MaximumPositions", configuration.PositionCount, 3 * size);
        Sizes.Entries("a prefix load", "use a smaller Auxiliary.HiddenSize", configuration.PrefixCount, configuration.HiddenSize);
    }

    private static void CheckHiddenSize(TintConfiguration configuration)
    {
        var width = configuration.Auxiliary.HiddenSize;
        var expected = Size(width, configuration.PrefixCount);
        if (configuration.HiddenSize == expected)
        {
            return;
        }

        var others = PrefixCounts(width)
            .Where(k => k != configuration.PrefixCount && Size(width, k) <= int.MaxValue)
            .OrderBy(k => Math.Abs(Size(width, k) - configuration.HiddenSize))
            .Take(2)
            .Select(k => $"{Size(width, k)} with PrefixCount {k}");
        string[] choices = expected <= int.MaxValue ? [$"{expected}", .. others] : [.. others];
        throw new RuleViolationException(
            "HiddenSize must be Auxiliary.HiddenSize·(Auxiliary.HiddenSize/PrefixCount + 1)",
            $"HiddenSize {configuration.HiddenSize} for Auxiliary.HiddenSize {width} and PrefixCount {configuration.PrefixCount}",
            choices.Length > 0 ? $"use {string.Join(", or ", choices)}" : "use a smaller Auxiliary.HiddenSize");
    }

    private static long Size(int auxiliaryHiddenSize, int prefixCount) =>
        (long)auxiliaryHiddenSize * ((auxiliaryHiddenSize / prefixCount) + 1);

    private static void CheckHeadCount(TintConfiguration configuration)
    {
        var auxiliary = configuration.Auxiliary;
        if (HeadCountFits(auxiliary.HiddenSize, auxiliary.HeadCount, configuration.HiddenSize, configuration.HeadCount))
        {
            return;
        }

        throw new RuleViolationException(
            "HeadCount must divide HiddenSize into heads whose width divides Auxiliary.HiddenSize, with Auxiliary.HeadCount a multiple of "
            + "Auxiliary.HiddenSize/width and at most HeadCount",
            $"HeadCount {configuration.HeadCount} for HiddenSize {configuration.HiddenSize}, Auxiliary.HiddenSize {auxiliary.HiddenSize}, "
            + $"Auxiliary.HeadCount {auxiliary.HeadCount}",
            Nearest(
                "HeadCount",
                configuration.HeadCount,
                HeadCounts(auxiliary.HiddenSize, auxiliary.HeadCount, configuration.HiddenSize),
                $"no HeadCount fits Auxiliary.HeadCount {auxiliary.HeadCount}"));
    }

    private static bool HeadCountFits(int auxiliaryHiddenSize, int auxiliaryHeadCount, int hiddenSize, int headCount)
    {
        if (hiddenSize % headCount != 0 || auxiliaryHeadCount > headCount)
        {
            return false;
        }

        var headSize = hiddenSize / headCount;
        return auxiliaryHiddenSize % headSize == 0 && auxiliaryHeadCount % (auxiliaryHiddenSize / headSize) == 0;
    }

    private static string Nearest(string name, int wanted, IEnumerable<int> admissible, string none)
    {
        var nearest = admissible.OrderBy(value => Math.Abs((long)value - wanted)).Take(3).ToArray();
        return nearest.Length == 0 ? none : $"the nearest {name} that work: {string.Join(", ", nearest)}";
    }
}
