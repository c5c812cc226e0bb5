using Tint.Reference.Architecture;

namespace Tint.Reference.Families.Opt;

/// <summary>OPT's block: with the normalisations before attention and MLP or, in 350M, behind the residual connections.</summary>
internal static class OptPlan
{
    public static BlockPlan Of(OptConfiguration model)
    {
        var (width, biases) = (model.HiddenSize, model.HasBiases);
        Node[] attention =
        [
            Attention.OfWidth(width, model.HeadCount, biases), new Linear(Place.Output, width, width) { HasBias = biases },
        ];
        var mlp = Mlp.Plain(width, model.InnerSize, model.Activation, biases);
        Norm first = Normalisation(model, Place.AttentionNorm), second = Normalisation(model, Place.MlpNorm);
        return model.IsPreNorm
            ? new(new Residual([first, .. attention]), new Residual(second, mlp))
            : new(new Residual(attention), first, new Residual(mlp), second);
    }

    public static Norm Normalisation(OptConfiguration model, Place place) =>
        new(place, model.HiddenSize) { IsAffine = model.HasAffineNorms, HasBias = model.HasAffineNorms };
}
