using System.Globalization;
using Tint.Explaining.Walking;

namespace Tint.Cli;

/// <summary>A walk as a terminal shows it.</summary>
internal static class ExplanationView
{
    private const double Negligible = 5e-13;

    /// <summary>Prints a walk.</summary>
    public static void Print(Terminal terminal, ModuleWalk walk)
    {
        terminal.Prose($"{walk.Label} {walk.Module}" + (walk.Paper.Length > 0 ? $" (paper: {walk.Paper}; published code: {walk.PublishedCode})" : string.Empty));
        terminal.Prose(walk.Summary);
        Paragraph(terminal, walk.Derivation);
        terminal.Output.WriteLine();
        Formulas(terminal, walk);
        terminal.Prose("Case: " + string.Join(", ", walk.Shape.Select(static item => $"{item.Key} = {Number(item.Value)}"))
            + $", η = {Number(walk.LearningRate)}, N = {Number(walk.FiniteDifferenceScale)}, m = ({string.Join(", ", walk.TrainMask.Select(Number))}), gates of 1{(walk.Options.Length == 0 ? string.Empty : $", {walk.Options}")}.");
        terminal.Prose($"A position has n + 1 slots of D_aux coordinates, a slot n shards of K. A prefix holds n rows of a weight matrix and the bias, a token its signal in slot 0 and, in the upper slots, memory. e_k is the one-hot of prefix k; m says which tokens are trained on.");
        foreach (var input in walk.Inputs)
        {
            States(terminal, $"before: {input.Title}", input);
        }

        foreach (var step in walk.Steps)
        {
            Step(terminal, step, walk.Shape["D_aux"]);
        }

        foreach (var output in walk.Outputs)
        {
            States(terminal, $"behind it: {output.Title}", output);
        }

        Checks(terminal, walk);
    }

