namespace Tint.Reference.Configuration;

/// <summary>What the loss gradient at the final norm's output y is computed from (E: token embeddings, e: the next token's row of E).</summary>
/// <remarks>Source: C20.</remarks>
public enum LossKind
{
    /// <summary>g = (softmax(E y) − q)E, the gradient of the summed cross-entropy.</summary>
    CrossEntropy,

    /// <summary>g = EᵀE y − e, the gradient of ½‖E y‖² − ⟨e, y⟩.</summary>
    Quad,

    /// <summary>g = mean(E) − e, the gradient of ⟨mean(E) − e, y⟩.</summary>
    MeanEmbedding,
}
