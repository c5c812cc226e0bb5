using Tint.Verification.Curves;

namespace Tint.Verification.Faithful;

/// <summary>The bottom of one U-curve, measured and predicted.</summary>
/// <param name="Module">The module.</param>
/// <param name="Arithmetic">The stencil and the arithmetic.</param>
/// <param name="MeasuredScale">The N with the least measured error.</param>
/// <param name="PredictedScale">The N at which the certificates add up to least.</param>
/// <param name="Error">The least measured relative error.</param>
/// <param name="Bound">The least sum of the certificates.</param>
/// <param name="ErrorAsPublished">The measured error at N = 1000.</param>
internal sealed record CurveBottom(
    string Module, string Arithmetic, double MeasuredScale, double PredictedScale, double Error, double Bound, double ErrorAsPublished)
{
    private const double PublishedScale = 1000;

    /// <summary>The bottoms of all three modules' curves, with both stencils, in float32 and float64.</summary>
    public static IReadOnlyList<CurveBottom> Measure() =>
    [
        .. ActivationCurve.Measure().Select(curve => Of("ActivationBackward", curve)),
        .. LayerNormCurve.Measure().Where(curve => curve.Predicted.Count > 0).Select(curve => Of("LayerNormBackward", curve)),
        .. ScoreCurve.Measure().Select(curve => Of("AttentionScoreBackward", curve)),
    ];

    /// <summary>The bottoms of a module's curves.</summary>
    internal static IReadOnlyList<CurveBottom> Of(string module, IEnumerable<ScaleCurve> curves) => [.. curves.Select(curve => Of(module, curve))];

    private static CurveBottom Of(string module, ScaleCurve curve) => new(
        module,
        curve.Name,
        curve.MeasuredOptimum,
        curve.PredictedOptimum!.Value,
        curve.Measured.Min(point => point.Error),
        curve.Predicted.Min(point => point.Error),
        curve.Measured.MinBy(point => Math.Abs(Math.Log(point.Scale / PublishedScale)))!.Error);
}
