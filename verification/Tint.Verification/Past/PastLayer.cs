using Tint.Reference.Primitives;

namespace Tint.Verification.Past;

/// <summary>
/// A layer H ← H + attention(H) of linear attention among the columns of a sequence, [positions × width], with its weights written out: what all past constructions are made of here.
/// </summary>
internal sealed class PastLayer
{
    private readonly LinearAttention _attention;
    private readonly Func<Slots, Arithmetic, Slots> _apply;

    private readonly IReadOnlyList<int> _emptied;

    private PastLayer(string does, AttentionWeights weights, Func<LinearAttention, Slots, Arithmetic, Slots> apply, IReadOnlyList<int>? emptied = null)
    {
        (Does, Weights, _attention, _emptied) = (does, weights, new LinearAttention(weights), emptied ?? []);
        _apply = (states, arithmetic) => apply(_attention, states, arithmetic);
    }

    /// <summary>What the layer does, in a word or two.</summary>
    public string Does { get; }

    /// <summary>Its weights.</summary>
    public AttentionWeights Weights { get; }

    /// <summary>Every position sees the first <paramref name="answering"/> ones.</summary>
    public static PastLayer ToAll(string does, AttentionWeights weights, int answering) => new(does, weights, (attention, states, arithmetic) =>
        attention.Apply(new(states, states), new Visibility.PrefixesToTrainedTokens([.. Enumerable.Range(0, answering)]), atPrefixes: true, arithmetic).Prefixes);

    /// <summary>Every position sees itself and earlier ones.</summary>
    public static PastLayer Causal(string does, AttentionWeights weights) => new(does, weights, (attention, states, arithmetic) =>
        attention.Apply(Alone(states), new Visibility.Causal(), atPrefixes: false, arithmetic).Tokens);

    /// <summary>Every position sees itself alone, with heads one row wide.</summary>
    /// <param name="does">What the layer does.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="emptied">The rows that lose themselves and get nothing: r − 1·1·r is 0 without rounding, whatever r's error.</param>
    public static PastLayer Itself(string does, AttentionWeights weights, IReadOnlyList<int>? emptied = null) => new(
        does,
        weights,
        (attention, states, arithmetic) => attention.Apply(Alone(states), new Visibility.Itself(), atPrefixes: false, arithmetic).Tokens,
        emptied);

    /// <summary>The next states.</summary>
    public Slots Run(Slots states, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(arithmetic);
        return states.Zip(_apply(states, arithmetic), arithmetic.Add).Select((slot, _) => slot is null ? null : Emptied(slot)).Force();
    }

    private Tracked Emptied(Tracked slot)
    {
        if (slot.Error is not { } error || _emptied.Count == 0)
        {
            return slot;
        }

        error = error.Clone();
        foreach (var row in _emptied)
        {
            for (var position = 0; position < slot.RowCount; position++)
            {
                error[position, row] = slot.Value[position, row] == 0 ? 0 : error[position, row];
            }
        }

        return slot with { Error = error };
    }

    private static HiddenStates Alone(Slots states) => new(Slots.Zero(0, states.Width, states.Count), states);
}
