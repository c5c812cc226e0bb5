using System.Globalization;
using System.Text.RegularExpressions;

namespace Tint.Verification.Coordinates;

/// <summary>
/// A trace tensor's name taken apart: <c>expected.trace.004.backward.layer01.updated_prefixes.03</c> is the 4th state, written by the
/// backward pass in layer 1, and there the prefixes of the 3rd module in the order of the forward pass.
/// </summary>
/// <param name="Step">The number of the state, in the order in which blocks ran.</param>
/// <param name="Pass">forward or backward.</param>
/// <param name="Layer">The layer, or null for the final norm.</param>
/// <param name="Prefixes">The number of the prefixes within the block, or null for the hidden states.</param>
internal sealed partial record TraceName(int Step, string Pass, int? Layer, int? Prefixes)
{
    private static readonly string[] AttentionSublayer =
        ["attention norm", "query", "key", "value", "attention output", "MLP norm"];

    private static readonly string[] MlpChunk = ["MLP inner", "activation", "MLP outer"];

    /// <summary>
    /// The auxiliary layer that the prefixes belong to. A block loads, in order, attention norm, query, key, value, attention output and MLP
    /// norm, and then for each chunk c of the MLP its inner layer, its activation (which has no weights) and its outer layer.
    /// </summary>
    public string? Module =>
        Prefixes is not { } number ? null
        : Layer is null ? "final norm"
        : number < AttentionSublayer.Length ? AttentionSublayer[number]
        : $"{MlpChunk[(number - AttentionSublayer.Length) % MlpChunk.Length]} chunk {(number - AttentionSublayer.Length) / MlpChunk.Length}";

    /// <summary>Whether the prefixes hold the rows of auxiliary heads, as those of query, key and value do.</summary>
    public bool HoldsHeads => Layer is not null && Prefixes is 1 or 2 or 3;

    /// <summary>Takes a tensor's name apart, or returns null when it is no trace's.</summary>
    public static TraceName? Parse(string tensor)
    {
        var match = Pattern().Match(tensor);
        return match.Success
            ? new TraceName(Number(match, "step") ?? 0, match.Groups["pass"].Value, Number(match, "layer"), Number(match, "prefixes"))
            : null;
    }

    private static int? Number(Match match, string group) =>
        match.Groups[group] is { Success: true } found ? int.Parse(found.Value, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(
        @"^expected\.trace\.(?<step>\d{1,9})\.(?<pass>forward|backward)\.(layer(?<layer>\d{1,9})|final_norm)\."
        + @"(hidden_states|updated_prefixes\.(?<prefixes>\d{1,9}))$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
