using Tint.Reference.Configuration;

namespace Tint.Reference.Tests.DenseEvaluation;

/// <summary>Attention layers from dense weights, with their full masks over all K + T positions.</summary>
internal static class DenseAttention
{
    /// <summary>A position that may not be attended to has its score set to this or this added to it, as implementations do.</summary>
    private const double Never = double.MinValue;

    /// <summary>
    /// out_i = Σ_j mask_ij ⟨q_i, k_j⟩ v_j in each head, then the output mixing; where softmax stands for it, the softmax of mask_ij ⟨q_i, k_j⟩/M over positions, twins and empty places.
    /// </summary>
    /// <param name="layers">The layers.</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="states">[K + T × D_sim].</param>
    /// <param name="mask">What a score is multiplied by.</param>
    /// <param name="places">Where a position asks, read with softmax alone: how many pairs there are in all, and whether a position is in one.</param>
    public static double[,] Linear(
        DenseLayers layers, string name, double[,] states, Func<int, int, double> mask, (int Pairs, Func<int, int, bool> Has)? places = null)
    {
        if (layers.Configuration.UseSoftmax)
        {
            return Twins(layers, name, states, mask, places!.Value);
        }

        var (q, k, v) = (layers.Project(name, 0, states), layers.Project(name, 1, states), layers.Project(name, 2, states));
        return Output(layers, name, v, head => Scores(layers, name, head, q, k), mask);
    }

    /// <summary>
    /// out_i = Σ_j a_ij v_j with a = softmax(scale·QKᵀ) over the earlier tokens; or, with <paramref name="transposedMask"/>, out_i = Σ_j
    /// mask_ij a_ji v_j.
    /// </summary>
    /// <param name="layers">The layers.</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="states">[K + T × D_sim].</param>
    /// <param name="attends">Which token may attend to which earlier one, by their places among tokens.</param>
    /// <param name="transposedMask">The mask on transposed scores; null leaves the scores as they are.</param>
    /// <param name="form">What the attention is; null for the published one.</param>
    /// <param name="others">The positions that answer, [K + S × D_sim], all tokens of which are seen; null where they are the same.</param>
    public static double[,] Softmax(
        DenseLayers layers,
        string name,
        double[,] states,
        Func<int, int, bool> attends,
        Func<int, int, double>? transposedMask = null,
        AttentionForm? form = null,
        double[,]? others = null)
    {
        form ??= AttentionForm.Published;
        var (format, auxiliary, prefixes) = (layers.Format, layers.Configuration.Auxiliary, layers.Configuration.PrefixCount);
        var (q, k) = (layers.Project(name, 0, states), layers.Project(name, 1, others ?? states));
        var v = layers.Project(name, 2, transposedMask is null ? others ?? states : states);
        (q, k) = (Turned(layers, form, q), Turned(layers, form, k));
        var isCausal = others is null && form.IsCausal;
        var scale = format.Round(form.ScoreScale ?? (1 / Math.Sqrt((double)auxiliary.HiddenSize / auxiliary.HeadCount)));
        double[,] Weights(int head)
        {
            var scores = Scores(layers, name, head, q, k);
            var masked = Grid.Like(scores, (i, j) =>
            {
                // Future positions are overwritten; prefixes and excluded tokens have the most negative number added.
                var score = j > i && isCausal ? Never : format.Times(scale, scores[i, j]);
                score = form.Relative is { } relative && i >= prefixes && j >= prefixes && head < auxiliary.HeadCount && score != Never
                    ? format.Add(score, format.Round(relative.Table[relative.Buckets.Of(i - prefixes, j - prefixes), head]))
                    : score;
                var excluded = j < prefixes || (i >= prefixes && (j <= i || !isCausal) && !attends(i - prefixes, j - prefixes));
                return excluded ? Math.Max(score + Never, Never) : score;
            });
            return NormalisedRows(format, masked);
        }

        return transposedMask is null
            ? Output(layers, name, v, Weights, static (_, _) => 1)
            : Output(layers, name, v, head => Transposed(Weights(head)), transposedMask);
    }

