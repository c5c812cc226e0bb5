namespace Tint.Reference.Simulation;

/// <summary>What a leaf's forward pass leaves for its backward pass: of a normalisation, of attention, of a product, or of a linear layer or activation its input.</summary>
public abstract record LeafMemory;
