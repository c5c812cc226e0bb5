namespace Tint.Oracle.Judging;

/// <summary>What a tensor of a candidate agrees with, within the rounding bound of its own type.</summary>
internal enum Verdict
{
    /// <summary>What the case expects: the published construction, or the paper's intent where the case is about that.</summary>
    Expected,

    /// <summary>The paper's intent, every departure of the published code turned off, where that differs from what is expected.</summary>
    Paper,

    /// <summary>The exact gradient of the auxiliary model, where that differs from both.</summary>
    Exact,

    /// <summary>What the case expects, but only within the bound of single precision, though the numbers were given in float64.</summary>
    SinglePrecision,

    /// <summary>None of them.</summary>
    None,

    /// <summary>There is nothing to compare: the tensor is missing, or its form is wrong.</summary>
    NotCompared,
}
