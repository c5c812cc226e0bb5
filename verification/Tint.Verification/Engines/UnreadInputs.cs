using System.Text.Json;
using Tint.Reference.Configuration;

namespace Tint.Verification.Engines;

/// <summary>
/// The values of a case's inputs that nothing reads, so that whatever they are the case passes: they are checked for being numbers or for being 0 or 1,
/// and counted. Every other value is computed with, or compared with what it must agree with.
/// </summary>
internal static class UnreadInputs
{
    private const string FrontRows = "the two front rows of OPT's position table";
    private const string LaterRows = "rows of a position table beyond the tokens";
    private const string OtherTokens = "rows of an embedding without the head, of tokens that do not occur";
    private const string OtherDistances = "relative positions farther than the tokens are apart";
    private const string FirstLabel = "the label of the first token, which nothing predicts";
    private const string FirstTarget = "the mask of the first token, which nothing predicts";
    private const string Untrained = "a gradient mask where there is no training";
    private const string Foreign = "inputs that modules of another kind read";
    private const string KeyBiases = "biases of keys, which softmax cancels, where no trace holds keys";
    private const string Overwritten = "slots of the hidden states that the module writes over unread";
    private const string Forbidden = "icl_mask above the diagonal, which causality forbids";

    private static readonly string[] Ids = ["input_ids", "encoder_input_ids"];
    private static readonly string[] Heads = ["lm_head.weight", "embed_out.weight"];
    private static readonly string[] Embeddings = ["wte.weight", "embed_tokens.weight", "embed_in.weight", "shared.weight"];

    /// <summary>How many values of the inputs are unread, by the reason; reasons without a value are left out.</summary>
    /// <exception cref="Tint.Fixtures.FixtureException">An input cannot be read.</exception>
    public static IReadOnlyDictionary<string, int> Of(LoadedCase loaded)
    {
        var (fixtureCase, tensors) = (loaded.Case, loaded.Tensors);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        void Add(string reason, int count) => _ = count > 0 ? counts[reason] = counts.GetValueOrDefault(reason) + count : 0;

        var isModule = !tensors.HasInput("input_ids");
        foreach (var name in tensors.InputNames.Where(name => isModule && !InputNames.IsRead(fixtureCase.Module, name)))
        {
            Add(Foreign, tensors.Input(name).Shape.Aggregate(1, static (count, size) => count * size));
        }

        if (tensors.HasInput("icl_mask") && !(isModule && !InputNames.IsRead(fixtureCase.Module, "icl_mask")))
        {
            var shape = tensors.Input("icl_mask").Shape;
            Add(Forbidden, shape[0] * shape[1] * (shape[1] - 1) / 2);
        }

        if (isModule)
        {
            Add(Overwritten, ModuleCase.Unread(loaded).Sum(slot => slot.Count));
            return counts;
        }

        int sequences = tensors.Input("input_ids").Shape[0], tokens = tensors.Input("input_ids").Shape[1];
        Add(FirstLabel, tensors.HasInput("labels") ? sequences : 0);
        Add(FirstTarget, fixtureCase.IsAuxiliary ? sequences : 0);
        Add(Untrained, tensors.HasInput("gradient_mask") ? tensors.Input("train_mask").Values.Index().Count(item => item.Item == 0 || item.Index % tokens == 0) : 0);
        var hasTrace = fixtureCase.Expected.Any(name => name.StartsWith("trace.", StringComparison.Ordinal));
        foreach (var name in tensors.InputNames)
        {
            Add(KeyBiases, fixtureCase.IsAuxiliary || hasTrace ? 0 : Ends(name, "k_proj.bias") ? tensors.Input(name).Shape[0]
                : Ends(name, "c_attn.bias") ? tensors.Input(name).Shape[0] / 3 : 0);
            Add(FrontRows, Ends(name, "embed_positions.weight") ? 2 * tensors.Input(name).Shape[1] : 0);
            Add(LaterRows, Ends(name, "wpe.weight") ? LaterEntries(name, 0) : Ends(name, "embed_positions.weight") ? LaterEntries(name, 2) : 0);
            if (Heads.Any(head => tensors.InputNames.Any(other => Ends(other, head))) && Embeddings.Any(embedding => Ends(name, embedding)))
            {
                var table = tensors.Input(name);
                Add(OtherTokens, (table.Shape[0] - Ids.Where(tensors.HasInput).SelectMany(ids => tensors.Input(ids).Integers).Distinct().Count()) * table.Shape[1]);
            }

            if (Ends(name, "relative_attention_bias.weight"))
            {
                Add(OtherDistances, OtherBuckets(name));
            }
        }

        return counts;

        int LaterEntries(string name, int front) => Math.Max(tensors.Input(name).Shape[0] - front - tokens, 0) * tensors.Input(name).Shape[1];

        int OtherBuckets(string name)
        {
            using var config = JsonDocument.Parse(fixtureCase.ModelConfig!);
            var (table, isEncoder) = (tensors.Input(name), name.Contains("encoder.", StringComparison.Ordinal));
            var buckets = new RelativeBuckets
            {
                Count = table.Shape[0],
                MaximumDistance = config.RootElement.TryGetProperty("relative_attention_max_distance", out var distance) ? distance.GetInt32() : 128,
                IsBidirectional = isEncoder,
            };
            var length = isEncoder ? tensors.Input("encoder_input_ids").Shape[1] : tokens;
            var used = Enumerable.Range(0, length).SelectMany(query => Enumerable.Range(0, isEncoder ? length : query + 1).Select(key => buckets.Of(query, key)));
            return (buckets.Count - used.Distinct().Count()) * table.Shape[1];
        }
    }

    private static bool Ends(string name, string ending) => name.EndsWith("." + ending, StringComparison.Ordinal);
}
