using MathNet.Numerics.LinearAlgebra;
using Tint.Oracle.Tracing;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Explaining;

/// <summary>
/// Asks of a wrong step whether it is the right sum with other coefficients: bias twice, decayed weights, a smoothed target, a gradient that is clipped, or that of all
/// sequences. The coefficients are fitted by least squares; there are a few of them for hundreds of entries.
/// </summary>
/// <param name="wrong">The wrong step.</param>
/// <param name="configuration">Gives what a descent multiplies a gradient by.</param>
internal sealed class Combinations(WrongStep wrong, TintConfiguration configuration)
{
    private const int MostListed = 8;

    // Equations for each coefficient at least; of one row alone fewer will do, since every row must fit to rounding.
    private const int Each = 4;
    private const int EachOfRow = 3;

    /// <summary>Every combination that explains the step.</summary>
    public IEnumerable<Explanation?> Run()
    {
        if (wrong.Pieces.Min(piece => piece.Parts.Count) < 1)
        {
            yield break;
        }

        TraceStep[][] sequences = [.. wrong.Pieces.GroupBy(piece => piece.Sequence).Select(group => group.ToArray())];
        var count = wrong.Pieces.Min(piece => piece.Parts.Count);
        if (count > 1 && Fit(wrong.Pieces, count) is { } common && Words(common) is { } said
            && Of("combination", said, sequences.ToDictionary(own => own[0].Sequence, _ => common)) is { } same)
        {
            yield return same;
            if (same.IsWithinRounding)
            {
                yield break;
            }
        }

        if (sequences.Length < 2)
        {
            yield break;
        }

        var each = sequences.ToDictionary(own => own[0].Sequence, own => Fit(own, count));
        if (each.Values.All(fitted => fitted is not null) && each.Values.Any(fitted => Words(fitted!) is not null))
        {
            var words = Clipped(sequences, each!) is { } clip
                ? WrongStep.Text($"The gradient is scaled until its norm is {clip:G6}, as a clipped gradient's.")
                : $"In sequence {string.Join("; in sequence ", each.Select(item => $"{item.Key}: {Words(item.Value!) ?? "nothing."}"))}";
            yield return Of(wrong.Pieces[0].Before is null ? "combination" : "descent.scaled-by-sequence", words, each!);
        }

        if (wrong.Pieces.All(piece => piece.Before is not null) && OfBatch(sequences) is { } batch)
        {
            yield return batch;
        }
    }

    /// <summary>Each token's row as a combination of the parts' rows, for what multiplies a part by a number that the token's other numbers give.</summary>
    public Explanation? ByRow()
    {
        var count = wrong.Pieces.Min(piece => piece.Parts.Count(part => part.Usual != 0));
        if (count == 0 || wrong.Pieces.Any(piece => piece.Before is not null || piece.IsVector || piece.Value.ColumnCount < EachOfRow * count))
        {
            return null;
        }

        var fitted = new Dictionary<TraceStep, Matrix<double>>(ReferenceEqualityComparer.Instance);
        foreach (var piece in wrong.Pieces)
        {
            StepPart[] parts = [.. Counted(piece)];
            fitted[piece] = Matrix<double>.Build.DenseOfRows(Enumerable.Range(0, piece.Value.RowCount).Select(t =>
            {
                // A part that is zero at a token counts there whatever it counts.
                int[] there = [.. Enumerable.Range(0, parts.Length).Where(at => parts[at].Value.Row(t).L2Norm() > 0)];
                var solved = there.Length > 0 ? Solve([.. there.Select(at => parts[at].Value.Row(t))], wrong.Yours(piece).Row(t), EachOfRow) : null;
                return Vector<double>.Build.Dense(parts.Length, at => Array.IndexOf(there, at) is var place and >= 0 && solved is not null ? solved[place] : parts[at].Usual);
            }));
        }

        var first = fitted[wrong.Pieces[0]];
        var words = Counted(wrong.Pieces[0]).Select((part, at) => (part, Column: first.Column(at))).Where(item => item.Column.Any(value => Math.Abs(value - item.part.Usual) > item.part.Precision))
            .Select(item => $"{item.part.What} counts ({string.Join(", ", item.Column.Take(MostListed).Select(value => WrongStep.Text($"{value:G5}")))}{(item.Column.Count > MostListed ? " …" : string.Empty)})");
        return wrong.Fitted("combination.by-token", $"Token by token, {string.Join(", ", words)}.", piece => Counted(piece)
            .Select((part, at) => part.Value.MapIndexed((t, _, value) => fitted[piece].At(t, at) * value, Zeros.Include)).Aggregate((sum, part) => sum + part))
            is { IsWithinRounding: true } explanation ? explanation : null;

        static IEnumerable<StepPart> Counted(TraceStep piece) => piece.Parts.Where(part => part.Usual != 0);
    }

