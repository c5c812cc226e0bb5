namespace Tint.Reference.Primitives;

/// <summary>A scalar and a bound on the rounding error that it carries.</summary>
/// <param name="Value">The number.</param>
/// <param name="Error">The bound, 0 where the number is exact or rounding is not followed.</param>
public readonly record struct TrackedScalar(double Value, double Error)
{
    /// <summary>A number without error.</summary>
    public static TrackedScalar Exact(double value) => new(value, 0);
}
