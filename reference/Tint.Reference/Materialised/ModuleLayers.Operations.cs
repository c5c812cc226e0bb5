using Tint.Reference.Configuration;
using Tint.Reference.Modules;

namespace Tint.Reference.Materialised;

/// <content>What other architectures are made of, and what goes beyond the published code: layers that the materialised transformer has not, as it is written out for published blocks.</content>
/// <remarks>Source: C28, C29, C35, C36, C38, C42, C44.</remarks>
internal sealed partial class ModuleLayers
{
    /// <summary>The masks of softmax attention.</summary>
    public const string EarlierTokens = "tokens_to_earlier_tokens", AllTokens = "tokens_to_tokens";

    /// <summary>The mask of the mean over targets: every token sees the first one and the targets that count.</summary>
    public const string CountedTargets = "tokens_to_counted_targets";

    /// <summary>What a transposed attention lets back: later tokens that are trained on, or all.</summary>
    public const string PastTrained = "past_trained_tokens", PastAll = "past_all_tokens";

    /// <summary>What a descent has left, W before it and W⁻ before the last one.</summary>
    public string Momentum(string descended, string before, string previous, string at) =>
        layers.AddStates(descended, layers.GatePositions(descended, layers.SubtractStates(before, previous), $"{at}gates"));

    /// <summary>g in slot 0 becomes g/M.</summary>
    public string LossMean(string x, string at)
    {
        var values = Itself(x, $"{at}value_attnt");
        var shares = layers.SoftmaxAttention(values, null, $"{at}count_attnt", configuration.HeadCount, 1, CountedTargets, null);
        return Itself(Carry(shares, x, 0, 0), $"{at}product_attnt");
    }

    public string AttentionDescent(string x, string at) => LinearDescent(x, $"{at}linear.");

    public string RmsNormForward(string x, string at) => NormForward(x, at, states => Mirrored(states, at));

    public string RmsNormBackward(string x, string at) => NormBackward(x, at, states => Mirrored(states, at));

    public string RmsNormDescent(string x, string at) => LayerNormDescent(x, at);

    public string RmsNormDescentBackward(string x, string at) => layers.Join(RmsNormDescent(x, $"{at}descent."), RmsNormBackward(x, $"{at}backward."));

    public string ProductForward(string x, string at)
    {
        var (product, memory) = (Itself(x, $"{at}attnt_module"), MemorySlots.Product(configuration));
        return layers.GatePositions(x, Carry(Carry(product, x, 0, memory), x, 1, memory + 1), $"{at}gates");
    }

    public string ProductBackward(string x, string at) =>
        layers.GatePositions(x, CarryFrom(Itself(x, $"{at}attnt_module"), x, MemorySlots.Product(configuration)), $"{at}gates");

    /// <summary>Attention of any form; the published form's layers are those of <see cref="AttentionForward(string, string, string, string)"/>.</summary>
    public string AttentionForward(string queries, string keys, string values, string at, AttentionForm form) =>
        Attended(queries, keys, values, at, read => layers.SoftmaxAttention(
            read, null, $"{at}attnt_module", configuration.HeadCount, form.Scale(configuration.Auxiliary), MaskOf(form), null));

    /// <summary>The same on the way back.</summary>
    public string AttentionBackward(string x, string at, AttentionForm form)
    {
        var back = layers.SoftmaxAttention(
            x, null, $"{at}attnt_module", configuration.HeadCount, form.Scale(configuration.Auxiliary), MaskOf(form), form.IsCausal ? PastTrained : PastAll);
        return layers.GatePositions(x, CarryFrom(back, x, MemorySlots.Attention(configuration)), $"{at}attnt_gates");
    }

    public string AttentionBackwardDescent(string x, string at, AttentionForm form) => LinearDescentBackward(
        configuration.BackpropagateThroughAttention ? AttentionBackward(x, $"{at}attention_back.", form) : x,
        $"{at}linearback_descent.",
        MemorySlots.Attention(configuration) + 2);

