using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Materialised;
using Tint.Reference.Primitives;

namespace Tint.Explaining.Layers;

/// <summary>
/// Runs a module's layers one by one over dense states, from nothing but the weight tensors that it writes out and the words for its layers. It shares no evaluation with the
/// construction, which skips zeros and groups heads.
/// </summary>
/// <param name="configuration">The shape.</param>
/// <param name="form">What attention is.</param>
/// <param name="weights">The weights.</param>
/// <param name="trainMask">m, [T].</param>
internal sealed class LayerReader(TintConfiguration configuration, AttentionForm form, WeightTable weights, IReadOnlyList<double> trainMask)
{
    private int Prefixes => configuration.PrefixCount;

    /// <summary>Runs a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">What it reads, [K + T × D_sim] each.</param>
    public LayerRun Run(TransformerLayer layer, IReadOnlyList<Matrix<double>> inputs)
    {
        var x = inputs[0];
        return layer.Kind switch
        {
            "attention" => Attention(layer, x, inputs.Count > 1 ? inputs[1] : null),
            "mix_heads" => Mapped(weights.Mixing(layer.Weights[0]), x),
            "map_heads" => Mapped(weights.Inside(layer.Weights[0]), x),
            "normalise" => new(Normalised(x, Whole(layer, "columns"), Number(layer, "weight"), Number(layer, "epsilon"))),
            "gate_features" => new(Filled(x, (row, column) => column < Whole(layer, "columns")
                ? (Number(layer, "weight") * inputs[1][row, column]) + ((1 - Number(layer, "weight")) * x[row, column])
                : x[row, column])),
            "gate_positions" => Gated(layer, x, inputs[1]),
            "activate" => new(ExactActivation.Forward(configuration.Auxiliary.Activation, x)),
            "add" => new(x + inputs[1]),
            "subtract" => new(x - inputs[1]),
            "carry_tokens" => new(Carried(layer, x, inputs[1])),
            "join" => new(Filled(inputs[1], (row, column) => row < Prefixes ? x[row, column] : inputs[1][row, column])),
            "empty_tokens" => new(Filled(x, (row, column) => row < Prefixes ? x[row, column] : 0)),
            "keep_diagonal" => new(Filled(x, (row, column) => KeepsDiagonal(layer, row, column) ? x[row, column] : 0)),
            _ => throw new InvalidOperationException($"no layer is called {layer.Kind}"),
        };
    }

    /// <summary>A setting of a layer.</summary>
    public static object? Setting(TransformerLayer layer, string name) => layer.Settings.FirstOrDefault(setting => setting.Key == name).Value;

    /// <summary>The complaint about a mask that has no meaning here.</summary>
    public static InvalidOperationException Unknown(object? mask) => new($"no mask is called {mask}");

    private static int Whole(TransformerLayer layer, string name) => (int)Setting(layer, name)!;

    private static double Number(TransformerLayer layer, string name) => (double)Setting(layer, name)!;

    private static Matrix<double> Filled(Matrix<double> like, Func<int, int, double> entry) =>
        Matrix<double>.Build.Dense(like.RowCount, like.ColumnCount, entry);

    private static LayerRun Mapped(CoordinateMap map, Matrix<double> x) => new(Map(map, x)) { Map = map };

    private static Matrix<double> Map(CoordinateMap map, Matrix<double> x) =>
        Matrix<double>.Build.Dense(x.RowCount, map.Size, (row, column) => map[column].Sum(term => term.Coefficient * x[row, term.Source]));

    private static Matrix<double> Normalised(Matrix<double> x, int columns, double weight, double epsilon)
    {
        var first = x.SubMatrix(0, x.RowCount, 0, columns);
        var mean = first.RowSums() / columns;
        return Filled(x, (row, column) => (x[row, column] - mean[row])
            / Math.Sqrt(epsilon + (weight * first.Row(row).Subtract(mean[row]).PointwisePower(2).Sum() / columns)));
    }

