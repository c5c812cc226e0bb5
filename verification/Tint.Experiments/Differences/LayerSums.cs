using Tint.Reference.Auxiliary;
using Tint.Verification.Truth;

namespace Tint.Experiments.Differences;

/// <summary>What adds up over windows: ⟨simulated, true⟩, squared norms of both and of their difference, squared errors and certificates of gradients.</summary>
internal readonly record struct LayerSums(double Mixed, double Simulated, double True, double Difference, double Error, double Certificate)
{
    /// <summary>The sum of both.</summary>
    public LayerSums Plus(LayerSums other) => new(
        Mixed + other.Mixed,
        Simulated + other.Simulated,
        True + other.True,
        Difference + other.Difference,
        Error + other.Error,
        Certificate + other.Certificate);

    /// <summary>Of one parameter's updates.</summary>
    public static LayerSums Of(ParameterBlock simulated, ParameterBlock truth)
    {
        ReadOnlySpan<double> left = simulated.Values.Span, right = truth.Values.Span;
        var (mixed, one, other, difference) = (0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < left.Length; i++)
        {
            mixed += left[i] * right[i];
            one += left[i] * left[i];
            other += right[i] * right[i];
            difference += (left[i] - right[i]) * (left[i] - right[i]);
        }

        return new LayerSums(mixed, one, other, difference, 0, 0);
    }

    /// <summary>Of one parameter's gradient against its certificate.</summary>
    public static LayerSums Of(CertificateCheck check) => new(0, 0, 0, 0, check.Error * check.Error, check.Certificate * check.Certificate);

    /// <summary>The layer.</summary>
    public LayerDifference ToLayer(int? layer) => new(
        layer,
        Simulated > 0 && True > 0 ? Mixed / Math.Sqrt(Simulated) / Math.Sqrt(True) : null,
        True > 0 ? Math.Sqrt(Difference / True) : null,
        Math.Sqrt(Simulated),
        Math.Sqrt(True),
        Math.Sqrt(Error),
        Math.Sqrt(Certificate));
}
