using Tint.Reference.Auxiliary;

namespace Tint.Verification.Engines;

/// <summary>What an engine computed for one tensor of a case.</summary>
/// <param name="Value">The value, in the shape that the file has.</param>
/// <param name="Bound">
/// Entry by entry, a bound on |file − value| that rounding in both computations can explain, in the value's shape. Null: the two must agree
/// exactly, as the weights that a construction writes do.
/// </param>
public sealed record ComputedTensor(Tensor Value, Tensor? Bound)
{
    /// <summary>
    /// Why the file's values cannot matter, where they cannot: such a tensor is compared in shape only, and is not counted as checked. Null
    /// wherever values are compared.
    /// </summary>
    public string? Unread { get; init; }

    /// <summary>
    /// How large an error rounding typically makes in an entry of this tensor, measured by moving every operand and result at random by up to the
    /// roundoff (<see cref="Tint.Reference.Rounding.RoundingNoise"/>): the largest over the entries and over a few runs, which end as soon as it
    /// reaches what it is given as enough. Null where it was not measured.
    /// </summary>
    public Func<double, double>? Noise { get; init; }
}
