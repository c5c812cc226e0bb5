using Tint.Reference.Primitives;

namespace Tint.Reference.Stacking;

/// <summary>The prefixes of one chunk of the MLP.</summary>
/// <remarks>Source: C23.</remarks>
/// <param name="Inner">The chunk's rows of the inner layer.</param>
/// <param name="Activation">Empty: an activation has no weights, yet its module runs over prefixes as well.</param>
/// <param name="Outer">The chunk's columns of the outer layer, with its share of the bias.</param>
public sealed record ChunkPrefixes(Slots Inner, Slots Activation, Slots Outer);
