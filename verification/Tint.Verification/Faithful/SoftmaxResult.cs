namespace Tint.Verification.Faithful;

/// <summary>A TinT of softmax attention alone beside the linear one.</summary>
/// <param name="Points">How far apart they are at several M.</param>
/// <param name="Curves">The bottoms of the U-curves of LinearForward against M.</param>
/// <param name="Costs">What either costs: linear, then softmax.</param>
internal sealed record SoftmaxResult(IReadOnlyList<SoftmaxPoint> Points, IReadOnlyList<CurveBottom> Curves, IReadOnlyList<SoftmaxCost> Costs);