    /// <summary>A number to five digits, 0 where rounding alone keeps it from being that.</summary>
    public static string Number(double value) =>
        (Math.Abs(value) < Negligible ? 0 : value).ToString("G5", CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>The largest error/bound.</summary>
    public static string Ratio(IEnumerable<LiveCheck> checks) => checks.All(static check => check.Ratio is not null) ? Share(checks.Max(static check => check.Ratio)) : "no number";

    private static string Share(double? ratio) => ratio?.ToString("0.000", CultureInfo.InvariantCulture) ?? "no number";

    private static void Paragraph(Terminal terminal, string words)
    {
        if (words.Length > 0)
        {
            terminal.Prose(words);
        }
    }

    private static void Formulas(Terminal terminal, ModuleWalk walk)
    {
        if (walk.Formulas.Count == 0)
        {
            return;
        }

        var grid = new Grid(new Grid.Column("written to"), new Grid.Column("formula; ρ = tanh G of the gates, here 1", Grid.Kind.Prose));
        foreach (var (row, part) in walk.Formulas.SelectMany(static row => row.Parts.Select(part => (row, part))))
        {
            grid.Add(row.Place(part, walk.Module), part.Formula);
        }

        grid.WriteTo(terminal);
    }

    private static void States(Terminal terminal, string title, StateTable states)
    {
        var grid = new Grid(new Grid.Column(title), new Grid.Column("slot"), new Grid.Column("holds"), new Grid.Column("numbers"));
        foreach (var (row, slot) in states.Rows.SelectMany(static row => row.Slots.Select(slot => (row, slot))))
        {
            grid.Add(row.Position, Number(slot.Slot), slot.Name ?? string.Empty, string.Join(' ', slot.Values.Select(Number)));
        }

        grid.WriteTo(terminal);
    }

    private static void Step(Terminal terminal, WalkStep step, int width)
    {
        terminal.Prose($"{Number(step.Number)}. {step.Text}" + (step.Weights is null ? string.Empty : $" Weights: {step.Weights}."));
        if (step.Heads.Count > 0)
        {
            var heads = new Grid([.. Grid.Words("head", "asks with", "key", "value", "goes to")]);
            foreach (var head in step.Heads)
            {
                heads.Add(Number(head.Head), head.Query, head.Key, head.Value, head.Output);
            }

            heads.WriteTo(terminal);
        }

        foreach (var matrix in step.Matrices.Where(static matrix => matrix.Entries.Count > 0))
        {
            MatrixView.Print(terminal, matrix, width);
        }

        if (step.Hand is { } hand)
        {
            Hand(terminal, hand);
        }

        if (step.Changes.Rows.Count > 0)
        {
            States(terminal, "new", step.Changes);
        }

        if (step.Emptied.Count > 0)
        {
            terminal.Prose($"Emptied: {string.Join("; ", step.Emptied)}.");
        }
    }

    private static void Hand(Terminal terminal, HandSum hand)
    {
        terminal.Output.WriteLine($"by hand: {hand.Position}, slot {Number(hand.Slot)}, coordinate {Number(hand.Coordinate)}");
        if (hand.Linear is { } linear)
        {
            OverTwins(terminal, hand, linear);
            return;
        }

        var isSoftmax = hand.Contributions.Any(static part => part.Softmax is not null);
        string[] softmax = isSoftmax ? ["score s", "all it saw", "share"] : ["score"];
        var grid = new Grid([.. Grid.Words("head", "from", "query", "key"), .. Grid.Numbers([.. softmax, "value", "product"])]);
        foreach (var part in hand.Contributions)
        {
            string[] scores = part.Softmax is { } scored ? [Number(scored.Score), Tuple(scored.Seen)] : [];
            grid.Add([Number(part.Head), part.From, Tuple(part.Query.Take(part.Used)), Tuple(part.Key.Take(part.Used)), .. scores, Number(part.Weight), Number(part.Value), Number(part.Product)]);
        }

        grid.Add(["sum", .. Enumerable.Repeat(string.Empty, 4 + softmax.Length), Number(hand.Total)]);
        grid.WriteTo(terminal);
        if (isSoftmax)
        {
            terminal.Prose("share = e^s over the sum of e^s′ for all scores s′ that the query saw.");
        }
    }

    /// <summary>By softmax over positions and twins, beside linear attention.</summary>
    private static void OverTwins(Terminal terminal, HandSum hand, double linear)
    {
        terminal.Prose("φ = P·M·(share − twin's), where linear attention has the score s.");
        var grid = new Grid([.. Grid.Words("head", "from"), .. Grid.Numbers("score s", "share", "twin's", "φ", "value", "φ·value", "s·value")]);
        foreach (var part in hand.Contributions)
        {
            var twins = part.Twins!;
            grid.Add(
                Number(part.Head), part.From, Number(twins.Score), Number(twins.Share), Number(twins.OfTwin), Number(part.Weight), Number(part.Value), Number(part.Product), Number(twins.Score * part.Value));
        }

        grid.Add("sum", string.Empty, string.Empty, string.Empty, string.Empty, string.Empty, string.Empty, Number(hand.Total), Number(linear));
        grid.WriteTo(terminal);
    }

    private static string Tuple(IEnumerable<double> values) => $"({string.Join(' ', values.Select(Number))})";

    private static void Checks(Terminal terminal, ModuleWalk walk)
    {
        var grid = new Grid([.. Grid.Words("what", "sides", "apart by"), .. Grid.Numbers("error", "bound", "error/bound")]);
        foreach (var check in walk.Checks)
        {
            grid.Add(check.What, check.Sides, check.Covers, Size(check.Error), Size(check.Bound), Share(check.Ratio));
        }

        grid.WriteTo(terminal);
        var coverage = walk.Coverage;
        Named(terminal, "Fixture cases", coverage.Cases);
        Named(terminal, "Tests", coverage.Tests);
        Named(terminal, "Laws", string.Join(", ", coverage.Laws.Keys));
        Named(terminal, "Deliberate faults that those laws are the first to see", string.Join(", ", coverage.Mutants));
        Named(terminal, "Proven identities", string.Join(", ", coverage.Proofs));
        Named(terminal, "Certificate", coverage.Certificate);
        Named(terminal, "Source", walk.SourcePath);
    }

    private static string Size(double value) => value.ToString("0.0e-0", CultureInfo.InvariantCulture).Replace('-', '−');

    private static void Named(Terminal terminal, string name, string words)
    {
        if (words.Length > 0)
        {
            terminal.Prose($"{name}: {words}.");
        }
    }
}
