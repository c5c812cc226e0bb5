using Tint.Reference.Primitives;

namespace Tint.Reference.Model;

/// <summary>The state of a TinT pass behind one block.</summary>
/// <param name="Name">The block in the order of the pass, as in <c>004.backward.layer01</c>.</param>
/// <param name="States">The hidden states behind the block, [K + T × D_sim].</param>
/// <param name="UpdatedPrefixes">The prefixes that a backward block wrote, in the order of the loads; none for a forward block.</param>
public sealed record TraceEntry(string Name, HiddenStates States, IReadOnlyList<Slots> UpdatedPrefixes);
