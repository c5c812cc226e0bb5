using System.CommandLine;
using System.Globalization;
using System.Text;
using Tint.Fixtures;
using Tint.Reference;
using Tint.Verification.Departing;
using Tint.Verification.Faithful;

namespace Tint.Cli;

/// <summary><c>tint faithful</c>: how near to plain SGD a TinT without departures comes, and what each ingredient of it buys and costs.</summary>
internal static class FaithfulCommand
{
    private const string Json = "--json";
    private const string Markdown = "--markdown";

    private const string Description = """
        Measures how near to plain SGD's update each ingredient of a faithful TinT comes, and what it costs.

        On the whole-model cases, from the published code to no departure and central differences: the worst layer's
        1 − cosine at the best N and at N = 1000, GPT-2's parameters and products, time. Then the U-curves of both
        stencils in float32 and float64: the best N, measured and predicted. Last, a TinT of softmax attention alone: how
        far it is from linear attention at several M, and what its twins cost. verification/faithful.md is written by it.

        Examples:
          tint faithful
          tint faithful --filter 'TinT.opt.*' --json faithful.json
          tint faithful --markdown verification/faithful.md
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var cases = new CaseOptions();
        var provider = new ProviderOption();
        var json = Words.Text(Json, "FILE", "Also write the figures to a JSON file; - for standard output.");
        var markdown = Words.Text(Markdown, "FILE", "Also write the tables to a Markdown file.");
        var command = new Command("faithful", Description) { json, markdown };
        cases.AddTo(command);
        provider.AddTo(command);
        command.SetAction((parsed, token) => OwnThread.Run(() =>
        {
            var selection = cases.Load(parsed);
            FixtureCase[] models = [.. selection.Chosen.Where(DepartureSizes.IsMeasured)];
            if (models.Length == 0)
            {
                throw new RuleViolationException(
                    "updates are measured on whole models that take a step", $"none among {selection.Chosen.Count} cases", "use --filter 'TinT.*', or no filter");
            }

            using var outputs = OutputFiles.Open(terminal, (Json, parsed.GetValue(json)), (Markdown, parsed.GetValue(markdown)));
            var used = provider.Use(parsed, models.Length);
            var document = new FaithfulDocument
            {
                Provider = used.Description,
                Cases = [.. models.Select(item => item.Id)],
                Ingredients = FaithfulMeasurement.Measure(models, times: true, token),
                Curves = CurveBottom.Measure(),
                Softmax = SoftmaxMeasurement.Measure(models, times: true, token),
            };
            Print(outputs.Report, document);
            outputs.Report.Prose($"products: {used.Description}");
            outputs.Report.Prose($"looked at {models.Length} of {selection.All.Count(DepartureSizes.IsMeasured)} whole models that take a step");
            outputs.Write(Json, document.WriteTo);
            outputs.Write(Markdown, stream => stream.Write(Encoding.UTF8.GetBytes(FaithfulMarkdown.Render(document))));
            return outputs.HasFailed ? ExitCode.Unusable : ExitCode.Success;
        }));
        return command;
    }

    private static void Print(Terminal terminal, FaithfulDocument document)
    {
        var table = new Grid(
        [
            new Grid.Column("ingredient"),
            .. Grid.Numbers("1 - cosine", "at N", "at N = 1000", "distance", "parameters", "TFLOP", "seconds"),
            new Grid.Column("worst on"),
        ]);
        foreach (var row in document.Ingredients)
        {
            table.Add(
                row.Name,
                Number(row.Angle),
                Number(row.Scale),
                Number(row.AngleAsPublished),
                Number(row.Distance),
                row.Parameters.ToString("N0", CultureInfo.InvariantCulture),
                (row.Flops / 1e12).ToString("0.00", CultureInfo.InvariantCulture),
                row.Seconds?.ToString("0.00", CultureInfo.InvariantCulture) ?? string.Empty,
                row.AngleCase);
        }

        table.WriteTo(terminal);
        var distances = new Grid([new Grid.Column("largest distance at N ="), .. Grid.Numbers([.. FaithfulMeasurement.Scales.Select(Number)])]);
        foreach (var row in document.Ingredients)
        {
            distances.Add([new Grid.Cell(row.Name), .. row.Points.Select(point => new Grid.Cell(point.Distance is { } distance ? Number(distance) : "–"))]);
        }

        distances.WriteTo(terminal);
        var curves = new Grid([.. Grid.Words("module", "differences"), .. Grid.Numbers("best N", "predicted", "error there", "least bound", "at N = 1000")]);
        foreach (var curve in document.Curves)
        {
            curves.Add(
                curve.Module,
                curve.Arithmetic,
                Number(curve.MeasuredScale),
                Number(curve.PredictedScale),
                Number(curve.Error),
                Number(curve.Bound),
                Number(curve.ErrorAsPublished));
        }

        curves.WriteTo(terminal);
        if (document.Softmax is { } softmax)
        {
            PrintSoftmax(terminal, softmax);
        }
    }

    private static void PrintSoftmax(Terminal terminal, SoftmaxResult softmax)
    {
        var distances = new Grid([new Grid.Column("softmax alone, at M ="), .. Grid.Numbers([.. softmax.Points.Select(point => Number(point.Scale))])]);
        distances.Add([new Grid.Cell("largest distance, update"), .. softmax.Points.Select(point => new Grid.Cell(Number(point.Update)))]);
        distances.Add([new Grid.Cell("largest distance, logits"), .. softmax.Points.Select(point => new Grid.Cell(Number(point.Logits)))]);
        distances.WriteTo(terminal);
        var costs = new Grid([new Grid.Column("attention"), .. Grid.Numbers("prefixes", "positions", "parameters", "GFLOP a LinearForward", "seconds", "constructed")]);
        foreach (var cost in softmax.Costs)
        {
            costs.Add(
                cost.Name,
                $"{cost.Prefixes}",
                $"{cost.Positions}",
                cost.Parameters.ToString("N0", CultureInfo.InvariantCulture),
                (cost.Flops / 1e9).ToString("0.0", CultureInfo.InvariantCulture),
                cost.Seconds?.ToString("0.00", CultureInfo.InvariantCulture) ?? string.Empty,
                cost.ConstructionSeconds?.ToString("0.00", CultureInfo.InvariantCulture) ?? string.Empty);
        }

        costs.WriteTo(terminal);
    }

    private static string Number(double value) => value.ToString("0.0e+0", CultureInfo.InvariantCulture);
}
