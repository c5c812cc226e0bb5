namespace Tint.Explaining.Layers;

/// <summary>What a position and its twin have of one softmax.</summary>
/// <param name="Score">s = ⟨query, key⟩; the twin's is −s.</param>
/// <param name="Share">The position's share, of s/M.</param>
/// <param name="OfTwin">The twin's, of −s/M.</param>
public sealed record TwinShares(double Score, double Share, double OfTwin);
