namespace Tint.Verification.Faithful;

/// <summary>What a TinT of linear or of softmax attention costs for GPT-2, twins included.</summary>
/// <param name="Name">Which: linear or softmax.</param>
/// <param name="Prefixes">Prefixes.</param>
/// <param name="Positions">Prefixes and 1024 tokens.</param>
/// <param name="Parameters">Parameters of the whole TinT.</param>
/// <param name="Scores">Scores of one LinearForward on them, all heads.</param>
/// <param name="Flops">Products of one LinearForward on them as its layer of attention does them, all heads.</param>
/// <param name="Seconds">The time of the closed form's step on one layer of its width, 256 tokens of which half are trained on; null where it was not measured.</param>
/// <param name="ConstructionSeconds">The time of the construction's step there, 64 tokens; null where it was not measured.</param>
internal sealed record SoftmaxCost(
    string Name, int Prefixes, int Positions, long Parameters, long Scores, long Flops, double? Seconds, double? ConstructionSeconds);