    /// <summary>One softmax over every position that has a place, its twin, which holds the negative of its state, and twice as many zeros as places are left.</summary>
    private static double[,] Twins(
        DenseLayers layers, string name, double[,] states, Func<int, int, double> mask, (int Pairs, Func<int, int, bool> Has) places)
    {
        var (format, rows) = (layers.Format, states.GetLength(0));
        var mirrored = Grid.Like(states, (row, c) => -states[row, c]);
        double[,] Both(int part)
        {
            var (own, twins) = (layers.Project(name, part, states), layers.Project(name, part, mirrored, atTwins: true));
            return Grid.Of(2 * rows, own.GetLength(1), (row, c) => row < rows ? own[row, c] : twins[row - rows, c]);
        }

        var (q, k, v) = (layers.Project(name, 0, states), Both(1), Both(2));
        var scale = format.Round(1 / layers.Configuration.TwinScale);
        return Output(layers, name, v, Weights, static (_, _) => 1);

        double[,] Weights(int head)
        {
            var scores = Scores(layers, name, head, q, k);
            var weights = new double[rows, 2 * rows];
            for (var i = 0; i < rows; i++)
            {
                int[] seen = [.. Enumerable.Range(0, 2 * rows).Where(j => places.Has(i, j % rows))];
                if (seen.Length == 0)
                {
                    continue;
                }

                var row = new double[1, 2 * places.Pairs];
                foreach (var (index, j) in seen.Index())
                {
                    row[0, index] = format.Times(scale, format.Times(mask(i, j % rows), scores[i, j]));
                }

                row = NormalisedRows(format, row);
                foreach (var (index, j) in seen.Index())
                {
                    weights[i, j] = row[0, index];
                }
            }

            return weights;
        }
    }

    /// <summary>The first coordinates of every head turned by the token's angles; prefixes stay.</summary>
    private static double[,] Turned(DenseLayers layers, AttentionForm form, double[,] rows)
    {
        if (form.Rotation is not { } rotation)
        {
            return rows;
        }

        var (format, prefixes, size) = (layers.Format, layers.Configuration.PrefixCount, layers.Configuration.HeadSize);
        var turned = (double[,])rows.Clone();
        for (var row = prefixes; row < rows.GetLength(0); row++)
        {
            for (var pair = 0; pair < rotation.Dimensions / 2; pair++)
            {
                var angle = (row - prefixes) * Math.Pow(rotation.Base, -2.0 * pair / rotation.Dimensions) / rotation.PositionDivisor;
                var (cos, sin) = (format.Round(Math.Cos(angle)), format.Round(Math.Sin(angle)));
                var (first, second) = rotation.IsInterleaved ? (2 * pair, (2 * pair) + 1) : (pair, pair + (rotation.Dimensions / 2));
                for (var head = 0; head < layers.Configuration.HeadCount; head++)
                {
                    var (a, b) = (rows[row, (head * size) + first], rows[row, (head * size) + second]);
                    turned[row, (head * size) + first] = format.Subtract(format.Times(a, cos), format.Times(b, sin));
                    turned[row, (head * size) + second] = format.Add(format.Times(a, sin), format.Times(b, cos));
                }
            }
        }

        return turned;
    }

    private static double[,] Scores(DenseLayers layers, string name, int head, double[,] q, double[,] k)
    {
        var (format, size) = (layers.Format, q.GetLength(1) / layers.HeadCount(name));
        return Grid.Of(q.GetLength(0), k.GetLength(0), (i, j) => format.Sum(
            Enumerable.Range(head * size, size).Select(c => format.Times(q[i, c], k[j, c]))));
    }

    private static double[,] Output(
        DenseLayers layers, string name, double[,] v, Func<int, double[,]> weights, Func<int, int, double> mask)
    {
        var (format, rows, size) = (layers.Format, v.GetLength(0), v.GetLength(1) / layers.HeadCount(name));
        double[][,] heads = [.. Enumerable.Range(0, layers.HeadCount(name)).Select(weights)];
        var attended = Grid.Of(heads[0].GetLength(0), v.GetLength(1), (i, c) => format.Sum(
            Enumerable.Range(0, rows).Select(j => format.Times(format.Times(mask(i, j), heads[c / size][i, j]), v[j, c]))));
        return layers.Mix($"{name}.c_proj", attended);
    }

    private static double[,] NormalisedRows(FloatFormat format, double[,] scores)
    {
        var (rows, columns) = (scores.GetLength(0), scores.GetLength(1));
        var weights = new double[rows, columns];
        for (var i = 0; i < rows; i++)
        {
            var largest = Enumerable.Range(0, columns).Max(j => scores[i, j]);
            double[] powers = [.. Enumerable.Range(0, columns).Select(j => format.Exp(format.Subtract(scores[i, j], largest)))];
            var sum = format.Sum(powers);
            for (var j = 0; j < columns; j++)
            {
                weights[i, j] = format.Divide(powers[j], sum);
            }
        }

        return weights;
    }

    private static double[,] Transposed(double[,] grid) => Grid.Of(grid.GetLength(1), grid.GetLength(0), (i, j) => grid[j, i]);
}
