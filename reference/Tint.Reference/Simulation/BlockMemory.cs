using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;

namespace Tint.Reference.Simulation;

/// <summary>What a block's forward pass leaves for its backward pass, leaf by leaf; in the closed form a chunked MLP's is that of all chunks, side by side.</summary>
/// <param name="Leaves">The memory by place.</param>
public sealed record BlockMemory(Placed<LeafMemory> Leaves)
{
    /// <summary>A normalisation's memory.</summary>
    /// <exception cref="RuleViolationException">The block has no such place.</exception>
    public LayerNormMemory Norm(Place place) => (LayerNormMemory)Leaves[place];

    /// <summary>Attention's memory.</summary>
    /// <exception cref="RuleViolationException">The block has no such place.</exception>
    public AttentionMemory Attention(Place place) => (AttentionMemory)Leaves[place];

    /// <summary>Attention's memory over another sequence.</summary>
    /// <exception cref="RuleViolationException">The block has no such place.</exception>
    public CrossAttentionMemory CrossAttention(Place place) => (CrossAttentionMemory)Leaves[place];

    /// <summary>A product's memory.</summary>
    /// <exception cref="RuleViolationException">The block has no such place.</exception>
    public ProductMemory Product(Place place) => (ProductMemory)Leaves[place];

    /// <summary>ρ·input of a linear layer or an activation, [T × in].</summary>
    /// <exception cref="RuleViolationException">The block has no such place.</exception>
    public Matrix<double> Input(Place place, int chunk = 0) => ((InputMemory)Leaves[place, chunk]).Input;
}
