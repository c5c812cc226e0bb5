using Tint.Reference;

namespace Tint.Experiments.Evaluation;

/// <summary>What is evaluated: every combination of the lists.</summary>
public sealed record EvaluationOptions
{
    /// <summary>The methods.</summary>
    public required IReadOnlyList<EvaluationMethod> Methods { get; init => field = Some(value, "--methods"); }

    /// <summary>f: the first ⌊f·T⌋ tokens of a window are trained on, the others predicted.</summary>
    public required IReadOnlyList<double> Fractions { get; init => field = Some(value, "--fractions"); }

    /// <summary>How many steps of SGD.</summary>
    public required IReadOnlyList<int> Steps { get; init => field = Some(value, "--steps"); }

    /// <summary>How many layers from the top are trained by TinT and by the SGD that it approximates; null for all.</summary>
    public required IReadOnlyList<int?> Layers { get; init => field = Some(value, "--layers"); }

    /// <summary>Rates of TinT, a summed gradient.</summary>
    public required IReadOnlyList<double> Rates { get; init => field = Some(value, "--rates"); }

    /// <summary>Rates of dynamic evaluation, a mean gradient.</summary>
    public required IReadOnlyList<double> DynamicRates { get; init => field = Some(value, "--dynamic-rates"); }

    /// <summary>In how many equal chunks dynamic evaluation takes the window's beginning, a step each.</summary>
    public int Chunks { get; init; } = 1;

    /// <summary>Whether TinT is the construction itself in place of its closed form.</summary>
    public bool Constructs { get; init; }

    /// <summary>
    /// Whether the model's layers are read from its files each time: where nothing trains all parameters with exact gradients, and a TinT is there whose forward pass is the
    /// model's own once its gates are exact.
    /// </summary>
    public bool Streams => Methods.All(static method => method is EvaluationMethod.Vanilla or >= EvaluationMethod.Published) && Methods.Any(static method => method >= EvaluationMethod.Published);

    /// <summary>Checks fractions, rates and steps.</summary>
    /// <exception cref="RuleViolationException">One is out of its range.</exception>
    public void Check(int window)
    {
        foreach (var fraction in Fractions)
        {
            var trained = Trained(fraction, window);
            if (!(fraction > 0 && fraction < 1) || trained < 2 || trained >= window)
            {
                throw new RuleViolationException(
                    "a train fraction must leave at least two tokens to train on and one to predict",
                    FormattableString.Invariant($"{fraction} of {window} tokens"),
                    "use one between 0 and 1, as in 0.5");
            }
        }

        if (Rates.Concat(DynamicRates).Where(static rate => !(rate > 0) || !double.IsFinite(rate)).Select(static rate => (double?)rate).FirstOrDefault() is { } wrong)
        {
            throw new RuleViolationException("a learning rate must be above 0", FormattableString.Invariant($"{wrong}"), "use a positive one");
        }

        if (Steps.Any(static steps => steps < 1) || Chunks < 1)
        {
            throw new RuleViolationException("the numbers of steps and chunks must be at least 1", $"{Steps.Min()} steps, {Chunks} chunks", "use 1 or more");
        }
    }

    /// <summary>n = ⌊f·T⌋.</summary>
    public static int Trained(double fraction, int window) => (int)Math.Floor(window * fraction);

    private static IReadOnlyList<T> Some<T>(IReadOnlyList<T> values, string name) => values.Count > 0
        ? values
        : throw new RuleViolationException($"{name} must list at least one", "none", "name one");
}
