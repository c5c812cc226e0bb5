namespace Tint.Reference.PrimeFields;

/// <summary>A number that has no residue: it is no multiple of 2⁻¹⁵, or too large to be exact, so that what computed it is no polynomial.</summary>
public sealed class NotInFieldException : ArithmeticException
{
    /// <summary>A number without residue.</summary>
    /// <param name="value">The number.</param>
    public NotInFieldException(double value)
        : base(FormattableString.Invariant($"{value:R} is no multiple of 2⁻¹⁵ below 2³⁷"))
    {
    }
}
