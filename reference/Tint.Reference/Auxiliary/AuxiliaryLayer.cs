namespace Tint.Reference.Auxiliary;

/// <summary>
/// One transformer block: x ← x + Output·attention(AttentionNorm(x)), then x ← x + Outer·σ(Inner·MlpNorm(x)), biases included.
/// </summary>
public sealed record AuxiliaryLayer
{
    /// <summary>The normalisation before attention.</summary>
    public required LayerNormParameters AttentionNorm { get; init; }

    /// <summary>W_Q and b_Q, [D_aux × D_aux]; head h takes rows h·D_aux/H_aux and on.</summary>
    public required LinearParameters Query { get; init; }

    /// <summary>W_K and b_K, as <see cref="Query"/>.</summary>
    public required LinearParameters Key { get; init; }

    /// <summary>W_V and b_V, as <see cref="Query"/>.</summary>
    public required LinearParameters Value { get; init; }

    /// <summary>The projection after attention, [D_aux × D_aux].</summary>
    public required LinearParameters Output { get; init; }

    /// <summary>The normalisation before the MLP.</summary>
    public required LayerNormParameters MlpNorm { get; init; }

    /// <summary>The MLP's first layer, [C·D_aux × D_aux].</summary>
    public required LinearParameters Inner { get; init; }

    /// <summary>The MLP's second layer, [D_aux × C·D_aux].</summary>
    public required LinearParameters Outer { get; init; }
}
