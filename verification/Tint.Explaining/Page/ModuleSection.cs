using System.Globalization;
using Tint.Explaining.Walking;
using Tint.Verification.Reports.Page;

namespace Tint.Explaining.Page;

/// <summary>A module on the page: claim beside code, then layers with pictures and numbers, then checks.</summary>
internal static class ModuleSection
{
    /// <summary>The section.</summary>
    /// <param name="walk">The walk.</param>
    /// <param name="drawn">Pictures and code that the page has already, by what is in them, and where.</param>
    /// <param name="isOpen">Whether code and layers are shown at once.</param>
    public static Markup Draw(ModuleWalk walk, Dictionary<string, (string Module, int Step)> drawn, bool isOpen)
    {
        var section = new Markup().Line($"<section id=\"{walk.Module}\">\n<h2>{walk.Label} {walk.Module}</h2>");
        section.Line($"<p class=\"soft\">In the paper: {(walk.Paper.Length == 0 ? "no place known" : walk.Paper)}. In the published code: {walk.PublishedCode}.</p>");
        section.Raw("<div class=\"pair beside\">\n<div>\n").Line($"<p class=\"lead\">{Prose.Of(walk.Summary)}</p>");
        foreach (var paragraph in walk.Claim)
        {
            section.Line($"<p>{Prose.Of(paragraph)}</p>");
        }

        Formulas(section, walk);
        if (walk.Options.Length > 0)
        {
            section.Line($"<p class=\"soft\">Here: {walk.Options}.</p>");
        }

        section.Raw("</div>\n").Add(Code(walk, isOpen, drawn)).Raw("</div>\n");
        Derivation(section, walk);
        section.Raw("<div class=\"pair\">\n");
        foreach (var input in walk.Inputs)
        {
            section.Add(StateTables.Of($"before: {input.Title}", input, Width(walk)));
        }

        foreach (var output in walk.Outputs)
        {
            section.Add(StateTables.Of($"behind it: {output.Title}", output, Width(walk)));
        }

        section.Raw("</div>\n").Line($"<details{Open(isOpen)}><summary>its {walk.Steps.Count} layers, one by one</summary>\n<ol class=\"steps\">");
        foreach (var step in walk.Steps)
        {
            Step(section, walk, step, drawn);
        }

        return section.Raw("</ol></details>\n").Add(CheckTables.Of(walk)).Raw("</section>\n");
    }

    private static Markup Open(bool isOpen) => new Markup().Raw(isOpen ? " open=\"\"" : string.Empty);

    private static int Width(ModuleWalk walk) => walk.Shape["D_aux"];

    private static void Formulas(Markup section, ModuleWalk walk)
    {
        if (walk.Formulas.Count == 0)
        {
            return;
        }

        section.Raw("<h3>Formula, with gates of ρ (here ρ = 1)</h3>\n<table class=\"words\">\n");
        foreach (var row in walk.Formulas)
        {
            foreach (var part in row.Parts)
            {
                section.Line($"<tr><td class=\"who\">{row.Place(part, walk.Module)}</td><td>{Prose.Of(part.Formula)}</td></tr>");
            }
        }

        section.Raw("</table>\n");
    }

    private static void Derivation(Markup section, ModuleWalk walk)
    {
        if (walk.Derivation.Length > 0)
        {
            section.Line($"<h3>Why the weights are what they are</h3>\n<p>{Prose.Of(walk.Derivation)}</p>");
        }
    }

    /// <summary>The lines, once on a page.</summary>
    private static Markup Code(ModuleWalk walk, bool isOpen, Dictionary<string, (string Module, int Step)> drawn)
    {
        if (!drawn.TryAdd(walk.SourcePath, (walk.Module, 0)))
        {
            var shown = drawn[walk.SourcePath].Module;
            return new Markup().Line($"<p class=\"soft\">{walk.SourcePath}: beside <a href=\"#{shown}\">{shown}</a>.</p>");
        }

        var code = new Markup().Line($"<details{Open(isOpen)}><summary>{walk.SourcePath}</summary>").Raw("<pre class=\"lines\">");
        foreach (var line in walk.Source.Split('\n'))
        {
            code.Raw("<code>").Text(line).Raw("</code>");
        }

        return code.Raw("</pre></details>\n");
    }

    private static void Step(Markup section, ModuleWalk walk, WalkStep step, Dictionary<string, (string Module, int Step)> drawn)
    {
        section.Line($"<li><p><b>{step.Number}.</b> {step.Text}{(step.Weights is null ? string.Empty : $" Weights: {step.Weights}.")}</p>");
        if (step.Matrices.Count > 0)
        {
            var key = string.Join(';', step.Matrices.SelectMany(matrix => matrix.Slots.Concat(matrix.Written)
                .Append(matrix.Whose)
                .Concat(matrix.Entries.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.To} {entry.From} {entry.Weight:R}")))));
            if (drawn.TryAdd(key, (walk.Module, step.Number)))
            {
                section.Add(HeadPicture.Draw(step, Width(walk), walk.Shape["D_sim"], walk.Module));
            }
            else
            {
                section.Line($"<p class=\"soft\">Heads, slots and weights as drawn for <a href=\"#{drawn[key].Module}\">{drawn[key].Module}</a>, step {drawn[key].Step}.</p>");
            }
        }

        if (step.Hand is { } hand)
        {
            section.Raw("<div class=\"hand\">\n").Add(StateTables.Of(hand, step.Text.StartsWith("Softmax", StringComparison.Ordinal))).Raw("</div>\n");
        }

        if (step.Changes.Rows.Count > 0)
        {
            section.Add(StateTables.Of("new", step.Changes, Width(walk)));
        }

        if (step.Emptied.Count > 0)
        {
            section.Line($"<p class=\"soft\">Emptied: {string.Join("; ", step.Emptied)}.</p>");
        }

        section.Raw("</li>\n");
    }
}
