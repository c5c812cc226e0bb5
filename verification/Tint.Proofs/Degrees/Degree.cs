namespace Tint.Proofs.Degrees;

/// <summary>
/// The total degree of a polynomial in weights, signals and the values of uninterpreted functions, counted from above: degrees of factors add up, a sum has its terms' largest.
/// </summary>
/// <param name="Value">The degree.</param>
public readonly record struct Degree(int Value)
{
    /// <summary>A constant's.</summary>
    public static Degree Constant { get; } = new(0);

    /// <summary>That of an unknown: a weight, a signal, a function's value.</summary>
    public static Degree Unknown { get; } = new(1);

    /// <summary>A product's.</summary>
    public static Degree operator *(Degree left, Degree right) => new(left.Value + right.Value);

    /// <summary>A sum's.</summary>
    public static Degree operator +(Degree left, Degree right) => new(Math.Max(left.Value, right.Value));

    /// <inheritdoc cref="op_Multiply"/>
    public static Degree Multiply(Degree left, Degree right) => left * right;

    /// <inheritdoc cref="op_Addition"/>
    public static Degree Add(Degree left, Degree right) => left + right;
}
