namespace Tint.Experiments.Evaluation;

/// <summary>The colour of each method on a page.</summary>
internal static class MethodStyle
{
    private static readonly string[] Colours = ["one", "two", "three", "four", "five", "six", "seven"];

    /// <summary>Their style sheet, beside that of all pages.</summary>
    public static string Css { get; } =
        "svg .point { stroke: none; } svg .none { stroke: var(--soft); fill: var(--soft); } svg .whisker { stroke-width: 1.25; }\n:root { --six: #b03a6e; --seven: #6b7a1f; }\n"
        + string.Concat(Colours.Select(static name =>
            $"svg .whisker.{name}, svg .line.{name} {{ stroke: var(--{name}); }} svg .dot.{name} {{ fill: var(--{name}); }} .key .{name} {{ background: var(--{name}); border-color: var(--{name}); }}\n"));

    /// <summary>The class of a method.</summary>
    public static string Of(EvaluationMethod method) => method switch
    {
        EvaluationMethod.Vanilla => "none",
        EvaluationMethod.Dynamic => "one",
        EvaluationMethod.Sgd => "two",
        EvaluationMethod.Published => "three",
        EvaluationMethod.Paper => "four",
        EvaluationMethod.SgdValues => "five",
        EvaluationMethod.SgdStopped => "six",
        EvaluationMethod.Faithful => "seven",
        _ => throw new InvalidOperationException($"a method without a colour: {method}"),
    };
}
