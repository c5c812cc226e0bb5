using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.SelfAttention;

/// <summary>
/// The heads that simulate the auxiliary model's softmax attention. Heads are d_h = D_sim/H_sim wide, a slot is p = D_aux/d_h of them, and
/// each holds H_aux/p auxiliary heads; TinT's head h serves auxiliary head h.
/// </summary>
/// <remarks>Source: C10, C31, C33.</remarks>
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

        PositionMap Positions() => new(size, auxiliary.MaximumPositions, configuration.PrefixCount);
        var (queryPositions, keyPositions) = (Positions(), Positions());
        if (form.Slopes is { } slopes)
        {
            queryPositions.PlaceTokens(auxiliarySize, static _ => 1).ForHeads(0, auxiliary.HeadCount);
            keyPositions.PlaceTokens(auxiliarySize, static position => position);
            for (var head = 0; head < auxiliary.HeadCount; head++)
            {
                keyPositions.ForHead(head, slopes[head] / form.Scale(auxiliary));
            }
        }

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
}
