using System.Globalization;
using System.Text;
using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Properties.Campaigns;
using Tint.Properties.Generators;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Properties.Saving;
using Xunit;

namespace Tint.Properties.Xunit;

/// <summary>A law that is put to a backend, on random cases or on a saved one; <see cref="LawAttribute"/> and <see cref="SavedLawAttribute"/> make it.</summary>
public sealed class LawTrial
{
    private const int MostPrinted = 8;

    private readonly Func<ITint, (string? Failure, string? Missing)> _try;
    private readonly string _name;

    /// <summary>A law on random cases.</summary>
    /// <param name="law">The law.</param>
    /// <param name="cases">On how many cases.</param>
    /// <param name="seed">Their seed.</param>
    public LawTrial(Law law, int cases, int seed) => (_try, _name) = (
        backend =>
        {
            var report = Campaign.Run(new CampaignOptions { Implementation = backend, Laws = [law], Cases = cases, Seed = seed }).Reports[0];
            return (report.First is { } failure ? Text(failure) : report is { Outcome: LawOutcome.NotTried, Missing: null }
                ? $"{law} was not tried: none of {cases} cases of seed {seed} met its condition; try more"
                : null, report.Applied == 0 ? report.Missing : null);
        },
        $"{law} on {cases} cases of seed {seed}");

    /// <summary>A law on the case of a file.</summary>
    /// <param name="saved">What the file says.</param>
    /// <param name="path">The file.</param>
    public LawTrial(SavedFailure saved, string path) => (_try, _name) = (
        backend =>
        {
            var item = saved.Case(path);
            var verdict = saved.Law.Check(backend, item);
            return (verdict is { Applies: true, Holds: true } || verdict.Missing is not null ? null : verdict is { Applies: false, Holds: true }
                ? $"{saved.Law} was not tried: {path} does not meet its condition"
                : Text(saved.Law, item, verdict, $"the case of {path}"), verdict.Missing);
        },
        $"{saved.Law} on {path}");

    /// <summary>
    /// Fails with a counterexample where a case breaks the law. Where the backend lacks what the law is about, there is nothing to try: it says so on standard output.
    /// </summary>
    /// <param name="backend">The backend.</param>
    public void Holds(ITint backend)
    {
        var (failure, missing) = Try(backend);
        if (failure is not null)
        {
            Assert.Fail(failure);
        }

        if (missing is not null)
        {
            Console.WriteLine($"{_name}: not tried, {backend.Name} lacks {missing}");
        }
    }

    /// <summary>The counterexample in words; null where the law holds, or the backend lacks what it is about.</summary>
    /// <param name="backend">The backend.</param>
    public string? Failure(ITint backend) => Try(backend).Failure;

    /// <summary>The counterexample in words, and what the backend lacks, so that the law was not tried; null where there is none, and where it lacks nothing.</summary>
    /// <param name="backend">The backend.</param>
    public (string? Failure, string? Missing) Try(ITint backend)
    {
        ArgumentNullException.ThrowIfNull(backend);
        return _try(backend);
    }

    /// <inheritdoc/>
    public override string ToString() => _name;

    /// <summary>The smallest failing case with its matrices, and how to see it again on the same class.</summary>
    private static string Text(LawFailure failure)
    {
        var text = new StringBuilder(Text(failure.Law, failure.Shrunk.Case, failure.Shrunk.Verdict, failure.Command));
        if (Environment.GetEnvironmentVariable("TINT_SAVE_FAILURES") is { Length: > 0 } folder)
        {
            foreach (var id in FailureFiles.Save(Path.Combine(folder, $"{failure.Law.Label}.{failure.Seed}.{failure.Index}"), [failure]))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"  saved: {id}, to be tried again by [SavedLaw(\"{folder}\")], or by tint replay with the same --implementation");
            }
        }

        return text.ToString();
    }

    private static string Text(Law law, LawCase item, LawVerdict verdict, string command)
    {
        var text = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"{law}: {law.Statement}")
            .AppendLine(CultureInfo.InvariantCulture, $"  {Printable.Text(verdict.Worst)}")
            .AppendLine(CultureInfo.InvariantCulture, $"  on {item}");
        foreach (var (name, matrix) in new[] { ("x", item.Signal), ("g", item.Gradient), ("W", item.Layer.Value.Weight), ("b", item.Layer.Value.Bias.ToRowMatrix()) })
        {
            Print(text, name, matrix);
        }

        return text.AppendLine(CultureInfo.InvariantCulture, $"  reproduce: {command}").ToString();
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
