using MathNet.Numerics.LinearAlgebra;
using Tint.Oracle.Tracing;

namespace Tint.Oracle.Explaining;

/// <summary>Asks of a wrong step whether it is right with another signal of the same model in the place of one that it reads, or of its result.</summary>
/// <param name="wrong">The wrong step.</param>
internal sealed class Substitutions(WrongStep wrong)
{
    /// <summary>Every substitution that explains the step.</summary>
    public IEnumerable<Explanation?> Run() => [.. Copies(), .. Signals(), Mixed()];

    /// <summary>The result is something else that the model has: what the step reads, another signal, another parameter or its update.</summary>
    private IEnumerable<Explanation?> Copies()
    {
        if (wrong.Pieces.Any(piece => piece.Before is not null))
        {
            foreach (var name in wrong.Walk.Where(step => step.Before is not null && step.Name != wrong.Pieces[0].Name).Select(step => step.Name).Distinct())
            {
                var others = wrong.Walk.Where(step => step.Name == name).DistinctBy(step => (step.Sequence, step.Part)).ToDictionary(step => (step.Sequence, step.Part));
                TraceStep? Other(TraceStep piece) => others.GetValueOrDefault((piece.Sequence, piece.Part)) ?? others.GetValueOrDefault((piece.Sequence, null));
                yield return wrong.Try("wiring.update-of-another", $"The update is that of {name}.", piece =>
                    Other(piece) is { } other && Fits(other.Value, piece) ? piece.Before! + (other.Value - other.Before!) : null);
                yield return wrong.Try("wiring.result-of-another", $"The result is {name}.", piece => Other(piece)?.Value);
                yield return wrong.Try("wiring.result-of-another", $"The result is {name} before the descent.", piece => Other(piece)?.Before);
            }

            yield break;
        }

        for (var read = 0; read < wrong.Pieces.Min(piece => piece.Reads.Count); read++)
        {
            var at = read;
            yield return wrong.Try("wiring.passed-on", $"The result is {wrong.Pieces[0].Reads[at].What}, as it was read.", piece => piece.Reads[at].Own);
        }

        foreach (var (name, of) in wrong.Candidates())
        {
            yield return wrong.Try("wiring.result-of-another", $"The result is {name}.", of);
        }
    }

    private static bool Fits(Matrix<double> value, TraceStep piece) => value.RowCount == piece.Value.RowCount && value.ColumnCount == piece.Value.ColumnCount;

    private IEnumerable<Explanation?> Signals()
    {
        for (var read = 0; read < wrong.Pieces.Min(piece => piece.Reads.Count); read++)
        {
            var at = read;
            var what = wrong.Pieces[0].Reads[at].What;
            foreach (var (words, change) in Changes())
            {
                yield return wrong.Try("wiring.changed-signal", $"{WrongStep.Capital(what)} is {words}.", piece => piece.Reads[at].With(change(piece.Reads[at].Own)));
            }

            yield return wrong.Try("wiring.applied-twice", $"{WrongStep.Capital(what)} is the step's own result: it is applied twice.", piece => piece.Reads[at].With(piece.Value));
            yield return wrong.Try("wiring.other-sequence", $"{WrongStep.Capital(what)} is that of another sequence of the batch.", piece =>
                wrong.OfAnotherSequence(piece) is { } other && other.Reads.Count > at ? piece.Reads[at].With(other.Reads[at].Own) : null);
            foreach (var (words, shift) in new[] { ("behind", 1), ("before", -1) })
            {
                yield return wrong.Try("wiring.other-chunk", $"{WrongStep.Capital(what)} is that of the chunk {words} its own.", piece =>
                    wrong.OfAnotherChunk(piece, shift) is { } other && other.Reads.Count > at ? piece.Reads[at].With(other.Reads[at].Own) : null);
            }

            foreach (var (sentence, of) in wrong.Candidates())
            {
                yield return wrong.Try("wiring.other-signal", $"{WrongStep.Capital(what)} is {sentence}.", piece => of(piece) is { } signal ? piece.Reads[at].With(signal) : null);
            }
        }
    }

    /// <summary>A signal's own numbers, otherwise.</summary>
    private static IEnumerable<(string Words, Func<Matrix<double>, Matrix<double>> Change)> Changes()
    {
        foreach (var factor in new[] { 0, -1, 2, 0.5 })
        {
            yield return (factor == 0 ? "zero" : WrongStep.Text($"{factor:R} times what it should be"), own => own * factor);
        }

        yield return ("centred over the tokens", own => own.MapIndexed((_, d, value) => value - own.Column(d).Average(), Zeros.Include));
        yield return ("centred over the coordinates", own => own.MapIndexed((t, _, value) => value - own.Row(t).Average(), Zeros.Include));
        yield return ("averaged over the tokens", own => own.MapIndexed((_, d, _) => own.Column(d).Average(), Zeros.Include));
        foreach (var by in new[] { 1, -1 })
        {
            yield return ($"that of the token {(by > 0 ? "before" : "behind")}", own => Matrix<double>.Build.Dense(own.RowCount, own.ColumnCount, (t, d) =>
                t - by is var from && from >= 0 && from < own.RowCount ? own.At(from, d) : 0));
            yield return ($"that of the token {(by > 0 ? "before, the first's that of the last" : "behind, the last's that of the first")}", own =>
                Matrix<double>.Build.Dense(own.RowCount, own.ColumnCount, (t, d) => own.At((t - by + own.RowCount) % own.RowCount, d)));
        }
    }

    /// <summary>A multiple of one other signal, fitted, that is added or left out.</summary>
    private Explanation? Mixed()
    {
        if (wrong.Pieces.Any(piece => piece.IsVector || piece.Before is not null))
        {
            return null;
        }

        Explanation? best = null;
        foreach (var (name, of) in wrong.Candidates())
        {
            var signals = wrong.Pieces.Select(piece => of(piece)).ToArray();
            if (signals.Zip(wrong.Pieces).Any(pair => pair.First is null || pair.First.RowCount != pair.Second.Value.RowCount || pair.First.ColumnCount != pair.Second.Value.ColumnCount))
            {
                continue;
            }

            double product = 0, square = 0;
            foreach (var (signal, piece) in signals.Zip(wrong.Pieces))
            {
                product += signal!.PointwiseMultiply(wrong.Yours(piece) - piece.Value).Enumerate().Sum();
                square += signal.PointwiseMultiply(signal).Enumerate().Sum();
            }

            if (square > 0 && product / square is var factor && Math.Abs(factor) > WrongStep.Same)
            {
                var found = wrong.Fitted(
                    "residual.other-term",
                    WrongStep.Text($"{(factor < 0 ? "Without" : "Besides")} {Math.Abs(factor):0.######} times {name}."),
                    piece => piece.Value + (factor * of(piece)!));
                best = found is not null && (best is null || found.Remaining < best.Remaining) ? found : best;
            }
        }

        return best;
    }
}
