namespace Tint.Reference.PrimeFields;

/// <summary>A divisor is zero in the field: nothing follows from this draw, and another has to be made.</summary>
public sealed class ZeroDivisorException : ArithmeticException
{
    /// <summary>A divisor that is zero.</summary>
    public ZeroDivisorException()
        : base("a divisor is zero in the field")
    {
    }
}
