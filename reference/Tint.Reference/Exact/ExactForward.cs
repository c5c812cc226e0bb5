using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Engines;
using Tint.Reference.Input;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Exact;

/// <summary>A forward pass of the auxiliary model over one sequence, with what its backward pass needs.</summary>
public sealed class ExactForward
{
    private readonly Lazy<Matrix<double>> _logits;

    internal ExactForward(
        AuxiliaryWeights weights,
        TokenSequence sequence,
        Matrix<double> embedded,
        IReadOnlyList<ExactLayerForward> layers,
        ExactLayerNormForward finalNorm)
    {
        Weights = weights;
        Sequence = sequence;
        Embedded = embedded;
        Layers = layers;
        FinalNorm = finalNorm;
        _logits = new(() => ColumnMajor.ProductWithTransposed(FinalNorm.Output, Weights.TokenEmbedding));
    }

    /// <summary>The parameters that were used.</summary>
    public AuxiliaryWeights Weights { get; }

    /// <summary>The sequence that was read.</summary>
    public TokenSequence Sequence { get; }

    /// <summary>The first block's input, token plus position embeddings, [T × D_aux].</summary>
    public Matrix<double> Embedded { get; }

    /// <summary>What every block kept, in the order of the forward pass.</summary>
    public IReadOnlyList<ExactLayerForward> Layers { get; }

    /// <summary>The normalisation after the last block; its output is y, [T × D_aux].</summary>
    public ExactLayerNormForward FinalNorm { get; }

    /// <summary>s_t = E y_t, [T × V], computed when first read.</summary>
    public Matrix<double> Logits => _logits.Value;

    /// <summary>The logits of the tokens from one on, [T − first × V].</summary>
    /// <exception cref="RuleViolationException">There is no such token.</exception>
    internal Matrix<double> LogitsFrom(int first) => ColumnMajor.ProductWithTransposed(PredictedTokens.From(FinalNorm.Output, first), Weights.TokenEmbedding);
}
