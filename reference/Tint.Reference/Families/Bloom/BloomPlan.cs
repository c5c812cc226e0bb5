using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Families.Bloom;

/// <summary>BLOOM's block; with the residual connections behind the normalisations, these run before them.</summary>
internal static class BloomPlan
{
    public static BlockPlan Of(BloomConfiguration model)
    {
        var width = model.HiddenSize;
        var form = new AttentionForm { Slopes = LinearBias.Slopes(model.HeadCount) };
        Node[] attention = [Attention.OfWidth(width, model.HeadCount) with { Form = form }, new Linear(Place.Output, width, width)];
        var mlp = Mlp.Plain(width, 4 * width, ActivationKind.GeluBloom);
        var (first, second) = (new Norm(Place.AttentionNorm, width), new Norm(Place.MlpNorm, width));
        return model.ResidualBehindNorm
            ? new(first, new Residual(attention), second, new Residual(mlp))
            : new(new Residual([first, .. attention]), new Residual(second, mlp));
    }
}
