using Tint.Reference;
using Tint.Reference.Configuration;

namespace Tint.Proofs.Degrees;

/// <summary>The degree of a loss gradient.</summary>
internal static class LossDegree
{
    /// <summary>That of (softmax(E y) − q)E, EᵀE y − e, or mean(E) − e.</summary>
    public static Degree Of(LossKind loss, Degree logits, DegreeCount count) => loss switch
    {
        LossKind.CrossEntropy => count.Softmax(logits) * Degree.Unknown,
        LossKind.Quad => logits * Degree.Unknown,
        LossKind.MeanEmbedding => Degree.Unknown,
        _ => throw new RuleViolationException("the loss must be known", $"{loss}", "use one of the paper's"),
    };
}
