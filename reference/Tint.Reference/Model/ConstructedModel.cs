using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Modules.Loss;

namespace Tint.Reference.Model;

/// <summary>The modules of a whole TinT, which all of its runs share.</summary>
internal sealed class ConstructedModel(TintConfiguration configuration, Matrix<double> tokenEmbedding)
{
    /// <summary>A block forward.</summary>
    public BlockForward Forward { get; } = new(configuration, BlockPlan.Of(configuration.Auxiliary));

    /// <summary>A block backward.</summary>
    public BlockBackward Backward { get; } = new(configuration, BlockPlan.Of(configuration.Auxiliary));

    /// <summary>The final normalisation.</summary>
    public FinalNorm FinalNorm { get; } = new(configuration);

    /// <summary>Head and loss gradient.</summary>
    public LossGradient Loss { get; } = new(configuration, tokenEmbedding);
}
