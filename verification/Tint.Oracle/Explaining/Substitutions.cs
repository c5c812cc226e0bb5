using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using Tint.Oracle.Judging;
using Tint.Oracle.Tracing;
using Tint.Reference.Auxiliary;

namespace Tint.Oracle.Explaining;

/// <summary>
/// Asks of a wrong step whether it is right with something else of the same model in the place of what it reads: another signal, another layer's parameters or its
/// own in another arrangement, other weights of the tokens.
/// </summary>
/// <param name="test">The wrong step.</param>
/// <param name="pieces">Its pieces, of all sequences and chunks.</param>
/// <param name="walk">All steps, for the parameters that they read.</param>
/// <param name="before">What comes before the wrong step, each with the candidate's own numbers.</param>
internal sealed class Substitutions(
    ExplanationTest test, IReadOnlyList<TraceStep> pieces, IReadOnlyList<TraceStep> walk, IReadOnlyList<(TraceStep Step, Matrix<double> Value)> before)
{
    // As many signals as some blocks have: what is read by mistake is near.
    private const int MostSignals = 80;

    /// <summary>Every substitution that explains the step.</summary>
    public IEnumerable<Explanation?> Run() => [.. Copies(), .. Signals(), .. Layers(), Transposed(), Tokens(), Rows(), Mixed(), Rearranged(), .. Tables()];

    /// <summary>The result is something else that the model has: what the step reads, another signal, another parameter or its update.</summary>
    private IEnumerable<Explanation?> Copies()
    {
        if (pieces.Any(piece => piece.Before is not null))
        {
            foreach (var name in walk.Where(step => step.Before is not null && step.Name != pieces[0].Name).Select(step => step.Name).Distinct())
            {
                var others = walk.Where(step => step.Name == name).DistinctBy(step => (step.Sequence, step.Part)).ToDictionary(step => (step.Sequence, step.Part));
                TraceStep? Other(TraceStep piece) => others.GetValueOrDefault((piece.Sequence, piece.Part)) ?? others.GetValueOrDefault((piece.Sequence, null));
                yield return Try("wiring.update-of-another", $"The update is that of {name}.", piece =>
                    Other(piece) is { } other && Fits(other.Value, piece) ? piece.Before! + (other.Value - other.Before!) : null);
                yield return Try("wiring.result-of-another", $"The result is {name}.", piece => Other(piece)?.Value);
                yield return Try("wiring.result-of-another", $"The result is {name} before the descent.", piece => Other(piece)?.Before);
            }

            yield break;
        }

        for (var read = 0; read < pieces.Min(piece => piece.Reads.Count); read++)
        {
            var at = read;
            yield return Try("wiring.passed-on", $"The result is {pieces[0].Reads[at].What}, as it was read.", piece => piece.Reads[at].Own);
        }

        foreach (var (name, of) in Candidates())
        {
            yield return Try("wiring.result-of-another", $"The result is {name}.", of);
        }
    }

    private static bool Fits(Matrix<double> value, TraceStep piece) => value.RowCount == piece.Value.RowCount && value.ColumnCount == piece.Value.ColumnCount;

    /// <summary>The same piece of the next sequence.</summary>
    private TraceStep? OfAnotherSequence(TraceStep piece)
    {
        TraceStep[] same = [.. pieces.Where(other => other.Row == piece.Row && other.Column == piece.Column)];
        return same.Length < 2 ? null : same[(Array.IndexOf(same, piece) + 1) % same.Length];
    }

    /// <summary>The piece of the same sequence, chunks further, from the last on to the first.</summary>
    private TraceStep? OfAnotherChunk(TraceStep piece, int shift)
    {
        TraceStep[] chunks = [.. pieces.Where(other => other.Sequence == piece.Sequence && other.Part is not null).OrderBy(other => other.Part)];
        return piece.Part is null || chunks.Length < 2 ? null : chunks[(Array.IndexOf(chunks, piece) + shift + chunks.Length) % chunks.Length];
    }

    private IEnumerable<Explanation?> Signals()
    {
        for (var read = 0; read < pieces.Min(piece => piece.Reads.Count); read++)
        {
            var at = read;
            var what = pieces[0].Reads[at].What;
            foreach (var (words, change) in Changes())
            {
                yield return Try("wiring.changed-signal", $"{Capital(what)} is {words}.", piece => piece.Reads[at].With(change(piece.Reads[at].Own)));
            }

            yield return Try("wiring.applied-twice", $"{Capital(what)} is the step's own result: it is applied twice.", piece => piece.Reads[at].With(piece.Value));
            yield return Try("wiring.other-sequence", $"{Capital(what)} is that of another sequence of the batch.", piece =>
                OfAnotherSequence(piece) is { } other && other.Reads.Count > at ? piece.Reads[at].With(other.Reads[at].Own) : null);
            foreach (var (words, shift) in new[] { ("behind", 1), ("before", -1) })
            {
                yield return Try("wiring.other-chunk", $"{Capital(what)} is that of the chunk {words} its own.", piece =>
                    OfAnotherChunk(piece, shift) is { } other && other.Reads.Count > at ? piece.Reads[at].With(other.Reads[at].Own) : null);
            }

            foreach (var (sentence, of) in Candidates())
            {
                yield return Try("wiring.other-signal", $"{Capital(what)} is {sentence}.", piece => of(piece) is { } signal ? piece.Reads[at].With(signal) : null);
            }
        }
    }

    /// <summary>A signal's own numbers, otherwise.</summary>
    private static IEnumerable<(string Words, Func<Matrix<double>, Matrix<double>> Change)> Changes()
    {
        foreach (var factor in new[] { 0, -1, 2, 0.5 })
        {
            yield return (factor == 0 ? "zero" : Invariant($"{factor:R} times what it should be"), own => own * factor);
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

    /// <summary>Signals of the sequence that come before the step, by what they are.</summary>
    private IEnumerable<(string Name, Func<TraceStep, Matrix<double>?> Of)> Candidates() => Besides().Concat(Recorded());

    /// <summary>What steps make beside their results.</summary>
    private IEnumerable<(string Name, Func<TraceStep, Matrix<double>?> Of)> Besides() => before
        .SelectMany(item => item.Step.Besides.Select(beside => (Name: $"{beside.What} of {item.Step.Name}", item.Step.Sequence, beside.Value)))
        .Concat(pieces.SelectMany(piece => piece.Besides.Select(beside => (Name: $"{beside.What} of {piece.Name}", piece.Sequence, beside.Value))))
        .GroupBy(item => item.Name)
        .Select(group => (group.Key, (Func<TraceStep, Matrix<double>?>)(piece => group.FirstOrDefault(item => item.Sequence == piece.Sequence).Value)));

    private IEnumerable<(string Name, Func<TraceStep, Matrix<double>?> Of)> Recorded() => before
        .Where(item => !item.Step.IsVector && item.Step.Before is null)
        .Select(item => (item.Step.Name, item.Step.Row, item.Step.Column))
        .Distinct()
        .Reverse()
        .Take(MostSignals)
        .Select(key =>
        {
            var bySequence = before.Where(item => (item.Step.Name, item.Step.Row, item.Step.Column) == key).DistinctBy(item => item.Step.Sequence)
                .ToDictionary(item => item.Step.Sequence, item => item.Value);

            // A chunk reads the chunk beside it.
            var byChunk = before.Where(item => item.Step.Name == key.Name && item.Step.Part is not null)
                .DistinctBy(item => (item.Step.Sequence, item.Step.Part)).ToDictionary(item => (item.Step.Sequence, item.Step.Part), item => item.Value);
            return (key.Name, (Func<TraceStep, Matrix<double>?>)(piece =>
                byChunk.GetValueOrDefault((piece.Sequence, piece.Part)) ?? bySequence.GetValueOrDefault(piece.Sequence)));
        });

    private IEnumerable<Explanation?> Layers()
    {
        var others = walk.Where(step => step.Sequence == 0).SelectMany(Parameters).DistinctBy(item => item.Layer, ReferenceEqualityComparer.Instance).ToArray();
        for (var layer = 0; layer < pieces.Min(piece => piece.Layers.Count); layer++)
        {
            var at = layer;
            var which = pieces[0].Layers[at].Which;
            foreach (var (name, words, change) in Arrangements())
            {
                yield return Try(name, $"{which}: {words}.", piece => piece.Layers[at].With(change(piece.Layers[at].Own)));
            }

            yield return Try("weights.other-sequence", $"{which} are those of another sequence of the batch.", piece =>
                OfAnotherSequence(piece) is { } other && other.Layers.Count > at && !other.Layers[at].Own.Weight.Equals(piece.Layers[at].Own.Weight) ? piece.Layers[at].With(other.Layers[at].Own) : null);
            foreach (var (words, shift) in new[] { ("behind", 1), ("before", -1) })
            {
                yield return Try("weights.other-chunk", $"{which} are those of the chunk {words} its own.", piece =>
                    OfAnotherChunk(piece, shift) is { } other && other.Layers.Count > at ? piece.Layers[at].With(other.Layers[at].Own) : null);
            }

            foreach (var (label, other) in others)
            {
                yield return Try("weights.of-another", $"{which} are those of {label}.", piece =>
                    ReferenceEquals(piece.Layers[at].Own, other) ? null : piece.Layers[at].With(other));
            }

            foreach (var (label, weight, bias) in Updates())
            {
                yield return Try("weights.moved-by-another", $"{which} are moved by the update of {label} as well.", piece =>
                    weight.TryGetValue(piece.Sequence, out var moved) && bias.TryGetValue(piece.Sequence, out var shifted) && piece.Layers[at].Own is var own
                        && own.Weight.RowCount == moved.RowCount && own.Weight.ColumnCount == moved.ColumnCount
                        ? piece.Layers[at].With(new LinearParameters(own.Weight + moved, own.Bias + shifted.Row(0)))
                        : null);
            }

            // Of a layer that runs in chunks each chunk reads the same chunk of another.
            foreach (var name in walk.Where(step => step.Part is not null && step.Sequence == 0).Select(step => step.Name).Distinct())
            {
                var chunks = walk.Concat(before.Select(item => item.Step)).Where(step => step.Name == name && step is { Part: not null, Input.Linear: not null })
                    .DistinctBy(step => step.Part).ToDictionary(step => step.Part!.Value, step => step.Input!.Linear!);
                yield return Try("weights.of-another", $"{which} are those of {name}.", piece =>
                    piece.Part is { } part && chunks.TryGetValue(part, out var other) && !ReferenceEquals(piece.Layers[at].Own, other) ? piece.Layers[at].With(other) : null);
            }
        }
    }

    /// <summary>What the descents before the step have added to each linear layer, by sequence.</summary>
    private IEnumerable<(string Label, Dictionary<int, Matrix<double>> Weight, Dictionary<int, Matrix<double>> Bias)> Updates()
    {
        foreach (var name in before.Where(item => item.Step is { Before: not null, Part: null, IsVector: false }).Select(item => item.Step.Name).Distinct())
        {
            var label = name[..name.LastIndexOf('.')];
            yield return (label, Moved(name), Moved($"{label}.bias"));
        }

        Dictionary<int, Matrix<double>> Moved(string name) => before.Where(item => item.Step.Name == name).ToDictionary(item => item.Step.Sequence, item => item.Value - item.Step.Before!);
    }

    /// <summary>The linear layers that a step of the first pass reads.</summary>
    private static IEnumerable<(string Label, LinearParameters Layer)> Parameters(TraceStep step)
    {
        if (step.Input is { } input && step.Name.StartsWith("forward0", StringComparison.Ordinal))
        {
            var chunk = step.Part is { } part ? $", chunk {part}" : string.Empty;
            (string, LinearParameters?)[] layers = input.Key is null
                ? [(step.Name + chunk, input.Linear)]
                : [(step.Name.Replace("heads", "query", StringComparison.Ordinal), input.Linear), (step.Name.Replace("heads", "key", StringComparison.Ordinal), input.Key),
                    (step.Name.Replace("heads", "value", StringComparison.Ordinal), input.Value)];
            foreach (var (label, layer) in layers)
            {
                if (layer is not null)
                {
                    yield return (label, layer);
                }
            }
        }
    }

    /// <summary>A layer's own numbers, otherwise.</summary>
    private static IEnumerable<(string Name, string Words, Func<LinearParameters, LinearParameters> Change)> Arrangements()
    {
        yield return ("weights.transposed", "the weight is transposed", own => own with { Weight = own.Weight.Transpose() });
        foreach (var heads in new[] { 2, 3, 4, 6, 8, 12 })
        {
            yield return ("weights.heads-reversed", $"the rows of {heads} heads are in reverse order", own => Rows(own, heads, row => (heads - 1 - (row * heads / own.Weight.RowCount)) * (own.Weight.RowCount / heads) + (row % (own.Weight.RowCount / heads))));
            yield return ("weights.rows-interleaved", $"row i stands where row {heads}·i does, modulo the width", own => Rows(own, heads, row => (row % heads * (own.Weight.RowCount / heads)) + (row / heads)));
        }

        static LinearParameters Rows(LinearParameters own, int heads, Func<int, int> from) => own.Weight.RowCount % heads == 0
            ? new LinearParameters(
                Matrix<double>.Build.Dense(own.Weight.RowCount, own.Weight.ColumnCount, (i, j) => own.Weight.At(from(i), j)),
                Vector<double>.Build.Dense(own.Bias.Count, i => own.Bias.At(from(i))))
            : own;
    }

    /// <summary>A descent's update, chunk by chunk.</summary>
    private Explanation? Transposed() => pieces.Any(piece => piece.Before is null || piece.Value.RowCount != piece.Value.ColumnCount)
        ? null
        : Try("residual.transposed", "The update is transposed.", piece => piece.Before! + (piece.Value - piece.Before!).Transpose());

    /// <summary>Other weights of the tokens than the train mask, fitted; there are fewer of them than equations.</summary>
    private Explanation? Tokens()
    {
        if (pieces.Any(piece => piece.Share is null || piece.Before is null))
        {
            return null;
        }

        var fitted = new Dictionary<int, Vector<double>>();
        foreach (var sequence in pieces.GroupBy(piece => piece.Sequence))
        {
            TraceStep[] own = [.. sequence];
            var tokens = before.First(item => item.Step.Sequence == sequence.Key).Value.RowCount;
            var columns = Enumerable.Range(0, tokens).Select(t => Vector<double>.Build.DenseOfEnumerable(own.SelectMany(piece => piece.Share!(t).Enumerate()))).ToArray();
            var wanted = Vector<double>.Build.DenseOfEnumerable(own.SelectMany(piece => (Yours(piece) - piece.Before!).Enumerate()));
            if (wanted.Count < 2 * tokens)
            {
                return null;
            }

            // A token whose gradient is zero counts whatever it counts.
            int[] counted = [.. Enumerable.Range(0, tokens).Where(t => columns[t].L2Norm() > 0)];
            var weightsOfCounted = Matrix<double>.Build.DenseOfColumnVectors(counted.Select(t => columns[t])).QR().Solve(wanted);
            fitted[sequence.Key] = Vector<double>.Build.Dense(tokens, t => Array.IndexOf(counted, t) is var at and >= 0 ? weightsOfCounted[at] : 0);
        }

        if (fitted.Values.All(own => own.Where(weight => Math.Abs(weight) > 1e-6).ToArray() is var counted && counted.All(weight => Math.Abs(weight - counted[0]) < 1e-6 * Math.Abs(counted[0])) && counted.Length > 0 && Math.Abs(counted[0] - 1) > 1e-6
            && IsMask(own)))
        {
            // All trained tokens count alike: that is a factor.
            return null;
        }

        var weights = fitted[pieces[0].Sequence];
        var words = string.Join(", ", weights.Select(weight => weight.ToString("0.###", CultureInfo.InvariantCulture)));
        return Fitted("descent.weights-of-tokens", $"The tokens count with ({words}), not with the train mask.", piece =>
        {
            var own = fitted[piece.Sequence];
            return own.Select((weight, t) => weight * piece.Share!(t)).Aggregate(piece.Before!, (sum, share) => sum + share);
        });
    }

    /// <summary>Whether as many tokens count as the train mask has.</summary>
    private bool IsMask(Vector<double> weights) => pieces[0].Input?.TrainMask is not { } mask
        || weights.Count(weight => Math.Abs(weight) > 1e-6) == mask.Count(trained => trained != 0)
        || pieces.Any(piece => piece.Input?.TrainMask?.Count(trained => trained != 0) == weights.Count(weight => Math.Abs(weight) > 1e-6));

    /// <summary>Other weights of the tokens' own rows, fitted.</summary>
    private Explanation? Rows()
    {
        if (pieces.Any(piece => piece.Rows is null))
        {
            return null;
        }

        var fitted = pieces.ToDictionary(piece => piece.Sequence, piece =>
        {
            var (rows, yours) = (piece.Rows!(), Yours(piece));
            return (Rows: rows, Weights: Vector<double>.Build.Dense(rows.RowCount, t => rows.Row(t) * rows.Row(t) is var square and > 0 ? rows.Row(t) * yours.Row(t) / square : 0));
        });
        var words = string.Join("; ", fitted.Select(item => string.Join(", ", item.Value.Weights.Select(weight => weight.ToString("0.###", CultureInfo.InvariantCulture)))));
        return Fitted("rows.weights-of-tokens", $"The tokens count with ({words}), not as the masks say.", piece =>
            fitted[piece.Sequence].Rows.MapIndexed((t, _, value) => fitted[piece.Sequence].Weights[t] * value));
    }

    /// <summary>Each token's row is made with some row of a table, not with its own.</summary>
    private IEnumerable<Explanation?> Tables()
    {
        for (var index = 0; index < pieces.Min(piece => piece.Tables.Count); index++)
        {
            var at = index;
            var chosen = pieces.ToDictionary(piece => piece.Sequence, piece =>
            {
                var (yours, table) = (Yours(piece), piece.Tables[at]);
                return Enumerable.Range(0, yours.RowCount).Select(t => Enumerable.Range(-1, table.Rows + 1)
                    .MinBy(row => (yours.Row(t) - table.With(t, row)).L2Norm())).ToArray();
            });
            var words = string.Join("; ", chosen.Select(item => string.Join(", ", item.Value.Select(row => row < 0 ? "none" : $"{row}"))));
            yield return Fitted("rows.of-table", $"{Capital(pieces[0].Tables[at].What)} are ({words}).", piece => Matrix<double>.Build.DenseOfRows(
                chosen[piece.Sequence].Select((row, t) => piece.Tables[at].With(t, row))));
        }
    }

    /// <summary>Each coordinate is some coordinate of some layer of the model at the same input, or of the right result.</summary>
    private Explanation? Rearranged()
    {
        var isLinear = pieces.All(piece => piece.Layers.Count == 1 && piece.Reads.Count == 1 && piece.Module is "LinearForward" or "AttentionForward");
        if (pieces.Any(piece => piece.IsVector || piece.Before is not null))
        {
            return null;
        }

        // What a coordinate may be, of all pieces of the first one's column.
        TraceStep[] row = [.. pieces.Where(piece => piece.Row == 0)];
        var sources = new List<(string Name, int Index, Vector<double> Column)>();
        var offsets = row.Select(piece => piece.Column).Distinct().ToArray();
        Vector<double> Column(Func<TraceStep, Vector<double>> of, int offset) =>
            Vector<double>.Build.DenseOfEnumerable(row.Where(piece => piece.Column == offset).OrderBy(piece => piece.Sequence).SelectMany(piece => of(piece)));
        void AddAll(string name, Func<TraceStep, Matrix<double>> of, int offset)
        {
            var width = of(row.First(piece => piece.Column == offset)).ColumnCount;
            for (var d = 0; d < width; d++)
            {
                var at = d;
                sources.Add((name, offset + d, Column(piece => of(piece).Column(at), offset)));
            }
        }

        foreach (var offset in offsets)
        {
            AddAll("its own", piece => piece.Value, offset);
        }

        if (isLinear)
        {
            foreach (var (label, other) in walk.Where(step => step.Sequence == 0).SelectMany(Parameters).DistinctBy(item => item.Layer, ReferenceEqualityComparer.Instance))
            {
                if (other.Weight.ColumnCount == row[0].Layers[0].Own.Weight.ColumnCount && other.Weight.RowCount == row[0].Layers[0].Own.Weight.RowCount)
                {
                    AddAll(label, piece => piece.Layers[0].With(other), offsets[0]);
                }
            }
        }

        var chosen = new Dictionary<int, (string Name, int Index, Vector<double> Column)>();
        foreach (var offset in offsets)
        {
            for (var d = 0; d < row.First(piece => piece.Column == offset).Value.ColumnCount; d++)
            {
                var at = d;
                var yours = Column(piece => Yours(piece).Column(at), offset);
                chosen[offset + d] = sources.MinBy(source => (source.Column - yours).InfinityNorm());
            }
        }

        var words = Runs([.. chosen.OrderBy(item => item.Key).Select(item => (item.Value.Name, item.Value.Index))]);
        return Fitted("rows.rearranged", $"Its coordinates are, in order, {words}.", piece => Matrix<double>.Build.Dense(piece.Value.RowCount, piece.Value.ColumnCount, (t, d) =>
        {
            var before = row.Where(other => other.Column == piece.Column && other.Sequence < piece.Sequence).Sum(other => other.Value.RowCount);
            return chosen[piece.Column + d].Column[before + t];
        }));
    }

    /// <summary>Places one after the other, those that follow each other together.</summary>
    private static string Runs(IReadOnlyList<(string Name, int Index)> places)
    {
        var runs = new List<(string Name, int First, int Last)>();
        foreach (var (name, index) in places)
        {
            if (runs.Count > 0 && runs[^1] is var last && last.Name == name && last.Last + 1 == index)
            {
                runs[^1] = (name, last.First, index);
            }
            else
            {
                runs.Add((name, index, index));
            }
        }

        return $"{string.Join(", ", runs.Take(8).Select(run => $"{run.Name} {run.First}{(run.Last > run.First ? $" to {run.Last}" : string.Empty)}"))}{(runs.Count > 8 ? " and on" : string.Empty)}";
    }

    /// <summary>A multiple of one other signal, fitted, that is added or left out.</summary>
    private Explanation? Mixed()
    {
        if (pieces.Any(piece => piece.IsVector || piece.Before is not null))
        {
            return null;
        }

        Explanation? best = null;
        foreach (var (name, of) in Candidates())
        {
            var signals = pieces.Select(piece => of(piece)).ToArray();
            if (signals.Zip(pieces).Any(pair => pair.First is null || pair.First.RowCount != pair.Second.Value.RowCount || pair.First.ColumnCount != pair.Second.Value.ColumnCount))
            {
                continue;
            }

            double product = 0, square = 0;
            foreach (var (signal, piece) in signals.Zip(pieces))
            {
                product += signal!.PointwiseMultiply(Yours(piece) - piece.Value).Enumerate().Sum();
                square += signal.PointwiseMultiply(signal).Enumerate().Sum();
            }

            if (square > 0 && product / square is var factor && Math.Abs(factor) > 1e-6)
            {
                var found = Fitted(
                    "residual.other-term",
                    Invariant($"{(factor < 0 ? "Without" : "Besides")} {Math.Abs(factor):0.######} times {name}."),
                    piece => piece.Value + (factor * of(piece)!));
                best = found is not null && (best is null || found.Remaining < best.Remaining) ? found : best;
            }
        }

        return best;
    }

    private Matrix<double> Yours(TraceStep piece) => ModelAnswers.Matrix(test.Yours, piece.Sequence)
        .SubMatrix(piece.Row, piece.Value.RowCount, piece.Column, piece.Value.ColumnCount);

    private Explanation? Fitted(string name, string sentence, Func<TraceStep, Matrix<double>?> of) =>
        Try(name, sentence, of) is { } explanation ? explanation with { IsFitted = true } : null;

    /// <summary>What a substitution leaves of the error; null where it cannot be made or changes nothing.</summary>
    private Explanation? Try(string name, string sentence, Func<TraceStep, Matrix<double>?> of)
    {
        var made = new Dictionary<TraceStep, Matrix<double>>(ReferenceEqualityComparer.Instance);
        foreach (var piece in pieces)
        {
            try
            {
                if (of(piece) is not { } value || value.RowCount != piece.Value.RowCount || value.ColumnCount != piece.Value.ColumnCount)
                {
                    return null;
                }

                made[piece] = value;
            }
            catch (Exception exception) when (Verification.Complaint.IsExpected(exception) || exception is ArgumentException)
            {
                // The substitute does not fit there.
                return null;
            }
        }

        return test.Try(name, sentence, ModelReference.Assemble(pieces, piece => made[piece]));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