    private LayerRun Gated(TransformerLayer layer, Matrix<double> old, Matrix<double> @new)
    {
        double Factor(string part, bool isPrefix)
        {
            var (table, bias) = (weights[$"{layer.Weights[0]}.{part}.weight"], weights[$"{layer.Weights[0]}.{part}.bias"]);
            return Math.Tanh(table.Values[isPrefix ? configuration.Auxiliary.MaximumPositions : 0] + bias.Values[0]);
        }

        var gate = (Factor("old_v", true), Factor("new_v", true), Factor("old_v", false), Factor("new_v", false));
        return new(Filled(old, (row, column) => row < Prefixes
            ? (gate.Item1 * old[row, column]) + (gate.Item2 * @new[row, column])
            : (gate.Item3 * old[row, column]) + (gate.Item4 * @new[row, column])))
        { Gate = gate };
    }

    private Matrix<double> Carried(TransformerLayer layer, Matrix<double> x, Matrix<double> y)
    {
        var (from, to, columns) = (Whole(layer, "from"), Whole(layer, "to"), Whole(layer, "columns"));
        return Filled(x, (row, column) => row >= Prefixes && column >= to && column < to + columns ? y[row, column - to + from] : x[row, column]);
    }

    private static bool KeepsDiagonal(TransformerLayer layer, int row, int column)
    {
        var (rows, width) = (Whole(layer, "rows_per_prefix"), Whole(layer, "width"));
        var slot = column / width;
        return slot == rows || column % width == (row * rows) + slot;
    }

    private LayerRun Attention(TransformerLayer layer, Matrix<double> x, Matrix<double>? others)
    {
        var maps = AttentionMaps.Of(weights, layer.Weights[0], Whole(layer, "heads"));
        var run = (bool)Setting(layer, "softmax")! ? Softmax(layer, maps, x, others ?? x) : Linear(layer, maps, x);
        var received = Matrix<double>.Build.Dense(run.Receiving.Count, run.Value.ColumnCount, (row, column) =>
            Enumerable.Range(0, run.Giving.Count).Sum(giver => run.Weights[column / maps.HeadSize][row, giver] * run.Value[giver, column]));
        received = run.IsSoftmax && Turns(layer) ? Turned(maps, received, back: true) : received;
        var result = Filled((bool)Setting(layer, "softmax")! && others is not null && !run.Asking ? others : x, static (_, _) => 0);
        var mixed = Map(maps.Output, received);
        result.SetSubMatrix(run.IsSoftmax ? Prefixes : 0, 0, mixed);
        return new(result) { Attention = run };
    }

    /// <summary>A projection of every row, its position part included.</summary>
    private Matrix<double> Projected(AttentionMaps maps, int part, Matrix<double> states, bool ofTwins = false)
    {
        // Rows of twins lie behind those of all positions.
        var behind = ofTwins ? configuration.Auxiliary.MaximumPositions + Prefixes : 0;
        var signal = Map(maps.Projections[part], states);
        return Filled(signal, (row, column) => signal[row, column]
            + maps.PositionPart(part, column / maps.HeadSize, behind + Position(row))[column % maps.HeadSize]);
    }

    private int Position(int row) => row < Prefixes ? configuration.Auxiliary.MaximumPositions + row : row - Prefixes;

    private AttentionRun Linear(TransformerLayer layer, AttentionMaps maps, Matrix<double> x)
    {
        var (query, key, value) = (Projected(maps, 0, x), Projected(maps, 1, x), Projected(maps, 2, x));
        var mask = (string)Setting(layer, "mask")!;
        bool Sees(int row, int other) => mask switch
        {
            "tokens_to_prefixes" => row >= Prefixes && other < Prefixes,
            "causal" => other <= row,
            "prefixes_to_trained_tokens" => row < Prefixes && other >= Prefixes && trainMask[other - Prefixes] == 1,
            "tokens_to_themselves" => row >= Prefixes && other == row,
            _ => throw Unknown(mask),
        };
        string[] rows = [.. Names("prefix", Prefixes), .. Names("token", x.RowCount - Prefixes)];
        var run = new AttentionRun(maps, query, key, value, Scores(maps, query, key, 1, Sees), rows, rows, Asking: true, IsSoftmax: false)
        {
            Places = mask switch
            {
                "prefixes_to_trained_tokens" => [(0, true), (0, false), (0, false), (0, true)],
                "tokens_to_themselves" => [(0, false), (0, false), (0, false), (0, false)],
                "tokens_to_prefixes" or "causal" => [(0, false), (0, true), (0, true), (0, false)],
                _ => throw Unknown(mask),
            },
        };
        return configuration.UseSoftmax ? OverTwins(run, x, mask, Sees) : run;
    }

