namespace Tint.Properties.Laws;

/// <summary>A layer as prefixes hold it after a descent, with bounds; a normalisation's γ is a matrix here.</summary>
/// <param name="Weight">W, [out × in].</param>
/// <param name="Bias">b, [out × 1].</param>
internal sealed record BoundedLayer(Bounded Weight, Bounded Bias)
{
    public BoundedLayer Plus(BoundedLayer other) => new(Weight.Plus(other.Weight), Bias.Plus(other.Bias));

    public BoundedLayer Minus(BoundedLayer other) => new(Weight.Minus(other.Weight), Bias.Minus(other.Bias));

    public BoundedLayer Times(double factor) => new(Weight.Times(factor), Bias.Times(factor));

    public BoundedLayer With(BoundedLayer other) => new(Weight.With(other.Weight), Bias.With(other.Bias));
}
