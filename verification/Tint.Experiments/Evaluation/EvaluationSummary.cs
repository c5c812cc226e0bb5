using MathNet.Numerics.Distributions;

namespace Tint.Experiments.Evaluation;

/// <summary>What the windows say together: every point of the grid, the rate that is chosen, and how the methods are ordered.</summary>
/// <param name="Selection">Every point on the windows that choose.</param>
/// <param name="Reported">Every point on the windows that report.</param>
/// <param name="Chosen">For each method and setting the point, on the windows that report, whose rate was best on those that choose.</param>
public sealed record EvaluationSummary(IReadOnlyList<EvaluationPoint> Selection, IReadOnlyList<EvaluationPoint> Reported, IReadOnlyList<EvaluationPoint> Chosen)
{
    private const double Confidence = 0.95;

    /// <summary>The summary of measurements.</summary>
    public static EvaluationSummary Of(IReadOnlyList<WindowMeasurement> measurements)
    {
        var selection = Points([.. measurements.Where(static one => one.Selects)]);
        var reported = Points([.. measurements.Where(static one => one.Reports)]);
        var chosen = reported.GroupBy(Setting).SelectMany(group =>
        {
            var best = selection.Where(point => Setting(point) == group.Key && point.Perplexity is not null).MinBy(static point => point.Perplexity);
            return group.Where(point => best is not null && point.Rate == best.Rate).Take(1);
        });
        return new EvaluationSummary(selection, reported, [.. chosen]);
    }

    /// <summary>Whether TinT lies where the paper puts it at a fraction, in words with the numbers; one sentence a fraction.</summary>
    public IReadOnlyList<string> Verdicts()
    {
        var verdicts = new List<string>();
        foreach (var fraction in Chosen.Select(static point => point.Fraction).Distinct())
        {
            var best = Chosen.Where(point => point.Fraction == fraction && point.Perplexity is not null).GroupBy(static point => point.Method)
                .ToDictionary(static group => group.Key, group => group.MinBy(Choosing)!);
            if (best.GetValueOrDefault(EvaluationMethod.Vanilla)?.Perplexity is not { } vanilla || best.GetValueOrDefault(EvaluationMethod.Dynamic)?.Perplexity is not { } dynamic)
            {
                continue;
            }

            foreach (var method in new[] { EvaluationMethod.Published, EvaluationMethod.Paper }.Where(best.ContainsKey))
            {
                var tint = best[method].Perplexity!.Value;
                var place = (tint.CompareTo(dynamic), tint.CompareTo(vanilla)) switch
                {
                    ( >= 0, <= 0) => "between",
                    ( < 0, < 0) => "better than",
                    ( > 0, > 0) => "worse than",
                    _ => "between, but the other way round,",
                };
                verdicts.Add(FormattableString.Invariant($"trained on {fraction:0.##} of a window, TinT ({(method == EvaluationMethod.Paper ? "paper" : "published")}) is {place}")
                    + FormattableString.Invariant($" dynamic evaluation and vanilla: perplexity {dynamic:0.000} dynamic, {tint:0.000} TinT, {vanilla:0.000} vanilla")
                    + (tint < dynamic ? Why(best[method], dynamic) : string.Empty));
            }
        }

        return verdicts;
    }

    /// <summary>
    /// What of a TinT lets it do better than dynamic evaluation, by what plain SGD gives at the TinT's own rate: as it is, with queries and keys left alone, and with
    /// no gradient through the scores either.
    /// </summary>
    private string Why(EvaluationPoint tint, double dynamic)
    {
        double? At(EvaluationMethod method) => Reported.FirstOrDefault(point => Setting(point) == Setting(tint with { Method = method }) && point.Rate == tint.Rate) is { } point
            ? point.Perplexity ?? double.PositiveInfinity
            : null;
        string Text(double perplexity) => EvaluationText.Number(double.IsFinite(perplexity) ? perplexity : null);
        if (At(EvaluationMethod.Sgd) is not { } whole)
        {
            return string.Empty;
        }

        var begin = $"; at its rate plain SGD gives {Text(whole)}";
        if (At(EvaluationMethod.SgdValues) is not { } values || At(EvaluationMethod.SgdStopped) is not { } stopped)
        {
            return begin;
        }

        var cause = whole < dynamic ? "the sum of the gradients in place of their mean, and embeddings left alone"
            : values < dynamic ? "leaving queries and keys alone, which do not bear that rate"
            : stopped < dynamic ? "stopping gradients at the scores"
            : "its finite differences and gates";
        return $"{begin}, with queries and keys left alone {Text(values)}, and with no gradient through the scores either {Text(stopped)}: what makes the difference is {cause}";
    }

