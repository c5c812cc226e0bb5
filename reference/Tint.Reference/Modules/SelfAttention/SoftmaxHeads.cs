using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.SelfAttention;

/// <summary>
/// The heads that simulate the auxiliary model's softmax attention. Heads are d_h = D_sim/H_sim wide, a slot is p = D_aux/d_h of them, and
/// each holds H_aux/p auxiliary heads; TinT's head h serves auxiliary head h.
/// </summary>
/// <remarks>Source: C10, C31, C33, C38.</remarks>
internal static class SoftmaxHeads
{
    /// <summary>Writes the weights that read queries, keys and values from three slots and leave the result in slot 0.</summary>
    /// <remarks>
    /// The mixing copies the TinT head that holds auxiliary head h from each of the three slots to head h. For queries and keys the map inside
    /// the head then moves the D/H coordinates of auxiliary head h to the front and drops the others, so that the score is that head's alone.
    /// Values keep their place: the output mixing adds up the heads that came from one TinT head, and each lands where it was. Where query heads share
    /// keys and values, keys come from the head that serves h, and values go from there to h's place; on the way back they go from h's place to the
    /// serving head's, where those of all that it serves add up. With slopes the first free coordinate of a head is 1 in queries and m_h·j/scale in keys.
    /// </remarks>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="form">What the attention is.</param>
    /// <param name="querySlot">The slot of queries.</param>
    /// <param name="keySlot">The slot of keys.</param>
    /// <param name="valueSlot">The slot of values, or of gradients that go back.</param>
    /// <param name="back">Whether values are gradients at the query heads, which go back to the value heads.</param>
    public static AttentionWeights Write(
        TintConfiguration configuration, AttentionForm form, int querySlot, int keySlot, int valueSlot, bool back)
    {
        var auxiliary = configuration.Auxiliary;
        int heads = configuration.HeadCount, size = configuration.HeadSize, auxiliarySize = auxiliary.HeadSize;
        var headsPerSlot = auxiliary.HiddenSize / size;
        var sharing = auxiliary.HeadCount / headsPerSlot;
        int Serving(int head) => form.ServedBy(auxiliary, head);
        int Place(int head) => head % sharing * auxiliarySize;

        HeadMixing Fetch(int slot, Func<int, int> source)
        {
            var mixing = new HeadMixing(heads, size);
            for (var head = 0; head < auxiliary.HeadCount; head++)
            {
                mixing[head, (slot * headsPerSlot) + (source(head) / sharing)] = 1;
            }

            return mixing;
        }

        PerHeadLinear Select(Func<int, int> target, Func<int, int> source)
        {
            var linear = new PerHeadLinear(heads, size);
            for (var head = 0; head < auxiliary.HeadCount; head++)
            {
                linear.Copy(head, target(head), Place(source(head)), auxiliarySize);
            }

            return linear;
        }

        int Itself(int head) => head;
        var (from, to) = back ? ((Func<int, int>)Itself, (Func<int, int>)Serving) : (Serving, Itself);
        var output = new HeadMixing(heads, size);
        for (var head = 0; head < auxiliary.HeadCount; head++)
        {
            output[to(head) / sharing, head] = 1;
        }

        PositionMap Positions() => new(size, auxiliary.MaximumPositions, configuration.PrefixCount, configuration.UseSoftmax);
        var (queryPositions, keyPositions) = PositionsOf(configuration, form, auxiliarySize);
        return new AttentionWeights
        {
            HeadCount = heads,
            HeadSize = size,
            Query = new Projection(Fetch(querySlot, Itself), Select(static _ => 0, Itself), queryPositions),
            Key = new Projection(Fetch(keySlot, Serving), Select(static _ => 0, Serving), keyPositions),
            Value = new Projection(Fetch(valueSlot, from), Select(head => Place(to(head)), from), Positions()),
            Output = output,
        };
    }

    /// <summary>The slots of a token, in order, whose signals augmented heads read.</summary>
    public const int Gradient = 0, Query = 1, Key = 2, Value = 3;

