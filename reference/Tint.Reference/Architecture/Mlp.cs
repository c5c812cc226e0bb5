using Tint.Reference.Configuration;

namespace Tint.Reference.Architecture;

/// <summary>The two MLPs, each in as many chunks as their inner width has widths of the residual stream, the last one perhaps in part.</summary>
public static class Mlp
{
    /// <summary>W₂σ(W₁x + b₁) + b₂.</summary>
    /// <param name="width">D.</param>
    /// <param name="inner">The inner width.</param>
    /// <param name="activation">σ.</param>
    /// <param name="hasBiases">Whether there are b₁ and b₂.</param>
    public static Chunks Plain(int width, int inner, ActivationKind activation, bool hasBiases = true) => Of(
        width, inner, hasBiases, (first, chunks) => [Widening(Place.Inner, first, chunks), new Activation(Place.Activation, activation)]);

    /// <summary>W₂(σ(W₀x + b₀)∘(W₁x + b₁)) + b₂.</summary>
    /// <param name="width">D.</param>
    /// <param name="inner">The inner width.</param>
    /// <param name="activation">σ.</param>
    /// <param name="hasBiases">Whether there are b₀, b₁ and b₂.</param>
    public static Chunks Gated(int width, int inner, ActivationKind activation, bool hasBiases = true) => Of(
        width,
        inner,
        hasBiases,
        (first, chunks) =>
        [
            new Product(
                Place.Gated,
                new Branch(Widening(Place.Gate, first, chunks), new Activation(Place.Activation, activation)),
                new Branch(Widening(Place.Inner, first, chunks))),
        ]);

    private static Chunks Of(int width, int inner, bool hasBiases, Func<Linear, int, Node[]> widen)
    {
        var chunks = ((inner - 1) / width) + 1;
        return new(
            chunks,
            [
                .. widen(new(Place.Inner, inner, width) { HasBias = hasBiases }, chunks),
                new Linear(Place.Outer, width, inner) { InputParts = chunks, HasBias = hasBiases },
            ]);
    }

    private static Linear Widening(Place place, Linear like, int chunks) => like with { Place = place, OutputParts = chunks };
}
