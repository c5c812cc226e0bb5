namespace Tint.Verification.Faithful;

/// <summary>What one ingredient buys and costs.</summary>
/// <param name="Name">The ingredient.</param>
/// <param name="What">What is different from the one before.</param>
/// <param name="Scale">The N, of those tried, at which the least cosine is largest.</param>
/// <param name="Angle">1 − the least cosine of a layer's update to plain SGD's, over all layers of all models, at that N.</param>
/// <param name="AngleCase">The model with it.</param>
/// <param name="AngleAsPublished">The same at N = 1000.</param>
/// <param name="Distance">The median over layers of ‖simulated − true‖/‖true‖, at the best N.</param>
/// <param name="Models">The models that training left finite there.</param>
/// <param name="Parameters">The parameters of the whole TinT for GPT-2.</param>
/// <param name="Flops">The products of one step on it, 1024 tokens of which half are trained on.</param>
/// <param name="Seconds">The time of the closed form's step on one layer of GPT-2's width, 256 tokens of which half are trained on; null where it was not measured.</param>
/// <param name="Points">At each N 1 − the least cosine, and the largest ‖simulated − true‖/‖true‖ of a layer of the models with a smooth activation.</param>
internal sealed record IngredientResult(
    string Name,
    string What,
    double Scale,
    double Angle,
    string AngleCase,
    double AngleAsPublished,
    double Distance,
    int Models,
    long Parameters,
    long Flops,
    double? Seconds,
    IReadOnlyList<IngredientResult.Point> Points)
{
    /// <summary>One N.</summary>
    /// <param name="Scale">N.</param>
    /// <param name="Angle">1 − the least cosine.</param>
    /// <param name="Distance">The largest relative distance of a layer's update where the activation is smooth; null where none is.</param>
    public sealed record Point(double Scale, double Angle, double? Distance);
}
