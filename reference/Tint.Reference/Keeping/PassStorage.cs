namespace Tint.Reference.Keeping;

/// <summary>
/// Where a pass keeps what it needs again: layers that a descent has updated, and the memory that a block's forward pass leaves for its
/// backward pass. Everything is computed in float64 wherever it is kept, and unless a store rounds, a run gives the same numbers to the bit.
/// </summary>
/// <remarks>
/// Updated weights that are rounded to float32 move by u|w|, u = 2⁻²⁴, at each step; a step −η Σ m g below u|w| is lost. Rounded activations leave
/// everything before the first step as it is and reach the backward pass only. What a normalisation leaves is not rounded then: its backward
/// pass multiplies the difference of two stored numbers by N, and u by as much.
/// </remarks>
public sealed record PassStorage
{
    /// <summary>Updated layers.</summary>
    public MatrixStore Weights { get; init; } = MatrixStore.Unchanged;

    /// <summary>The memory of blocks between forward and backward pass.</summary>
    public MatrixStore Activations { get; init; } = MatrixStore.Unchanged;
}
