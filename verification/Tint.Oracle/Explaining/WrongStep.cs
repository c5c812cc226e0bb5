using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using Tint.Oracle.Judging;
using Tint.Oracle.Tracing;
using Tint.Reference.Auxiliary;

namespace Tint.Oracle.Explaining;

/// <summary>
/// A step of a whole model that the candidate has wrong: what it is made of, what comes before it, and whether another result in its place explains the candidate's.
/// </summary>
/// <param name="test">The whole tensor.</param>
/// <param name="pieces">Its pieces, of all sequences and chunks.</param>
/// <param name="walk">All steps, for the parameters that they read.</param>
/// <param name="before">What comes before the step, each with the candidate's own numbers.</param>
internal sealed class WrongStep(
    ExplanationTest test, IReadOnlyList<TraceStep> pieces, IReadOnlyList<TraceStep> walk, IReadOnlyList<(TraceStep Step, Matrix<double> Value)> before)
{
    /// <summary>A coefficient nearer to 0, to 1 or to another is that.</summary>
    public const double Same = 1e-6;

    // As many signals as some blocks have: what is read by mistake is near.
    private const int MostSignals = 80;

    /// <summary>The whole tensor.</summary>
    public ExplanationTest Test { get; } = test;

    /// <summary>The pieces, of all sequences and chunks.</summary>
    public IReadOnlyList<TraceStep> Pieces { get; } = pieces;

    /// <summary>All steps.</summary>
    public IReadOnlyList<TraceStep> Walk { get; } = walk;

    /// <summary>What comes before the step, each with the candidate's own numbers.</summary>
    public IReadOnlyList<(TraceStep Step, Matrix<double> Value)> Before { get; } = before;

    /// <summary>The linear layers that the steps of the first pass read, each once.</summary>
    public IEnumerable<(string Label, LinearParameters Layer)> Parameters() =>
        Walk.Where(step => step.Sequence == 0).SelectMany(Read).DistinctBy(item => item.Layer, ReferenceEqualityComparer.Instance);

    /// <summary>Signals of the sequence that come before the step, by what they are.</summary>
    public IEnumerable<(string Name, Func<TraceStep, Matrix<double>?> Of)> Candidates() => Besides().Concat(Recorded());

    /// <summary>What steps make beside their results.</summary>
    private IEnumerable<(string Name, Func<TraceStep, Matrix<double>?> Of)> Besides() => Before
        .SelectMany(item => item.Step.Besides.Select(beside => (Name: $"{beside.What} of {item.Step.Name}", item.Step.Sequence, beside.Value)))
        .Concat(Pieces.SelectMany(piece => piece.Besides.Select(beside => (Name: $"{beside.What} of {piece.Name}", piece.Sequence, beside.Value))))
        .GroupBy(item => item.Name)
        .Select(group => (group.Key, (Func<TraceStep, Matrix<double>?>)(piece => group.FirstOrDefault(item => item.Sequence == piece.Sequence).Value)));

    private IEnumerable<(string Name, Func<TraceStep, Matrix<double>?> Of)> Recorded() => Before
        .Where(item => !item.Step.IsVector && item.Step.Before is null)
        .Select(item => (item.Step.Name, item.Step.Row, item.Step.Column))
        .Distinct()
        .Reverse()
        .Take(MostSignals)
        .Select(key =>
        {
            var bySequence = Before.Where(item => (item.Step.Name, item.Step.Row, item.Step.Column) == key).DistinctBy(item => item.Step.Sequence)
                .ToDictionary(item => item.Step.Sequence, item => item.Value);

            // A chunk reads the chunk beside it.
            var byChunk = Before.Where(item => item.Step.Name == key.Name && item.Step.Part is not null)
                .DistinctBy(item => (item.Step.Sequence, item.Step.Part)).ToDictionary(item => (item.Step.Sequence, item.Step.Part), item => item.Value);
            return (key.Name, (Func<TraceStep, Matrix<double>?>)(piece =>
                byChunk.GetValueOrDefault((piece.Sequence, piece.Part)) ?? bySequence.GetValueOrDefault(piece.Sequence)));
        });

    /// <summary>The same piece of the next sequence.</summary>
    public TraceStep? OfAnotherSequence(TraceStep piece)
    {
        TraceStep[] same = [.. Pieces.Where(other => other.Row == piece.Row && other.Column == piece.Column)];
        return same.Length < 2 ? null : same[(Array.IndexOf(same, piece) + 1) % same.Length];
    }

    /// <summary>The piece of the same sequence, chunks further, from the last on to the first.</summary>
    public TraceStep? OfAnotherChunk(TraceStep piece, int shift)
    {
        TraceStep[] chunks = [.. Pieces.Where(other => other.Sequence == piece.Sequence && other.Part is not null).OrderBy(other => other.Part)];
        return piece.Part is null || chunks.Length < 2 ? null : chunks[(Array.IndexOf(chunks, piece) + shift + chunks.Length) % chunks.Length];
    }

    /// <summary>The candidate's numbers of a piece.</summary>
    public Matrix<double> Yours(TraceStep piece) => ModelAnswers.Matrix(Test.Yours, piece.Sequence)
        .SubMatrix(piece.Row, piece.Value.RowCount, piece.Column, piece.Value.ColumnCount);

    /// <summary>What a substitution leaves of the error; null where it cannot be made or changes nothing.</summary>
    public Explanation? Try(string name, string sentence, Func<TraceStep, Matrix<double>?> of)
    {
        var made = new Dictionary<TraceStep, Matrix<double>>(ReferenceEqualityComparer.Instance);
        foreach (var piece in Pieces)
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

        return Test.Try(name, sentence, ModelReference.Assemble(Pieces, piece => made[piece]));
    }

    /// <summary>The same for a result some of whose numbers were fitted to the candidate's.</summary>
    public Explanation? Fitted(string name, string sentence, Func<TraceStep, Matrix<double>?> of) =>
        Try(name, sentence, of) is { } explanation ? explanation with { IsFitted = true } : null;

    /// <summary>A sentence with numbers as they are written everywhere.</summary>
    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A sentence's beginning.</summary>
    public static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>The linear layers that a step of the first pass reads.</summary>
    private static IEnumerable<(string Label, LinearParameters Layer)> Read(TraceStep step)
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
}
