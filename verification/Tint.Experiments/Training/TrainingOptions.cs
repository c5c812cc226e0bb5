using Tint.Reference;

namespace Tint.Experiments.Training;

/// <summary>How a model is trained: Adam on the mean cross-entropy of the next token.</summary>
public sealed record TrainingOptions
{
    /// <summary>The number of updates.</summary>
    public required int Steps { get; init => field = AtLeast(value, 1, "--steps"); }

    /// <summary>The number of windows an update.</summary>
    public required int Batch { get; init => field = AtLeast(value, 1, "--batch"); }

    /// <summary>The number of tokens a window.</summary>
    public required int Window { get; init => field = AtLeast(value, 2, "--window"); }

    /// <summary>The largest learning rate.</summary>
    public required double Rate { get; init => field = Positive(value, "--rate"); }

    /// <summary>The number of steps in which the rate rises.</summary>
    public required int WarmUp { get; init => field = AtLeast(value, 0, "--warm-up"); }

    /// <summary>The largest norm of a gradient over all parameters; a longer one is shortened to it.</summary>
    public required double Clip { get; init => field = Positive(value, "--clip"); }

    /// <summary>The seed of the first parameters and of the windows' places.</summary>
    public required int Seed { get; init; }

    /// <summary>β₁, the decay of the gradients' mean.</summary>
    public double FirstDecay { get; init; } = 0.9;

    /// <summary>β₂, the decay of their squares' mean.</summary>
    public double SecondDecay { get; init; } = 0.99;

    /// <summary>ε, added to the root of that mean.</summary>
    public double Epsilon { get; init; } = 1e-8;

    private static int AtLeast(int value, int least, string name) => value >= least
        ? value
        : throw new RuleViolationException($"{name} must be at least {least}", $"{value}", $"use {least} or more");

    private static double Positive(double value, string name) => value > 0 && double.IsFinite(value)
        ? value
        : throw new RuleViolationException($"{name} must be above 0", FormattableString.Invariant($"{value}"), "use a positive number");
}