    /// <summary>
    /// Writes augmented heads: the query of head h is (q, s·g/(cN)) and its key (k, v), so that its score is c⟨q, k⟩ + s⟨g, v⟩/N, c the scale of scores. What it carries are
    /// keys to where they were asked, or queries back to the keys.
    /// </summary>
    /// <remarks>
    /// A projection of augmented heads joins two slots, so its own heads are as wide as both, or, where the number of slots is odd, as the token. The output mixing holds what the
    /// point of the stencil counts.
    /// </remarks>
    /// <param name="configuration">The construction's shape, with N.</param>
    /// <param name="form">What the attention is.</param>
    /// <param name="shift">s, where the stencil's point lies.</param>
    /// <param name="weight">What the result is multiplied by.</param>
    /// <param name="back">Whether queries go back to keys, to slot 1; else keys to queries, to slot 0.</param>
    public static AttentionWeights WriteAugmented(TintConfiguration configuration, AttentionForm form, double shift, double weight, bool back)
    {
        var auxiliary = configuration.Auxiliary;
        int heads = configuration.HeadCount, size = configuration.HeadSize, width = auxiliary.HiddenSize, auxiliarySize = auxiliary.HeadSize;
        var joined = configuration.RowsPerPrefix % 2 == 1 ? 2 * width : configuration.HiddenSize;
        var headsPerSlot = width / size;
        var sharing = auxiliary.HeadCount / headsPerSlot;
        int Serving(int head) => form.ServedBy(auxiliary, head);
        var plain = Write(configuration, form, Query, Key, back ? Query : Key, back: false);

        Projection Joining(int firstSlot, Func<int, int, (int Slot, int Source, double Factor)> read, PositionMap positions)
        {
            var (mixing, linear) = (new HeadMixing(configuration.HiddenSize / joined, joined), new PerHeadLinear(configuration.HiddenSize / joined, joined));
            for (var head = 0; head < auxiliary.HeadCount; head++)
            {
                var (target, place) = Math.DivRem(head * size, joined);
                mixing[target, firstSlot * width / joined] = 1;
                for (var part = 0; part < 2; part++)
                {
                    var (slot, source, factor) = read(head, part);
                    var from = ((slot * width) + (source * auxiliarySize)) % joined;
                    for (var coordinate = 0; coordinate < auxiliarySize; coordinate++)
                    {
                        linear[target, place + (part * auxiliarySize) + coordinate, from + coordinate] = factor;
                    }
                }
            }

            return new Projection(mixing, linear, positions);
        }

        var step = shift / (form.Scale(auxiliary) * configuration.FiniteDifferenceScale);
        var (queryPositions, keyPositions) = PositionsOf(configuration, form, 2 * auxiliarySize);
        return plain with
        {
            Query = Joining(Gradient, (head, part) => part == 0 ? (Query, head, 1) : (Gradient, head, step), queryPositions),
            Key = Joining(Key, (head, part) => (part == 0 ? Key : Value, Serving(head), 1), keyPositions),
            Value = back ? BackValue() : plain.Value,
            Output = Output(),
        };

        // Queries keep their head, and go to the place of the head that serves it.
        Projection BackValue() => Write(configuration, form, Query, Key, Query, back: true).Value;

        HeadMixing Output()
        {
            var mixing = new HeadMixing(heads, size);
            for (var head = 0; head < auxiliary.HeadCount; head++)
            {
                mixing[back ? headsPerSlot + (Serving(head) / sharing) : head / sharing, head] = weight;
            }

            return mixing;
        }
    }

    /// <summary>What a head reads of positions: nothing, or with slopes 1 in queries and m_h·j/scale in keys, at one coordinate.</summary>
    private static (PositionMap Query, PositionMap Key) PositionsOf(TintConfiguration configuration, AttentionForm form, int coordinate)
    {
        var auxiliary = configuration.Auxiliary;
        PositionMap Positions() => new(configuration.HeadSize, auxiliary.MaximumPositions, configuration.PrefixCount, configuration.UseSoftmax);
        var (query, key) = (Positions(), Positions());
        if (form.Slopes is { } slopes)
        {
            query.PlaceTokens(coordinate, static _ => 1).ForHeads(0, auxiliary.HeadCount);
            key.PlaceTokens(coordinate, static position => position);
            for (var head = 0; head < auxiliary.HeadCount; head++)
            {
                key.ForHead(head, slopes[head] / form.Scale(auxiliary));
            }
        }

        return (query, key);
    }
}
