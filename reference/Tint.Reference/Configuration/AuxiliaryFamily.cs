namespace Tint.Reference.Configuration;

/// <summary>The published families of auxiliary models; both are pre-norm decoders with tied embeddings.</summary>
public enum AuxiliaryFamily
{
    /// <summary>GPT-2: one fused query-key-value layer, weights stored [in × out].</summary>
    Gpt2,

    /// <summary>OPT: separate query, key and value layers, weights stored [out × in], position table with two extra rows in front.</summary>
    Opt,
}