    /// <summary>
    /// One softmax over positions and twins, of scores divided by M: the twin of a position holds the negative of its state and offers what the weights make of that. What a mask
    /// hides scores 0 and keeps its place.
    /// </summary>
    private AttentionRun OverTwins(AttentionRun run, Matrix<double> x, string mask, Func<int, int, bool> sees)
    {
        var (maps, scale, count) = (run.Maps, configuration.TwinScale, x.RowCount);
        var (key, value) = (Projected(maps, 1, -x, ofTwins: true), Projected(maps, 2, -x, ofTwins: true));
        var (mirrored, empty) = (Scores(maps, run.Query, key, 1, sees), mask == "prefixes_to_trained_tokens" ? configuration.Auxiliary.MaximumPositions + Prefixes - count : 0);
        bool HasPlace(int row, int other) => mask switch
        {
            "tokens_to_prefixes" => row >= Prefixes && other < Prefixes,
            "prefixes_to_trained_tokens" => row < Prefixes && other >= Prefixes,
            "tokens_to_themselves" => row >= Prefixes && other == row,
            _ => throw Unknown(mask),
        };
        return run with
        {
            Key = run.Key.Stack(key),
            Value = run.Value.Stack(value),
            Giving = [.. run.Giving, .. run.Giving.Select(static name => $"the twin of {name}")],
            Weights = [.. run.Weights.Zip(mirrored, (own, twin) => Shares(own.Append(twin) / scale, (row, other) => HasPlace(row, other % count), 2 * empty))],
            Scores = run.Weights,
            Pairs = mask switch
            {
                "tokens_to_prefixes" => Prefixes,
                "prefixes_to_trained_tokens" => configuration.Auxiliary.MaximumPositions,
                "tokens_to_themselves" => 1,
                _ => throw Unknown(mask),
            },
        };
    }

    private AttentionRun Softmax(TransformerLayer layer, AttentionMaps maps, Matrix<double> x, Matrix<double> answering)
    {
        var back = (string)Setting(layer, "transposed")!;
        var (asks, answers) = (Names("token", x.RowCount - Prefixes), Names(ReferenceEquals(x, answering) ? "token" : "other token", answering.RowCount - Prefixes));
        Matrix<double> Tokens(Matrix<double> rows) => rows.SubMatrix(Prefixes, rows.RowCount - Prefixes, 0, rows.ColumnCount);
        var (query, key) = (Tokens(Projected(maps, 0, x)), Tokens(Projected(maps, 1, answering)));
        var value = Tokens(Projected(maps, 2, back == "no" ? answering : x));
        if (form.Rotation is { } rotation)
        {
            (query, key) = (rotation.Apply(query, maps.HeadCount), rotation.Apply(key, maps.HeadCount));
            value = Turns(layer) ? Turned(maps, value, back: false) : value;
        }

        var mask = (string)Setting(layer, "mask")!;
        bool Sees(int row, int token) => mask switch
        {
            ModuleLayers.EarlierTokens => token <= row,
            ModuleLayers.CountedTargets => token == 0 || trainMask[token] == 1,
            ModuleLayers.AllTokens => true,
            _ => throw Unknown(mask),
        };
        Matrix<double>[] scored =
        [
            .. Scores(maps, query, key, Number(layer, "scale"), static (_, _) => true)
                .Select((scores, head) => head < configuration.Auxiliary.HeadCount && form.Relative is { } relative
                    ? scores + relative.Of(head, scores.RowCount, scores.ColumnCount)
                    : scores),
        ];
        var shares = scored.Select(scores => Shares(scores, Sees));
        SoftmaxScore Scored(int head, int asker, int answering) => new(
            scored[head][asker, answering],
            [.. Enumerable.Range(0, key.RowCount).Where(token => Sees(asker, token)).Select(token => scored[head][asker, token])]);
        var other = ReferenceEquals(x, answering) ? 0 : 1;
        return back == "no"
            ? new(maps, query, key, value, [.. shares], asks, answers, Asking: true, IsSoftmax: true)
            {
                Places = [(0, false), (other, false), (other, false), (0, false)],
                Scored = Scored,
            }
            : new(maps, query, key, value, [.. shares.Select(share => Back(share, back))], answers, asks, Asking: false, IsSoftmax: true)
            {
                Places = [(0, false), (other, false), (0, false), (other, false)],
                Scored = Scored,
            };
    }

