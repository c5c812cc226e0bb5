namespace Tint.Reference.Configuration;

/// <summary>The activation σ of the auxiliary model's MLP.</summary>
public enum ActivationKind
{
    /// <summary>σ(z) = max(z, 0).</summary>
    Relu,

    /// <summary>σ(z) = z·Φ(z), Φ the standard normal distribution function.</summary>
    Gelu,

    /// <summary>σ(z) = z/2·(1 + tanh(√(2/π)(z + 0.044715 z³))), GPT-2's approximation of <see cref="Gelu"/>.</summary>
    GeluNew,

    /// <summary>σ(z) = z/(1 + e^(−z)).</summary>
    Silu,

    /// <summary>σ(z) = z/(1 + e^(−1.702 z)).</summary>
    QuickGelu,

    /// <summary>As <see cref="GeluNew"/> with 0.79788456 in place of √(2/π), BLOOM's activation.</summary>
    GeluBloom,

    /// <summary>As <see cref="GeluNew"/> with 0.7978845608 in place of √(2/π), Hugging Face's "gelu_fast" and the activation of GPT-NeoX-20B.</summary>
    GeluFast,
}
