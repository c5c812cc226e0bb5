using Tint.Experiments.Evaluation;

namespace Tint.Experiments.Classification;

/// <summary>What is classified and how.</summary>
public sealed record ClassificationOptions
{
    /// <summary>The template.</summary>
    public required ClassificationTemplate Template { get; init; }

    /// <summary>The number of demonstrations, as many of each label.</summary>
    public required int Shots { get; init; }

    /// <summary>The seeds that draw demonstrations.</summary>
    public required IReadOnlyList<int> Seeds { get; init; }

    /// <summary>The methods.</summary>
    public required IReadOnlyList<EvaluationMethod> Methods { get; init; }

    /// <summary>The calibrations.</summary>
    public required IReadOnlyList<Calibration> Calibrations { get; init; }

    /// <summary>Whether only demonstrations' words are trained on; both where both are tried.</summary>
    public required IReadOnlyList<bool> LabelsOnly { get; init; }

    /// <summary>Whether demonstrations are kept apart; both where both are tried.</summary>
    public required IReadOnlyList<bool> Apart { get; init; }

    /// <summary>How many layers TinT trains; null for all.</summary>
    public required IReadOnlyList<int?> Layers { get; init; }

    /// <summary>Rates of TinT.</summary>
    public required IReadOnlyList<double> Rates { get; init; }

    /// <summary>Rates of dynamic evaluation.</summary>
    public required IReadOnlyList<double> DynamicRates { get; init; }

    /// <summary>Steps of SGD.</summary>
    public required int Steps { get; init; }

    /// <summary>The most tokens of a prompt.</summary>
    public required int Longest { get; init; }
}
