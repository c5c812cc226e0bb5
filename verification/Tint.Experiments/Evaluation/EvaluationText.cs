using System.Globalization;

namespace Tint.Experiments.Evaluation;

/// <summary>The words of an evaluation, for a terminal and for a page.</summary>
public static class EvaluationText
{
    /// <summary>A method.</summary>
    public static string Name(EvaluationMethod method) => method switch
    {
        EvaluationMethod.Vanilla => "vanilla",
        EvaluationMethod.Dynamic => "dynamic evaluation",
        EvaluationMethod.Sgd => "SGD that TinT approximates",
        EvaluationMethod.SgdValues => "SGD, queries and keys left alone",
        EvaluationMethod.SgdStopped => "SGD, and none through scores",
        EvaluationMethod.Published => "TinT, published",
        EvaluationMethod.Paper => "TinT, paper",
        EvaluationMethod.Faithful => "TinT, faithful",
        _ => throw new InvalidOperationException($"a method without a name: {method}"),
    };

    /// <summary>Steps, if there are any.</summary>
    public static string Steps(EvaluationPoint point) => Of(point).Steps == 0 ? "–" : point.Steps.ToString(CultureInfo.InvariantCulture);

    /// <summary>Layers, if there is a choice.</summary>
    public static string Layers(EvaluationPoint point) =>
        Of(point).Layers?.ToString(CultureInfo.InvariantCulture) ?? (point.Method == EvaluationMethod.Vanilla ? "–" : "all");

    /// <summary>A rate.</summary>
    public static string Rate(double? rate) => rate?.ToString("0.###e-0", CultureInfo.InvariantCulture) ?? "–";

    /// <summary>A perplexity.</summary>
    public static string Number(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "not finite";

    /// <summary>An interval.</summary>
    public static string Interval(EvaluationPoint point) => Of(point).Low is { } low && point.High is { } high ? $"{Number(low)} … {Number(high)}" : "–";

    /// <summary>The change of the loss against vanilla.</summary>
    public static string Change(EvaluationPoint point) => Of(point).LossChange is { } change && point.Method != EvaluationMethod.Vanilla
        ? change.ToString("+0.0000;−0.0000;0.0000", CultureInfo.InvariantCulture)
            + (point.LossChangeError is { } error ? FormattableString.Invariant($" ± {error:0.0000}") : string.Empty)
        : "–";

    private static EvaluationPoint Of(EvaluationPoint point)
    {
        ArgumentNullException.ThrowIfNull(point);
        return point;
    }
}
