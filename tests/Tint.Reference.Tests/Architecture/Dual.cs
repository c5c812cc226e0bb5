namespace Tint.Reference.Tests.Architecture;

/// <summary>A number and its derivative: differentiation forward, which knows nothing of the way back.</summary>
internal readonly record struct Dual(double Value, double Slope)
{
    public static Dual operator +(Dual left, Dual right) => new(left.Value + right.Value, left.Slope + right.Slope);

    public static Dual operator *(Dual left, Dual right) =>
        new(left.Value * right.Value, (left.Slope * right.Value) + (left.Value * right.Slope));

    public static implicit operator Dual(double value) => new(value, 0);
}
