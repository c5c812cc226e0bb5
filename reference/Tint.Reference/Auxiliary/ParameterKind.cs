namespace Tint.Reference.Auxiliary;

/// <summary>What a parameter block is, for choosing which to train or compare.</summary>
public enum ParameterKind
{
    /// <summary>Token embeddings (and tied output head) or position table.</summary>
    Embedding,

    /// <summary>γ of a normalisation, or the dense map in its place.</summary>
    NormWeight,

    /// <summary>β of a normalisation.</summary>
    NormBias,

    /// <summary>W of a linear layer.</summary>
    LinearWeight,

    /// <summary>b of a linear layer.</summary>
    LinearBias,
}
