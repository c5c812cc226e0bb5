namespace Tint.Reference.Tests.Exact;

/// <summary>The tolerances of this folder's tests, each with its reason; all are relative to the largest entry of the tensor compared.</summary>
internal static class ExactTolerances
{
    /// <summary>
    /// Agreement with PyTorch's autograd in float64: both sides accumulate rounding over chains of some 20 products of inner length at most 192
    /// through at most 4 layers, 20·192·4·1.1e-16 = 2e-12 of the largest intermediate; a gradient may be a few times ten smaller than that.
    /// </summary>
    public const double Autograd = 1e-10;

    /// <summary>
    /// The same for a case computed in float32 (unit roundoff 6e-8): rounding errors of random sign over the same 20·4 products of length 24 to
    /// 96, √(80·96)·6e-8 = 5e-6, ten times that for cancellation.
    /// </summary>
    public const double AutogradFloat32 = 5e-5;

    /// <summary>Two orders of summation of at most a few thousand terms: 4096·1.1e-16 with room for cancellation.</summary>
    public const double Reordering = 1e-12;
}
