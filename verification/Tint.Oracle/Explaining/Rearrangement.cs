using MathNet.Numerics.LinearAlgebra;
using Tint.Oracle.Tracing;

namespace Tint.Oracle.Explaining;

/// <summary>Asks of a wrong step whether each of its coordinates is another one of the right result, or of what some layer of the model makes of the same input.</summary>
/// <param name="wrong">The wrong step.</param>
internal sealed class Rearrangement(WrongStep wrong)
{
    // As many stretches as a sentence bears.
    private const int MostListed = 8;

    /// <summary>Each coordinate is some coordinate of some layer of the model at the same input, or of the right result.</summary>
    public Explanation? Find()
    {
        var isLinear = wrong.Pieces.All(piece => piece.Layers.Count == 1 && piece.Reads.Count == 1 && piece.Module is "LinearForward" or "AttentionForward");
        if (wrong.Pieces.Any(piece => piece.IsVector || piece.Before is not null))
        {
            return null;
        }

        // What a coordinate may be, of all wrong.Pieces of the first one's column.
        TraceStep[] row = [.. wrong.Pieces.Where(piece => piece.Row == 0)];
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
            foreach (var (label, other) in wrong.Parameters())
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
                var yours = Column(piece => wrong.Yours(piece).Column(at), offset);
                chosen[offset + d] = sources.MinBy(source => (source.Column - yours).InfinityNorm());
            }
        }

        var words = Runs([.. chosen.OrderBy(item => item.Key).Select(item => (item.Value.Name, item.Value.Index))]);
        return wrong.Fitted("rows.rearranged", $"Its coordinates are, in order, {words}.", piece => Matrix<double>.Build.Dense(piece.Value.RowCount, piece.Value.ColumnCount, (t, d) =>
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

        return $"{string.Join(", ", runs.Take(MostListed).Select(run => $"{run.Name} {run.First}{(run.Last > run.First ? $" to {run.Last}" : string.Empty)}"))}{(runs.Count > MostListed ? " and on" : string.Empty)}";
    }
}