    /// <summary>∂q in slot 0 and ∂k in slot 1.</summary>
    public string AttentionScoreBackward(string x, string at, AttentionForm form)
    {
        var memory = MemorySlots.Attention(configuration);
        var values = LinearForward(Carry(x, x, memory + 2, 0), $"{at}linear.", null);
        var read = Carry(Carry(Carry(Carry(values, values, 0, 3), x, 0, 0), x, memory, 1), x, memory + 1, 2);
        string Layer(string part, int point, string? transposed) => layers.SoftmaxAttention(
            read,
            null,
            FormattableString.Invariant($"{at}{part}_module_{point}"),
            configuration.HeadCount,
            form.Scale(configuration.Auxiliary),
            MaskOf(form),
            transposed,
            turnsValues: true);
        string Both(string part, string? transposed) => layers.AddStates(Layer(part, 0, transposed), Layer(part, 1, transposed));
        var gradients = layers.AddStates(Both("query", null), Both("key", PastAll));
        return layers.GatePositions(x, Carry(gradients, x, memory + 2, memory + 2), $"{at}attnt_gates");
    }

    /// <summary>What the query layer's descent leaves, and what the key layer's does.</summary>
    public (string Query, string Key) AttentionScoreDescent(string x, string queryPrefixes, string keyPrefixes, string at, AttentionForm form)
    {
        var gradients = AttentionScoreBackward(x, $"{at}score_back.", form);
        var memory = MemorySlots.Attention(configuration) + 2;
        return (
            LinearDescentBackward(layers.Join(queryPrefixes, gradients), $"{at}linearback_descent.", memory),
            LinearDescentBackward(layers.Join(keyPrefixes, Carry(gradients, gradients, 1, 0)), $"{at}linearback_descent.", memory));
    }

    /// <summary>The tokens that ask, and those of the sequence that answers.</summary>
    public (string States, string Others) CrossAttentionForward(string x, string keys, string values, string at, AttentionForm form)
    {
        var memory = MemorySlots.Attention(configuration);
        var queries = LinearForward(x, $"{at}linear.", null);
        var projectedKeys = LinearForward(keys, $"{at}linear.", null);
        var answering = Carry(
            Carry(layers.EmptyTokens(projectedKeys), projectedKeys, 0, 1), LinearForward(values, $"{at}linear.", null), 0, 2);
        var output = layers.SoftmaxAttention(
            queries, answering, $"{at}attnt_module", configuration.HeadCount, form.Scale(configuration.Auxiliary), AllTokens, null);
        var kept = Carry(Carry(layers.EmptyTokens(keys), projectedKeys, 0, memory + 1), keys, 0, memory + 2);
        return (
            layers.GatePositions(queries, Carry(Carry(output, queries, 0, memory), x, 0, memory + 2), $"{at}gates"),
            layers.GatePositions(keys, kept, $"{at}gates"));
    }

    /// <summary>The same on the way back: g at the tokens that asked, g_v at those that answered.</summary>
    public (string States, string Others) CrossAttentionBackward(string x, string others, string at, AttentionForm form)
    {
        var memory = MemorySlots.Attention(configuration);
        var back = layers.SoftmaxAttention(
            x, others, $"{at}attnt_module", configuration.HeadCount, form.Scale(configuration.Auxiliary), AllTokens, PastAll);
        return (
            layers.GatePositions(x, CarryFrom(layers.EmptyTokens(x), x, memory), $"{at}attnt_gates"),
            layers.GatePositions(others, CarryFrom(back, others, memory), $"{at}attnt_gates"));
    }

    /// <summary>The tokens that asked, and the value layer's step with W_Vᵀ g_v at those that answered.</summary>
    public (string States, string Others) CrossAttentionBackwardDescent(string x, string others, string at, AttentionForm form)
    {
        var (states, gradient) = CrossAttentionBackward(x, others, $"{at}attention_back.", form);
        var stepped = LinearDescentBackward(gradient, $"{at}linearback_descent.", MemorySlots.Attention(configuration) + 2);
        return (layers.Join(stepped, states), stepped);
    }

    private static string MaskOf(AttentionForm form) => form.IsCausal ? EarlierTokens : AllTokens;

    /// <summary>Heads one coordinate wide, in which a token sees itself alone.</summary>
    private string Itself(string x, string weights) => layers.LinearAttention(x, weights, configuration.HiddenSize, "tokens_to_themselves");

    /// <summary>Normalised beside its mirror image.</summary>
    private string Mirrored(string x, string at)
    {
        var (mirrored, columns) = (layers.MixHeads(x, $"{at}mirror_fc"), 2 * _width);
        var normal = layers.GateFeatures(mirrored, layers.Normalise(mirrored, columns, _gate, configuration.Auxiliary.LayerNormEpsilon), columns, _gate);
        return layers.MixHeads(normal, $"{at}drop_fc");
    }
}
