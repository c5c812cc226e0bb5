namespace Tint.Explaining.Layers;

/// <summary>A score of softmax attention among those that its query saw.</summary>
/// <param name="Score">s, scaled and with what a form adds.</param>
/// <param name="Seen">All scores of the query, in the order of the positions that it saw.</param>
public sealed record SoftmaxScore(double Score, IReadOnlyList<double> Seen);
