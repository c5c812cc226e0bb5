using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;

namespace Tint.Oracle.Explaining;

/// <summary>Asks of a wrong step whether it is right with other parameters in the place of a layer's own: another layer's, an earlier or a later state, or its own in another arrangement.</summary>
/// <param name="wrong">The wrong step.</param>
internal sealed class LayerSubstitutions(WrongStep wrong)
{
    /// <summary>Every substitution that explains the step.</summary>
    public IEnumerable<Explanation?> Run() => [.. Layers(), Transposed()];

    private IEnumerable<Explanation?> Layers()
    {
        var others = wrong.Parameters().ToArray();
        for (var layer = 0; layer < wrong.Pieces.Min(piece => piece.Layers.Count); layer++)
        {
            var at = layer;
            var which = wrong.Pieces[0].Layers[at].Which;
            foreach (var (name, words, change) in Arrangements())
            {
                yield return wrong.Try(name, $"{which}: {words}.", piece => piece.Layers[at].With(change(piece.Layers[at].Own)));
            }

            yield return wrong.Try("weights.other-sequence", $"{which} are those of another sequence of the batch.", piece =>
                wrong.OfAnotherSequence(piece) is { } other && other.Layers.Count > at && !other.Layers[at].Own.Weight.Equals(piece.Layers[at].Own.Weight) ? piece.Layers[at].With(other.Layers[at].Own) : null);
            foreach (var (words, shift) in new[] { ("behind", 1), ("before", -1) })
            {
                yield return wrong.Try("weights.other-chunk", $"{which} are those of the chunk {words} its own.", piece =>
                    wrong.OfAnotherChunk(piece, shift) is { } other && other.Layers.Count > at ? piece.Layers[at].With(other.Layers[at].Own) : null);
            }

            foreach (var (label, other) in others)
            {
                yield return wrong.Try("weights.of-another", $"{which} are those of {label}.", piece =>
                    ReferenceEquals(piece.Layers[at].Own, other) ? null : piece.Layers[at].With(other));
            }

            foreach (var (label, weight, bias) in Updates())
            {
                yield return wrong.Try("weights.moved-by-another", $"{which} are moved by the update of {label} as well.", piece =>
                    weight.TryGetValue(piece.Sequence, out var moved) && bias.TryGetValue(piece.Sequence, out var shifted) && piece.Layers[at].Own is var own
                        && own.Weight.RowCount == moved.RowCount && own.Weight.ColumnCount == moved.ColumnCount
                        ? piece.Layers[at].With(new LinearParameters(own.Weight + moved, own.Bias + shifted.Row(0)))
                        : null);
            }

            // Of a layer that runs in chunks each chunk reads the same chunk of another.
            foreach (var name in wrong.Walk.Where(step => step.Part is not null && step.Sequence == 0).Select(step => step.Name).Distinct())
            {
                var chunks = wrong.Walk.Concat(wrong.Before.Select(item => item.Step)).Where(step => step.Name == name && step is { Part: not null, Input.Linear: not null })
                    .DistinctBy(step => step.Part).ToDictionary(step => step.Part!.Value, step => step.Input!.Linear!);
                yield return wrong.Try("weights.of-another", $"{which} are those of {name}.", piece =>
                    piece.Part is { } part && chunks.TryGetValue(part, out var other) && !ReferenceEquals(piece.Layers[at].Own, other) ? piece.Layers[at].With(other) : null);
            }
        }
    }

    /// <summary>What the descents before the step have added to each linear layer, by sequence.</summary>
    private IEnumerable<(string Label, Dictionary<int, Matrix<double>> Weight, Dictionary<int, Matrix<double>> Bias)> Updates()
    {
        foreach (var name in wrong.Before.Where(item => item.Step is { Before: not null, Part: null, IsVector: false }).Select(item => item.Step.Name).Distinct())
        {
            var label = name[..name.LastIndexOf('.')];
            yield return (label, Moved(name), Moved($"{label}.bias"));
        }

        Dictionary<int, Matrix<double>> Moved(string name) => wrong.Before.Where(item => item.Step.Name == name).ToDictionary(item => item.Step.Sequence, item => item.Value - item.Step.Before!);
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
    private Explanation? Transposed() => wrong.Pieces.Any(piece => piece.Before is null || piece.Value.RowCount != piece.Value.ColumnCount)
        ? null
        : wrong.Try("residual.transposed", "The update is transposed.", piece => piece.Before! + (piece.Value - piece.Before!).Transpose());
}
