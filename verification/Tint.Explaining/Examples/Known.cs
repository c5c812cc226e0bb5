using MathNet.Numerics.LinearAlgebra;

namespace Tint.Explaining.Examples;

/// <summary>A quantity by which a slot is named where it holds just these numbers.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Values">Its numbers, a row a position.</param>
/// <param name="OfPrefixes">Whether prefixes hold it, else tokens.</param>
internal sealed record Known(string Name, Matrix<double> Values, bool OfPrefixes = false)
{
    /// <summary>What each position's part is called, where that says more.</summary>
    public Func<int, string>? Each { get; init; }
}
