using System.Globalization;

namespace Tint.Reference.Configuration;

/// <summary>
/// What a step does with a gradient beside η: S ← μ S + G + λ W, W ← W − η_l S, from S = 0 in every sequence, G the gradient of the summed loss or of its mean.
/// <see cref="Plain"/>, W ← W − η G of the sum, is the published construction's; every option is exact up to rounding.
/// </summary>
/// <remarks>
/// The terms are those of stochastic gradient descent with momentum and weight decay as frameworks have it: no dampening, and the decay passes through
/// momentum. What is trained decays: weights, biases, β and, where it learns, γ. Source: C41, C42, C43, C44.
/// </remarks>
public sealed record Optimiser
{
    /// <summary>Plain SGD on the summed loss.</summary>
    public static Optimiser Plain { get; } = new();

    /// <summary>λ ≥ 0, the weight decay: a descent keeps 1 − η_l λ of what it changes.</summary>
    public double WeightDecay { get; init => field = Require.AtLeast(Require.Finite(value, "WeightDecay"), 0, "WeightDecay"); }

    /// <summary>μ, 0 ≤ μ &lt; 1, the share of a step that the next one repeats; a sequence starts without one.</summary>
    public double Momentum { get; init => field = Share(value); }

    /// <summary>What η is multiplied by in each block, [L] from the lowest; null for 1 in all. Nodes behind the blocks learn with η itself.</summary>
    public IReadOnlyList<double>? LayerRates { get; init => field = value is null ? null : [.. value.Select((rate, layer) => Require.Finite(rate, $"LayerRates at {layer}"))]; }

    /// <summary>True: the loss is the mean over the targets that count, 1/Σ_t m_{t+1} of the sum. False: it is the sum (V7).</summary>
    public bool MeanOverTargets { get; init; }

    /// <summary>Whether nothing departs from plain SGD on the summed loss.</summary>
    public bool IsPlain => WeightDecay == 0 && Momentum == 0 && LayerRates is null && !MeanOverTargets;

    /// <inheritdoc/>
    public bool Equals(Optimiser? other) => other is not null
        && (WeightDecay, Momentum, MeanOverTargets) == (other.WeightDecay, other.Momentum, other.MeanOverTargets)
        && (LayerRates is null ? other.LayerRates is null : other.LayerRates is not null && LayerRates.SequenceEqual(other.LayerRates));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(WeightDecay, Momentum, MeanOverTargets, LayerRates?.Count);

    /// <summary>What is not plain.</summary>
    public override string ToString()
    {
        string[] options =
        [
            .. WeightDecay == 0 ? Array.Empty<string>() : [Text($"weight decay {WeightDecay}")],
            .. Momentum == 0 ? Array.Empty<string>() : [Text($"momentum {Momentum}")],
            .. LayerRates is null ? Array.Empty<string>() : [$"η by layer times {string.Join(" ", LayerRates.Select(static rate => Text($"{rate}")))}"],
            .. MeanOverTargets ? ["mean over targets"] : Array.Empty<string>(),
        ];
        return options.Length == 0 ? "plain SGD" : string.Join(", ", options);
    }

    /// <summary>Checks what ties the options to a TinT.</summary>
    /// <exception cref="RuleViolationException">There is not a rate for each block, or a descent would keep no part of a weight that a gate can leave.</exception>
    internal void Check(TintConfiguration configuration)
    {
        if (LayerRates is { } rates && rates.Count != configuration.Auxiliary.LayerCount)
        {
            throw new RuleViolationException(
                "Optimiser.LayerRates must have one rate for each of the auxiliary model's blocks",
                $"{rates.Count} for {configuration.Auxiliary.LayerCount} blocks",
                $"pass {configuration.Auxiliary.LayerCount}, from the lowest block up");
        }

        if (MeanOverTargets && configuration.UseSoftmax)
        {
            throw new RuleViolationException(
                "the mean over targets is multiplied by linear attention", "MeanOverTargets with UseSoftmax", "leave UseSoftmax off, or take the sum");
        }

        foreach (var rate in (LayerRates ?? []).Prepend(1).Where(_ => WeightDecay > 0))
        {
            var decay = rate * configuration.InnerLearningRate * WeightDecay;
            if (!(decay >= 0 && decay < 2))
            {
                throw new RuleViolationException(
                    "weight decay must leave what a gate can: η·λ of at least 0 and below 2, for every rate",
                    Text($"η·λ = {decay} for InnerLearningRate {configuration.InnerLearningRate}, rate {rate} and WeightDecay {WeightDecay}"),
                    "use a smaller WeightDecay, or a rate that is not negative");
            }
        }
    }

    private static double Share(double value) => value is >= 0 and < 1
        ? value
        : throw new RuleViolationException("Momentum must lie in 0 … 1, 1 excluded", Text($"{value}"), "use 0 for none, or 0.9");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
