using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.SelfAttention;

/// <summary>
/// The heads that simulate the auxiliary model's softmax attention. Heads are d_h = D_sim/H_sim wide, a slot is p = D_aux/d_h of them, and
/// each holds H_aux/p auxiliary heads; TinT's head h serves auxiliary head h.
/// </summary>
/// <remarks>Source: C10.</remarks>
internal static class SoftmaxHeads
{
    /// <summary>Writes the weights that read queries, keys and values from three slots and leave the result in slot 0.</summary>
    /// <remarks>
    /// The mixing copies the TinT head that holds auxiliary head h from each of the three slots to head h. For queries and keys the map inside
    /// the head then moves the D/H coordinates of auxiliary head h to the front and drops the others, so that the score is that head's alone.
    /// Values keep their place: the output mixing adds up the heads that came from one TinT head, and each lands where it was.
    /// </remarks>
    public static AttentionWeights Write(TintConfiguration configuration, int querySlot, int keySlot, int valueSlot)
    {
        var auxiliary = configuration.Auxiliary;
        int heads = configuration.HeadCount, size = configuration.HeadSize, auxiliarySize = auxiliary.HeadSize;
        var headsPerSlot = auxiliary.HiddenSize / size;
        var sharing = auxiliary.HeadCount / headsPerSlot;

        HeadMixing Fetch(int slot)
        {
            var mixing = new HeadMixing(heads, size);
            for (var head = 0; head < auxiliary.HeadCount; head++)
            {
                mixing[head, (slot * headsPerSlot) + (head / sharing)] = 1;
            }

            return mixing;
        }

        PerHeadLinear Select(bool toFront)
        {
            var linear = new PerHeadLinear(heads, size);
            for (var head = 0; head < auxiliary.HeadCount; head++)
            {
                var place = head % sharing * auxiliarySize;
                linear.Copy(head, toFront ? 0 : place, place, auxiliarySize);
            }

            return linear;
        }

        var output = new HeadMixing(heads, size);
        for (var head = 0; head < auxiliary.HeadCount; head++)
        {
            output[head / sharing, head] = 1;
        }

        var unused = new PositionMap(size, auxiliary.MaximumPositions, configuration.PrefixCount);
        return new AttentionWeights
        {
            HeadCount = heads,
            HeadSize = size,
            Query = new Projection(Fetch(querySlot), Select(toFront: true), unused),
            Key = new Projection(Fetch(keySlot), Select(toFront: true), unused),
            Value = new Projection(Fetch(valueSlot), Select(toFront: false), unused),
            Output = output,
        };
    }
}