    /// <summary>The update of every sequence as a combination of all sequences' updates.</summary>
    private Explanation? OfBatch(TraceStep[][] sequences)
    {
        var all = new Dictionary<int, Vector<double>>();
        foreach (var own in sequences)
        {
            var columns = sequences.Select(other => Column(other, piece => piece.Value - piece.Before!)).ToArray();
            if (Solve(columns, Column(own, piece => wrong.Yours(piece) - piece.Before!)) is not { } fitted)
            {
                return null;
            }

            all[own[0].Sequence] = fitted;
        }

        var ordered = sequences.Select(own => own[0].Sequence).ToArray();
        if (all.All(item => item.Value.Index().All(entry => ordered[entry.Index] == item.Key || Math.Abs(entry.Item) < WrongStep.Same)))
        {
            // Each learns from itself alone, as it should.
            return null;
        }

        bool Are(double value) => all.Values.All(fitted => fitted.All(entry => Math.Abs(entry - value) < WrongStep.Same));
        var words = Are(1) ? "Every sequence's parameter learns from the whole batch: the sequences' gradients are summed."
            : Are(1.0 / ordered.Length) ? "Every sequence's parameter learns from the whole batch: the sequences' gradients are averaged."
            : string.Join(" ", all.Select(item => $"Sequence {item.Key} learns {string.Join(" + ", item.Value.Select((entry, at) => (entry, at)).Where(pair => Math.Abs(pair.entry) > WrongStep.Same)
                .Select(pair => WrongStep.Text($"{pair.entry:G6} of sequence {ordered[pair.at]}'s gradient")))}."));
        return wrong.Fitted("descent.batch", words, piece =>
        {
            // Pieces of one place, sequence by sequence.
            var same = wrong.Pieces.Where(other => other.Row == piece.Row && other.Column == piece.Column).ToDictionary(other => other.Sequence);
            return ordered.Select((sequence, at) => all[piece.Sequence][at] * (same[sequence].Value - same[sequence].Before!)).Aggregate(piece.Before!, (sum, part) => sum + part);
        });
    }

    /// <summary>The norm that the gradient has in every sequence, where there is one.</summary>
    private double? Clipped(TraceStep[][] sequences, Dictionary<int, Vector<double>> each)
    {
        var rate = Math.Abs(configuration.InnerLearningRate) * SimulatedGate.Factor(configuration);
        if (rate == 0 || wrong.Pieces.Any(piece => piece.Before is null) || each.Values.Any(fitted => Math.Abs(fitted[0] - 1) > WrongStep.Same || Math.Abs(fitted[1]) >= 1))
        {
            return null;
        }

        double[] norms = [.. sequences.Select(own => Column(own, piece => wrong.Yours(piece) - piece.Before!).L2Norm() / rate)];
        return norms.All(norm => Math.Abs(norm - norms[0]) < 1e-4 * norms[0]) ? norms.Average() : null;
    }

    private Explanation? Of(string name, string sentence, Dictionary<int, Vector<double>> fitted) => wrong.Fitted(name, sentence, piece =>
        piece.Parts.Select((part, at) => at < fitted[piece.Sequence].Count ? fitted[piece.Sequence][at] * part.Value : null)
            .OfType<Matrix<double>>().Aggregate((sum, part) => sum + part));

    private Vector<double>? Fit(IReadOnlyList<TraceStep> own, int count) =>
        Solve([.. Enumerable.Range(0, count).Select(at => Column(own, piece => piece.Parts[at].Value))], Column(own, wrong.Yours));

    private static Vector<double>? Solve(Vector<double>[] columns, Vector<double> wanted, int each = Each)
    {
        // Columns of their own size, so that a small part is fitted as well as a large one; what is zero everywhere cannot be.
        if (wanted.Count < each * columns.Length || Array.Exists(columns, column => column.L2Norm() == 0))
        {
            return null;
        }

        double[] norms = [.. columns.Select(column => column.L2Norm())];
        var fitted = Matrix<double>.Build.DenseOfColumnVectors(columns.Select((column, at) => column / norms[at])).QR().Solve(wanted);
        var result = Vector<double>.Build.Dense(columns.Length, at => fitted[at] / norms[at]);
        return result.All(double.IsFinite) ? result : null;
    }

    /// <summary>Which parts count otherwise than they should; null where none does.</summary>
    private string? Words(Vector<double> fitted)
    {
        (double Value, StepPart Part)[] others = [.. fitted.Select((value, at) => (value, wrong.Pieces[0].Parts[at])).Where(item => Math.Abs(item.value - item.Item2.Usual) > item.Item2.Precision)];
        var hint = others.Select(item => item.Part.Hint).FirstOrDefault(hint => hint is not null);
        var words = others.Select(item => Math.Abs(item.Value) < item.Part.Precision ? $"{item.Part.What} is left out" : WrongStep.Text($"{item.Part.What} counts {item.Value:G7} times"));
        return others.Length == 0 ? null : $"{WrongStep.Capital(string.Join(", ", words))}{(hint is null ? string.Empty : $": {hint}")}.";
    }

    private static Vector<double> Column(IEnumerable<TraceStep> own, Func<TraceStep, Matrix<double>> of) =>
        Vector<double>.Build.DenseOfEnumerable(own.SelectMany(piece => of(piece).Enumerate()));
}