    /// <summary>Token i receives from token j what j gave to i, if i ≥ j or m_j = 1, or in any case.</summary>
    private Matrix<double> Back(Matrix<double> share, string back) => Matrix<double>.Build.Dense(
        share.ColumnCount, share.RowCount, (i, j) => back == ModuleLayers.PastAll || i >= j || trainMask[j] == 1 ? share[j, i] : 0);

    /// <summary>The softmax of each row over what it sees and so many scores of 0 more; nothing where it sees nothing.</summary>
    private static Matrix<double> Shares(Matrix<double> scores, Func<int, int, bool> sees, int zeros = 0)
    {
        var shares = Filled(scores, static (_, _) => 0);
        for (var row = 0; row < scores.RowCount; row++)
        {
            int[] seen = [.. Enumerable.Range(0, scores.ColumnCount).Where(column => sees(row, column))];
            if (seen.Length > 0)
            {
                var largest = Math.Max(seen.Max(column => scores[row, column]), zeros > 0 ? 0 : double.NegativeInfinity);
                var sum = seen.Sum(column => Math.Exp(scores[row, column] - largest)) + (zeros > 0 ? zeros * Math.Exp(-largest) : 0);
                Array.ForEach(seen, column => shares[row, column] = Math.Exp(scores[row, column] - largest) / sum);
            }
        }

        return shares;
    }

    private static IReadOnlyList<Matrix<double>> Scores(AttentionMaps maps, Matrix<double> query, Matrix<double> key, double scale, Func<int, int, bool> sees) =>
    [
        .. Enumerable.Range(0, maps.HeadCount).Select(head => Matrix<double>.Build.Dense(query.RowCount, key.RowCount, (row, other) => sees(row, other)
            ? scale * Enumerable.Range(head * maps.HeadSize, maps.HeadSize).Sum(column => query[row, column] * key[other, column])
            : 0)),
    ];

    private bool Turns(TransformerLayer layer) => form.Rotation is not null && Setting(layer, "turns_values") is true;

    /// <summary>The coordinates of each head's values, in order, turned as a head's queries and keys are.</summary>
    private Matrix<double> Turned(AttentionMaps maps, Matrix<double> rows, bool back)
    {
        var turned = rows.Clone();
        for (var head = 0; head < maps.HeadCount; head++)
        {
            int[] used = [.. Enumerable.Range(head * maps.HeadSize, maps.HeadSize).Where(column => maps.Projections[2][column].Count > 0)];
            if (used.Length > 0)
            {
                var part = form.Rotation!.Apply(Matrix<double>.Build.Dense(rows.RowCount, used.Length, (row, column) => rows[row, used[column]]), 1, back);
                for (var column = 0; column < used.Length; column++)
                {
                    turned.SetColumn(used[column], part.Column(column));
                }
            }
        }

        return turned;
    }

    private static string[] Names(string kind, int count) => [.. Enumerable.Range(0, count).Select(index => FormattableString.Invariant($"{kind} {index}"))];
}
