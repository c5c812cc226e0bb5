using System.Globalization;
using System.Text;
using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Properties.Campaigns;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Properties.Saving;
using Xunit;

namespace Tint.Conformance;

/// <summary>A law that is put to a backend on random cases; <see cref="LawAttribute"/> makes it.</summary>
/// <param name="law">The law.</param>
/// <param name="cases">On how many cases.</param>
/// <param name="seed">Their seed.</param>
public sealed class LawTrial(Law law, int cases, int seed)
{
    private const int MostPrinted = 8;

    /// <summary>Fails with a counterexample where a case breaks the law.</summary>
    /// <param name="backend">The backend.</param>
    public void Holds(ITint backend)
    {
        if (Failure(backend) is { } failure)
        {
            Assert.Fail(failure);
        }
    }

    /// <summary>The counterexample in words; null where the law holds.</summary>
    /// <param name="backend">The backend.</param>
    public string? Failure(ITint backend)
    {
        var result = Campaign.Run(new CampaignOptions { Implementation = backend, Laws = [law], Cases = cases, Seed = seed });
        var report = result.Reports[0];
        return report.First is { } failure ? Text(failure)
            : report.Outcome == LawOutcome.NotTried ? $"{law} was not tried: none of {cases} cases of seed {seed} met its condition; try more"
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{law} on {cases} cases of seed {seed}";

    /// <summary>The smallest failing case with its matrices, and how to see it again on the same class.</summary>
    private static string Text(LawFailure failure)
    {
        var item = failure.Shrunk.Case;
        var text = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"{failure.Law}: {failure.Law.Statement}")
            .AppendLine(CultureInfo.InvariantCulture, $"  {Printable.Text(failure.Shrunk.Verdict.Worst)}")
            .AppendLine(CultureInfo.InvariantCulture, $"  on {item}");
        foreach (var (name, matrix) in new[] { ("x", item.Signal), ("g", item.Gradient), ("W", item.Layer.Value.Weight), ("b", item.Layer.Value.Bias.ToRowMatrix()) })
        {
            Print(text, name, matrix);
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"  reproduce: {failure.Command}");
        if (Environment.GetEnvironmentVariable("TINT_SAVE_FAILURES") is { Length: > 0 } folder)
        {
            foreach (var id in FailureFiles.Save(Path.Combine(folder, $"{failure.Law.Label}.{failure.Seed}.{failure.Index}"), [failure]))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"  saved: {id}, to be replayed by tint replay with the same --implementation");
            }
        }

        return text.ToString();
    }

    private static void Print(StringBuilder text, string name, Matrix<double> matrix)
    {
        if (matrix.RowCount <= MostPrinted && matrix.ColumnCount <= MostPrinted)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {name} = [{string.Join("; ", matrix.EnumerateRows().Select(row =>
                string.Join(", ", row.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))))}]");
        }
    }
}
