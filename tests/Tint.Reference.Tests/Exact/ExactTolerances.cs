namespace Tint.Reference.Tests.Exact;

/// <summary>The tolerances of this folder's tests, each with its reason; all are relative to the largest entry of the tensor compared.</summary>
internal static class ExactTolerances
{
    /// <summary>
    /// Agreement with PyTorch's autograd in float64: both sides accumulate rounding over chains of some 20 products of inner length at most 192
    /// through at most 4 layers, 20·192·4·1.1e-16 = 2e-12. Measured: below 1e-14.
    /// </summary>
    public const double Autograd = 2e-12;

    /// <summary>
    /// The same for a case computed in float32 (unit roundoff 6e-8), with rounding errors of random sign over 20·4 products of length 96 or
    /// less: √(80·96)·6e-8 = 5e-6. Measured: below 1e-6.
    /// </summary>
    public const double AutogradFloat32 = 5e-6;

    /// <summary>Two orders of summation of at most a few thousand terms: 4096·1.1e-16 with room for cancellation.</summary>
    public const double Reordering = 1e-12;
}
