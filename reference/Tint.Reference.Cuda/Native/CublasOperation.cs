namespace Tint.Reference.Cuda.Native;

/// <summary>What a product does to an operand first; the values are cuBLAS's.</summary>
public enum CublasOperation
{
    /// <summary>The operand as it is.</summary>
    None = 0,

    /// <summary>The operand transposed.</summary>
    Transpose = 1,

    /// <summary>The operand transposed and conjugated; with real numbers the same as <see cref="Transpose"/>.</summary>
    ConjugateTranspose = 2,
}
