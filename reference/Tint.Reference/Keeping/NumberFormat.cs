namespace Tint.Reference.Keeping;

/// <summary>How a kept number is written down; what is computed with it is always float64.</summary>
public enum NumberFormat
{
    /// <summary>A float64, as it is.</summary>
    Binary64,

    /// <summary>A float32, rounded to nearest: x becomes x(1 + δ) + ε with |δ| ≤ 2⁻²⁴ and, below float32's normal numbers, |ε| ≤ 2⁻¹⁵⁰.</summary>
    Binary32,
}