    /// <summary>Where the best rate is the first or last of several, so that a better one may lie beyond them.</summary>
    public IEnumerable<string> Notes()
    {
        foreach (var point in Chosen.Where(static point => point.Rate is not null))
        {
            double[] tried = [.. Reported.Where(other => Setting(other) == Setting(point)).Select(static other => other.Rate!.Value)];
            if (tried.Length > 1 && (point.Rate == tried.Min() || point.Rate == tried.Max()))
            {
                yield return FormattableString.Invariant($"trained on {point.Fraction:0.##} of a window, the best rate of {EvaluationText.Name(point.Method)}, {EvaluationText.Rate(point.Rate)}, is the ")
                    + $"{(point.Rate == tried.Min() ? "smallest" : "largest")} that was tried; others may be better";
            }
        }
    }

    /// <summary>What a setting is chosen by: its perplexity on the windows that choose.</summary>
    private double Choosing(EvaluationPoint point) =>
        Selection.FirstOrDefault(other => Setting(other) == Setting(point) && other.Rate == point.Rate)?.Perplexity ?? double.PositiveInfinity;

    private static (EvaluationMethod Method, double Fraction, int Steps, int? Layers) Setting(EvaluationPoint point) => (point.Method, point.Fraction, point.Steps, point.Layers);

    private static EvaluationPoint[] Points(IReadOnlyList<WindowMeasurement> measurements)
    {
        var vanilla = measurements.Where(static one => one.Method == EvaluationMethod.Vanilla)
            .ToDictionary(static one => (one.Window, one.Value.Fraction), static one => one.Value.Loss!.Value / one.Value.Count);
        return
        [
            .. measurements.GroupBy(static one => (one.Method, one.Value.Fraction, one.Value.Steps, one.Value.Layers, one.Value.Rate)).Select(group =>
            {
                var (method, fraction, steps, layers, rate) = group.Key;
                var windows = group.Count();
                if (group.Any(static one => one.Value.Loss is null))
                {
                    return new EvaluationPoint(method, fraction, steps, layers, rate, windows, null, null, null, null, null);
                }

                var mean = group.Sum(static one => one.Value.Loss!.Value) / group.Sum(static one => one.Value.Count);
                var error = HalfWidth([.. group.Select(static one => one.Value.Loss!.Value / one.Value.Count)]);
                double[] changes = [.. group.Where(one => vanilla.ContainsKey((one.Window, fraction))).Select(one => (one.Value.Loss!.Value / one.Value.Count) - vanilla[(one.Window, fraction)])];
                return new EvaluationPoint(
                    method,
                    fraction,
                    steps,
                    layers,
                    rate,
                    windows,
                    Math.Exp(mean),
                    error is null ? null : Math.Exp(mean - error.Value),
                    error is null ? null : Math.Exp(mean + error.Value),
                    changes.Length == windows ? changes.Average() : null,
                    changes.Length == windows ? HalfWidth(changes) : null);
            }),
        ];
    }

    private static double? HalfWidth(double[] values)
    {
        if (values.Length < 2)
        {
            return null;
        }

        var mean = values.Average();
        var deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
        return StudentT.InvCDF(0, 1, values.Length - 1, (1 + Confidence) / 2) * deviation / Math.Sqrt(values.Length);
    }
}
