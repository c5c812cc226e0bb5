using Tint.Reference.Primitives;

namespace Tint.Reference.Model;

/// <summary>What a forward block leaves for the backward block: the memory slots of the tokens behind each module.</summary>
/// <remarks>Source: C22.</remarks>
/// <param name="AttentionNorm">Behind the normalisation before attention.</param>
/// <param name="Attention">Behind self-attention.</param>
/// <param name="Output">Behind the projection after attention.</param>
/// <param name="MlpNorm">Behind the normalisation before the MLP.</param>
/// <param name="Chunks">Behind inner layer, activation and outer layer of each chunk of the MLP.</param>
public sealed record BlockMemory(
    Slots AttentionNorm, Slots Attention, Slots Output, Slots MlpNorm, IReadOnlyList<(Slots Inner, Slots Activation, Slots Outer)> Chunks);
