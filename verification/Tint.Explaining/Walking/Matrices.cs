using MathNet.Numerics.LinearAlgebra;
using Tint.Explaining.Layers;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Explaining.Walking;

/// <summary>A layer's matrices as they are shown.</summary>
internal static class Matrices
{
    private static readonly string[] Parts = ["query", "key", "value"];

    /// <summary>The matrices of a layer.</summary>
    /// <param name="run">The layer at work.</param>
    /// <param name="inputs">What it read.</param>
    /// <param name="namer">By what slots are named.</param>
    /// <param name="configuration">The shape.</param>
    public static IReadOnlyList<WeightMatrix> Of(LayerRun run, IReadOnlyList<Matrix<double>> inputs, Namer namer, TintConfiguration configuration)
    {
        if (run.Map is { } map)
        {
            return
            [
                Matrix("map", configuration.Auxiliary.HiddenSize, map) with
                {
                    Slots = namer.Names(inputs[0], ofPrefixes: false),
                    Written = namer.Names(run.Output, ofPrefixes: false),
                },
            ];
        }

        if (run.Attention is not { } attention)
        {
            return [];
        }

        string Whose((int Input, bool OfPrefixes) place) => place.OfPrefixes ? "prefix" : place.Input == 0 ? "token" : "other token";
        var (size, target) = (attention.Maps.HeadSize, attention.Places[^1]);
        return
        [
            .. Parts.Select((name, part) => Matrix(name, size, attention.Maps.Projections[part]) with
            {
                Positions = Positions(attention.Maps, part, configuration),
                Whose = Whose(attention.Places[part]),
                Slots = namer.Names(inputs[attention.Places[part].Input], attention.Places[part].OfPrefixes),
            }),
            Matrix("output", size, attention.Maps.Output) with { Whose = Whose(target), Slots = namer.Names(run.Output, target.OfPrefixes) },
        ];
    }

    /// <summary>What each head reads; heads that give nothing are left out.</summary>
    public static IReadOnlyList<HeadReading> Heads(AttentionMaps maps, TintConfiguration configuration)
    {
        var text = new CoordinateText(configuration.Auxiliary.HiddenSize);
        var targets = maps.Output.Transpose();
        string Part(int part, int head) => string.Join(" + ", new[] { text.Read(Columns(maps.Projections[part], maps.HeadSize, head)), Position(maps, part, head, configuration) }
            .Where(static words => !string.IsNullOrEmpty(words)));
        return
        [
            .. Enumerable.Range(0, maps.HeadCount)
                .Select(head => new HeadReading(head, Part(0, head), Part(1, head), Part(2, head), text.Written(Columns(targets, maps.HeadSize, head))))
                .Where(static head => head.Query.Length > 0 && head.Key.Length > 0 && head.Value.Length > 0 && head.Output.Length > 0),
        ];
    }

    private static IReadOnlyList<IReadOnlyList<CoordinateMap.Term>> Columns(CoordinateMap map, int headSize, int head) =>
        [.. Enumerable.Range(head * headSize, headSize).Select(coordinate => map[coordinate])];

    private static WeightMatrix Matrix(string name, int headSize, CoordinateMap map) => new(
        name,
        headSize,
        [.. Enumerable.Range(0, map.Size).SelectMany(to => map[to].Select(term => new WeightEntry(to, term.Source, term.Coefficient)))],
        new Dictionary<int, string>());

    private static Dictionary<int, string> Positions(AttentionMaps maps, int part, TintConfiguration configuration) =>
        Enumerable.Range(0, maps.HeadCount).Where(head => Position(maps, part, head, configuration) is not null).ToDictionary(head => head, head => Position(maps, part, head, configuration)!);

    private static string? Position(AttentionMaps maps, int part, int head, TintConfiguration configuration) =>
        CoordinateText.Positions(maps, part, head, configuration.Auxiliary.MaximumPositions, configuration.PrefixCount);
}
