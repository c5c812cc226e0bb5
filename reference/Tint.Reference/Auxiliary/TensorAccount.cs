using System.Globalization;
using System.Text.RegularExpressions;
using Tint.Reference.Configuration;

namespace Tint.Reference.Auxiliary;

/// <summary>
/// Accounts for every tensor of a checkpoint: it is a parameter, or a head equal to the token embedding, or one of the buffers that frameworks
/// save beside the parameters; anything else says something about the model that nobody would read, and is refused by name.
/// </summary>
internal static partial class TensorAccount
{
    private const int MostNamed = 3;
    private const int PieceSize = 1 << 14;

    /// <summary>Checks that all that is needed is there and that all that is there is needed.</summary>
    /// <param name="configuration">The model's shape.</param>
    /// <param name="tensors">The checkpoint.</param>
    /// <param name="used">The names of its tensors that are parameters.</param>
    /// <param name="missing">The names of the parameters that it lacks.</param>
    /// <param name="embedding">The name of the token embedding with its first part.</param>
    /// <exception cref="RuleViolationException">A parameter is missing, a tensor has no place, or the head differs from the embedding.</exception>
    public static void Check(
        AuxiliaryConfiguration configuration, ITensorFile tensors, ISet<string> used, IList<string> missing, string embedding)
    {
        var hasHead = tensors.ShapeOf(TensorSource.Head) is not null && !used.Contains(TensorSource.Head);
        string[] unread = [.. tensors.Names.Where(name =>
            !used.Contains(name) && !(hasHead && name == TensorSource.Head) && !IsBuffer(name, configuration, tensors))];
        if (missing.Count > 0)
        {
            throw new RuleViolationException(
                $"tensor {missing[0]} is needed",
                $"{tensors.Names.Count} tensors without it" + (unread.Length > 0 ? $", and without a place for {Some(unread)}" : string.Empty),
                unread.Length > 0 ? Remedy(unread[0], configuration, used) : "export the model with Hugging Face names");
        }

        if (unread.Length > 0)
        {
            throw new RuleViolationException(
                $"every tensor must be a parameter of the model, {configuration.Family} of {configuration.LayerCount} layers",
                Some(unread),
                Remedy(unread[0], configuration, used));
        }

        if (hasHead)
        {
            CheckHead(tensors, used.Contains(embedding) ? embedding : TensorSource.Shorter(embedding));
        }
    }

    /// <summary>Causal masks of GPT-2's attention and what is written in their place, and the frequencies of rotary embeddings: constants of the code.</summary>
    private static bool IsBuffer(string name, AuxiliaryConfiguration configuration, ITensorFile tensors)
    {
        var shape = tensors.ShapeOf(name)!;
        var match = Gpt2Buffer().Match(name);
        return Frequencies().IsMatch(name)
            || (configuration.Family == AuxiliaryFamily.Gpt2
                && match.Success
                && Layer(match) < configuration.LayerCount
                && (match.Groups["kind"].Value == "bias" ? shape.Count >= 2 && shape[^1] == shape[^2] : shape.All(size => size == 1)));
    }

    private static void CheckHead(ITensorFile tensors, string embedding)
    {
        var (shape, headShape) = (tensors.ShapeOf(embedding)!, tensors.ShapeOf(TensorSource.Head)!);
        const string rule = $"{TensorSource.Head} must equal the token embedding, to which the model's head is tied";
        const string remedy = "use a checkpoint of tied embeddings";
        if (!shape.SequenceEqual(headShape))
        {
            throw new RuleViolationException(rule, $"[{string.Join(" × ", headShape)}] beside [{string.Join(" × ", shape)}]", remedy);
        }

        var (one, other) = (new double[PieceSize], new double[PieceSize]);
        var count = shape[0] * shape[1];
        for (long first = 0; first < count; first += PieceSize)
        {
            var length = (int)Math.Min(PieceSize, count - first);
            tensors.Read(embedding, first, one.AsSpan(0, length));
            tensors.Read(TensorSource.Head, first, other.AsSpan(0, length));
            for (var i = 0; i < length; i++)
            {
                if (!one[i].Equals(other[i]))
                {
                    throw new RuleViolationException(
                        rule,
                        FormattableString.Invariant($"{other[i]:R} where {embedding} has {one[i]:R}, at [{(first + i) / shape[1]}, {(first + i) % shape[1]}]"),
                        remedy);
                }
            }
        }
    }

    private static string Some(string[] names) =>
        string.Join(", ", names.Take(MostNamed).Select(OneLine.Name)) + (names.Length > MostNamed ? $" and {names.Length - MostNamed} more" : string.Empty);

    private static string Remedy(string name, AuxiliaryConfiguration configuration, ISet<string> used)
    {
        var layer = AnyLayer().Match(name);
        return name.Contains("lora_", StringComparison.Ordinal) ? "merge the adapter into the weights first"
            : used.FirstOrDefault(other => TensorSource.Shorter(other) == name || TensorSource.Shorter(name) == other)
                is { } other ? $"keep one of it and {other}, which stand for the same parameter"
            : layer.Success && Layer(layer) >= configuration.LayerCount ? "configure as many layers as the checkpoint has"
            : name.Contains("project_", StringComparison.Ordinal) ? "use a model whose embeddings are as wide as its layers"
            : "use a model without it, or leave it out if the model computes the same";
    }

    private static long Layer(Match match) =>
        long.TryParse(match.Groups["layer"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var layer) ? layer : long.MaxValue;

    [GeneratedRegex(@"^(transformer\.)?h\.(?<layer>[0-9]+)\.attn\.(?<kind>bias|masked_bias)$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Gpt2Buffer();

    [GeneratedRegex(@"(^|\.)inv_freq$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Frequencies();

    [GeneratedRegex(@"(^|\.)(h|layers)\.(?<layer>[0-9]+)\.", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex AnyLayer();
}
