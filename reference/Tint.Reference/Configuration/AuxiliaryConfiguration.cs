namespace Tint.Reference.Configuration;

/// <summary>The shape of the auxiliary model that a TinT simulates. Each field is checked when it is set, also under <c>with</c>.</summary>
public sealed record AuxiliaryConfiguration
{
    /// <summary>The model family; it decides names and layouts of tensors, not the arithmetic.</summary>
    public AuxiliaryFamily Family { get; init; } = AuxiliaryFamily.Gpt2;

    /// <summary>D_aux, the width of the residual stream.</summary>
    public required int HiddenSize { get; init => field = Require.AtLeast(value, 1, "Auxiliary.HiddenSize"); }

    /// <summary>H_aux, the number of attention heads; it divides <see cref="HiddenSize"/>.</summary>
    public required int HeadCount { get; init => field = Require.AtLeast(value, 1, "Auxiliary.HeadCount"); }

    /// <summary>L, the number of transformer blocks.</summary>
    public required int LayerCount { get; init => field = Require.AtLeast(value, 1, "Auxiliary.LayerCount"); }

    /// <summary>V, the number of tokens in the vocabulary.</summary>
    public required int VocabularySize { get; init => field = Require.AtLeast(value, 2, "Auxiliary.VocabularySize"); }

    /// <summary>T_max, the longest sequence that the position table serves.</summary>
    public required int MaximumPositions { get; init => field = Require.AtLeast(value, 1, "Auxiliary.MaximumPositions"); }

    /// <summary>C, the MLP's inner width in units of <see cref="HiddenSize"/>; it is also the number of chunks in which TinT runs the MLP.</summary>
    public int MlpChunkCount { get; init => field = Require.AtLeast(value, 1, "Auxiliary.MlpChunkCount"); } = 4;

    /// <summary>σ, the MLP's activation.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.GeluNew;

    /// <summary>eps in x̂ = (x − μ)/√(var + eps).</summary>
    public double LayerNormEpsilon { get; init => field = Require.Positive(value, "Auxiliary.LayerNormEpsilon"); } = 1e-5;

    /// <summary>C·D_aux, the MLP's inner width.</summary>
    public int InnerSize => MlpChunkCount * HiddenSize;

    /// <summary>D_aux / H_aux, the width of one attention head.</summary>
    public int HeadSize => HiddenSize / HeadCount;

    /// <summary>Checks the rules that tie fields together.</summary>
    /// <exception cref="RuleViolationException">H_aux does not divide D_aux.</exception>
    public void Check()
    {
        if (HiddenSize % HeadCount != 0)
        {
            var divisors = Enumerable.Range(1, HiddenSize).Where(h => HiddenSize % h == 0);
            throw new RuleViolationException(
                "Auxiliary.HeadCount must divide Auxiliary.HiddenSize",
                $"{HeadCount} heads for width {HiddenSize}",
                $"use one of {string.Join(", ", divisors)}");
        }
    }
}
