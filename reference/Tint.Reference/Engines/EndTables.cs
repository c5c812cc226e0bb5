using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Input;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Engines;

/// <summary>
/// The tables at both ends of a TinT, which no descent trains (V7): what a token starts as, and what logits are made with. A projection into or out of
/// the residual width and the scale of a head are multiplied into them.
/// </summary>
/// <param name="Tokens">Row v: what token v starts as, W_in e_v, [V × D_aux].</param>
/// <param name="Head">The head's weight, scale·W W_out, [V × D_aux].</param>
/// <param name="HeadBias">Its bias, [V]; null for none.</param>
internal sealed record EndTables(Matrix<double> Tokens, Matrix<double> Head, Vector<double>? HeadBias)
{
    /// <summary>The tables of a model; of one whose head is tied and which projects nothing, the token embedding itself twice.</summary>
    public static EndTables Of(AuxiliaryWeights weights)
    {
        var plan = ModelPlan.Of(weights.Configuration);
        var tokens = weights.EmbeddingProjection is { } into ? ColumnMajor.ProductWithTransposed(weights.TokenEmbedding, into.Weight) : weights.TokenEmbedding;
        var head = plan.IsTied ? weights.TokenEmbedding : weights.Head!.Weight;
        head = weights.HeadProjection is { } outOf ? ColumnMajor.Product(head, outOf.Weight) : head;
        return new(tokens, plan.HeadScale == 1 ? head : ColumnMajor.Scaled(head, plan.HeadScale), plan.HasHeadBias ? weights.Head!.Bias : null);
    }

    /// <summary>Row t: row input_t of the tokens' table plus, where there is one, the row of its position in the position table, [T × D_aux].</summary>
    public Matrix<double> Embed(AuxiliaryWeights weights, TokenSequence sequence)
    {
        var positions = weights.HasPositions ? weights.PositionEmbedding : null;
        return Matrix<double>.Build.Dense(
            sequence.Length,
            Tokens.ColumnCount,
            (t, d) => positions is null ? Tokens.At(sequence.InputIds[t], d) : Tokens.At(sequence.InputIds[t], d) + positions.At(sequence.PositionOf(t), d));
    }
}
