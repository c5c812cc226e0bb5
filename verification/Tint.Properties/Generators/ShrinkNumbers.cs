using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;

namespace Tint.Properties.Generators;

/// <summary>Shorter numbers in a case's tensors: all zero, or rounded to few digits.</summary>
internal static class ShrinkNumbers
{
    // Finer grids first would take many rounds to reach what a coarser one gives at once.
    private static readonly double[] Grids = [1, 4, 64];

    public static IEnumerable<LawCase> Of(LawCase item)
    {
        foreach (var simpler in Signals(item))
        {
            yield return simpler;
        }

        foreach (var grid in Grids)
        {
            if (Tensor(item.Weights, _ => true, Rounded(grid)) is { } rounded)
            {
                yield return item with { Weights = rounded };
            }
        }

        foreach (var name in AuxiliaryWeightsAlgebra.Blocks(item.Weights).Select(block => block.Name))
        {
            if (Tensor(item.Weights, other => other == name, _ => 0) is { } zeroed)
            {
                yield return item with { Weights = zeroed };
            }

            if (Tensor(item.Weights, other => other == name, Rounded(Grids[0])) is { } whole)
            {
                yield return item with { Weights = whole };
            }
        }
    }

    private static IEnumerable<LawCase> Signals(LawCase item)
    {
        Func<double, double>[] maps = [_ => 0, Rounded(Grids[0]), Rounded(Grids[1])];
        foreach (var map in maps)
        {
            if (Changed(item.Signal, map) is { } signal)
            {
                yield return item with { Signal = signal };
            }

            if (Changed(item.Gradient, map) is { } gradient)
            {
                yield return item with { Gradient = gradient };
            }

            for (var slot = 0; slot < item.Memory.Count; slot++)
            {
                if (Changed(item.Memory[slot], map) is { } memory)
                {
                    yield return item with { Memory = [.. item.Memory.Select((kept, i) => i == slot ? memory : kept)] };
                }
            }
        }
    }

    private static Func<double, double> Rounded(double grid) => value => Math.Round(value * grid) / grid;

    private static Matrix<double>? Changed(Matrix<double> matrix, Func<double, double> map) =>
        matrix.Exists(value => map(value) != value) ? matrix.Map(map, Zeros.Include) : null;

    private static AuxiliaryWeights? Tensor(AuxiliaryWeights weights, Func<string, bool> chosen, Func<double, double> map)
    {
        var changed = false;
        var result = AuxiliaryWeightsAlgebra.Replace(weights, block =>
        {
            if (!chosen(block.Name))
            {
                return null;
            }

            var mapped = Array.ConvertAll(block.Values.ToArray(), value => map(value));
            changed |= !mapped.AsSpan().SequenceEqual(block.Values.Span);
            return mapped;
        });
        return changed ? result : null;
    }
}
