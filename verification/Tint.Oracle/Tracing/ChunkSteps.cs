using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Laws;

namespace Tint.Oracle.Tracing;

/// <summary>What the chunks of an MLP add up to.</summary>
internal static class ChunkSteps
{
    /// <summary>The sum, bounded as such.</summary>
    /// <param name="chunks">The summands, in order.</param>
    public static TraceStep Sum(IReadOnlyList<TraceStep> chunks)
    {
        var (first, last) = (chunks[0], chunks[^1]);
        var sum = Total(chunks, static chunk => chunk.Value);
        return new TraceStep
        {
            Name = first.Name,
            Module = first.Module,
            Sequence = first.Sequence,
            Value = sum,
            Again = (tint, other) => Total(chunks, chunk => chunk.Again!(tint, other)),
            Parts = StepParts.Chunks(chunks),
            Bound = (bounded, unit) =>
            {
                var parts = chunks.Select(chunk => chunk.Bound(bounded, unit)).ToArray();
                var magnitude = parts.Select(static part => part.Value.PointwiseAbs()).Aggregate(static (total, part) => total + part);
                var bound = parts.Select(static part => part.Bound).Aggregate(static (total, part) => total + part);
                return new Bounded(sum, bound + (chunks.Count * unit * magnitude));
            },
            Mistakes =
            [
                ("block.chunk-missing", "The last chunk of the MLP is left out.", () => sum - last.Value),
                ("block.first-chunk-alone", "Only the first chunk of the MLP counts.", () => first.Value),
                ("block.last-chunk-alone", "Only the last chunk of the MLP counts.", () => last.Value),
                ("block.chunks-reversed", "The chunks' signals meet the weights of the chunks in reverse order.", () => Exchanged(chunk => chunks.Count - 1 - chunk)),
                ("block.chunks-shifted", "Each chunk's signal meets the weights of the chunk behind it.", () => Exchanged(chunk => (chunk + 1) % chunks.Count)),
                ("block.chunks-shifted", "Each chunk's signal meets the weights of the chunk before it.", () => Exchanged(chunk => (chunk + chunks.Count - 1) % chunks.Count)),
                .. chunks.SelectMany(static chunk => chunk.Mistakes).GroupBy(static mistake => mistake.Name).Where(group => group.Count() == chunks.Count).Select(static group => (
                    group.Key, group.First().Sentence, (Func<Matrix<double>>)(() => group.Select(static mistake => mistake.Value()).Aggregate(static (total, part) => total + part)))),
            ],
        };

        Matrix<double> Exchanged(Func<int, int> other) =>
            chunks.Select((chunk, at) => chunk.Layers[0].With(chunks[other(at)].Layers[0].Own)).Aggregate(static (total, part) => total + part);
    }

    private static Matrix<double> Total(IReadOnlyList<TraceStep> chunks, Func<TraceStep, Matrix<double>> value) => chunks.Select(value).Aggregate(static (total, part) => total + part);
}
