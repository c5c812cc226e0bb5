namespace Tint.Reference.Tests.DenseEvaluation;

/// <summary>The modules that are one linear attention behind a gate, from their dense weights.</summary>
internal static class DenseLinear
{
    public static double[,] Forward(DenseLayers layers, double[,] states, int? memory, string prefix = "")
    {
        var output = DenseAttention.Linear(layers, $"{prefix}attnt_module", states, Mask(layers), OfPrefixes(layers));
        output = layers.Mix($"{prefix}bias_add_conv", layers.PerHead($"{prefix}permutation_conv", output));
        if (memory is { } slot)
        {
            AddSlot(layers, output, slot, states, 0);
        }

        return layers.Gate($"{prefix}gates", states, output);
    }

    /// <param name="layers">The layers.</param>
    /// <param name="states">[K + T × D_sim].</param>
    /// <param name="memory">The first slot that is carried on; null carries nothing.</param>
    /// <param name="prefix">What stands before the names of the weights.</param>
    public static double[,] Backward(DenseLayers layers, double[,] states, int? memory, string prefix = "")
    {
        var output = DenseAttention.Linear(layers, $"{prefix}attnt_module", states, Mask(layers), OfPrefixes(layers));
        for (var slot = memory ?? int.MaxValue; slot <= layers.Configuration.RowsPerPrefix; slot++)
        {
            AddSlot(layers, output, slot, states, slot);
        }

        return layers.Gate($"{prefix}gates", states, output);
    }

    /// <summary>Scores count where clip(lower triangle + ones on prefix × prefix + m on token columns, 0, 1) is 1, but not among prefixes.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="states">[K + T × D_sim].</param>
    /// <param name="trainMask">m, [T].</param>
    /// <param name="prefix">What stands before the names of the weights.</param>
    /// <param name="diagonalOnly">Whether only row i, column i of the weights is updated, row i = j·n + r being slot r of prefix j.</param>
    public static double[,] Descent(
        DenseLayers layers, double[,] states, IReadOnlyList<double> trainMask, string prefix = "", bool diagonalOnly = false)
    {
        var (prefixes, width, rows) =
            (layers.Configuration.PrefixCount, layers.Configuration.Auxiliary.HiddenSize, layers.Configuration.RowsPerPrefix);
        var output = DenseAttention.Linear(layers, $"{prefix}attnt_module", states, (i, j) =>
            i < prefixes && j < prefixes ? 0 : TrainingMask(prefixes, trainMask, i, j), (layers.Configuration.Auxiliary.MaximumPositions, (i, j) => i < prefixes && j >= prefixes));
        var update = Grid.Like(output, (row, c) =>
            diagonalOnly && row < prefixes && c / width < rows && c % width != (row * rows) + (c / width) ? 0 : output[row, c]);
        return layers.Gate($"{prefix}gates", states, update);
    }

    /// <summary>clip(lower triangle + ones on prefix × prefix + m on token columns, 0, 1).</summary>
    public static double TrainingMask(int prefixes, IReadOnlyList<double> trainMask, int i, int j) => Math.Min(
        1, (j <= i ? 1 : 0) + (i < prefixes && j < prefixes ? 1 : 0) + (j >= prefixes ? trainMask[j - prefixes] : 0));

    /// <summary>Adds a slot of the tokens of <paramref name="source"/> to one of <paramref name="target"/>.</summary>
    public static void AddSlot(DenseLayers layers, double[,] target, int slot, double[,] source, int sourceSlot)
    {
        var width = layers.Configuration.Auxiliary.HiddenSize;
        for (var row = layers.Configuration.PrefixCount; row < target.GetLength(0); row++)
        {
            for (var c = 0; c < width; c++)
            {
                target[row, (slot * width) + c] = layers.Format.Add(target[row, (slot * width) + c], source[row, (sourceSlot * width) + c]);
            }
        }
    }

    private static (int Pairs, Func<int, int, bool> Has) OfPrefixes(DenseLayers layers) =>
        (layers.Configuration.PrefixCount, (i, j) => i >= layers.Configuration.PrefixCount && j < layers.Configuration.PrefixCount);

    private static Func<int, int, double> Mask(DenseLayers layers)
    {
        var (restricted, prefixes) = (layers.Configuration.RestrictPrefixes, layers.Configuration.PrefixCount);
        return (i, j) => restricted ? (i >= prefixes && j < prefixes ? 1 : 0) : j <= i ? 1 : 0;
    }
}
