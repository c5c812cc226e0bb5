namespace Tint.Verification.Judging;

/// <summary>One entry at which two tensors differ by more than is allowed.</summary>
/// <param name="Index">Its index along each axis.</param>
/// <param name="Expected">The file's value.</param>
/// <param name="Got">The engine's value.</param>
/// <param name="Bound">The difference that is allowed there.</param>
public sealed record Difference(IReadOnlyList<int> Index, double Expected, double Got, double Bound)
{
    /// <summary>|expected − got|.</summary>
    public double Error => Math.Abs(Expected - Got);

    /// <summary>error/bound: 0 for 0/0, infinite where a bound of 0 is broken.</summary>
    public double Ratio => ErrorRatio.Of(Error, Bound);
}
