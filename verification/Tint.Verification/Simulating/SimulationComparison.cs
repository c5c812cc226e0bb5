using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Verification.Coordinates;
using Tint.Verification.Engines;
using Tint.Verification.Judging;

namespace Tint.Verification.Simulating;

/// <summary>
/// Compares what an engine computed with the simulated gradient on the same inputs: every signal, memory slot, updated weight and result that
/// both define, within the running rounding bound that the engine gave. The file's expectations play no part.
/// </summary>
internal static class SimulationComparison
{
    /// <summary>The judgements; a part whose tensor the engine did not compute is left out.</summary>
    public static IReadOnlyList<TensorJudgement> Compare(
        IReadOnlyList<SimulatedRegion> regions,
        string engine,
        string simulation,
        IReadOnlyDictionary<string, ComputedTensor> answers,
        CaseGeometry geometry) =>
    [
        .. regions
            .Where(region => answers.TryGetValue(region.Tensor, out var answer) && answer.Bound is not null)
            .Select(region => Judge(region, $"{engine} against {simulation}", answers[region.Tensor], geometry)),
    ];

    /// <summary>A part of a computed tensor, for every sequence.</summary>
    public static IReadOnlyList<Matrix<double>> Cut(SimulatedRegion region, Tensor tensor)
    {
        if (tensor.Shape.Count == 1)
        {
            return [tensor.ToVector().ToRowMatrix()];
        }

        return [.. region.Values.Select((values, b) => tensor.Slice(b).ToMatrix()
            .SubMatrix(region.Row, values.RowCount, region.Column, values.ColumnCount))];
    }

    private static TensorJudgement Judge(SimulatedRegion region, string sides, ComputedTensor answer, CaseGeometry geometry)
    {
        var name = region.Name.Length == 0 ? region.Tensor : $"{region.Tensor} ({region.Name})";
        var computed = new ComputedTensor(Tensor.Stack(Cut(region, answer.Value)), Tensor.Stack(Cut(region, answer.Bound!)));
        var judgement = TensorJudge.Judge(name, sides, Tensor.Stack(region.Values), computed, ceiling: null);
        return judgement.First is { } first
            ? judgement with { FirstPlace = Place.Of(geometry, region.Tensor, answer.Value.Shape, Shifted(region, answer.Value, first.Index)) }
            : judgement;
    }

    private static int[] Shifted(SimulatedRegion region, Tensor tensor, IReadOnlyList<int> index) => tensor.Shape.Count == 1
        ? [index[2]]
        : [index[0], region.Row + index[1], region.Column + index[2]];
}
