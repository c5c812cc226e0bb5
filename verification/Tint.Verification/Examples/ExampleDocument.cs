using System.Text.Json;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;

namespace Tint.Verification.Examples;

/// <summary>
/// The construction's example in numbers, computed: D = 6, K = 2, W with 10r + c at row r, column c, b_r = 100 + r. Prefixes, shards and products of
/// LinearForward, then backward and descent of one token, and the shapes that D = 6 admits. <c>tint example</c> prints it.
/// </summary>
internal sealed record ExampleDocument
{
    private const int Width = 6;
    private const int TensOfRow = 10;
    private const int FirstBias = 100;
    private static readonly double[] Token = [0, 1, 0, 0, 2, 0];
    private static readonly double[] Gradient = [0, 0, 0, 0, 1, 0];

    /// <summary>D_aux, H_aux, K, n, D_sim, H_sim and d_h of the softmax attention.</summary>
    public required IReadOnlyDictionary<string, int> Shape { get; init; }

    /// <summary>What prefix k holds in slot r, by prefix and slot; the last slot is b.</summary>
    public required IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>> Prefixes { get; init; }

    /// <summary>x.</summary>
    public required IReadOnlyList<double> Input { get; init; }

    /// <summary>The scores of the weight heads, slot by slot and prefix by prefix.</summary>
    public required IReadOnlyList<Score> Scores { get; init; }

    /// <summary>Slot 0 before the permutation.</summary>
    public required IReadOnlyList<double> Unpermuted { get; init; }

    /// <summary>The coordinate of <see cref="Unpermuted"/> that holds row 0, 1, 2, …</summary>
    public required IReadOnlyList<int> Permutation { get; init; }

    /// <summary>W x, computed by LinearForward without a bias.</summary>
    public required IReadOnlyList<double> Product { get; init; }

    /// <summary>W x + b, computed by LinearForward.</summary>
    public required IReadOnlyList<double> Signal { get; init; }

    /// <summary>1 − ρ at G = 10, by which every number is smaller.</summary>
    public required double GateLeak { get; init; }

    /// <summary>g.</summary>
    public required IReadOnlyList<double> OutputGradient { get; init; }

    /// <summary>(g_i, g_{n+i}, …) with which the heads of slot i ask, slot by slot.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Queries { get; init; }

    /// <summary>Wᵀ g, computed by LinearBackward.</summary>
    public required IReadOnlyList<double> InputGradient { get; init; }

    /// <summary>η.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The numbers that LinearDescent changes in the prefixes.</summary>
    public required IReadOnlyList<Change> Changes { get; init; }

    /// <summary>The prefix counts that D = 6 admits.</summary>
    public required IReadOnlyList<int> PrefixCounts { get; init; }

    /// <summary>What is said about K = 3.</summary>
    public required string Refusal { get; init; }

    /// <summary>Computes the example with the construction's modules.</summary>
    public static ExampleDocument Compute()
    {
        var configuration = Configuration(prefixes: 2);
        var exact = configuration with { Departures = Departures.Published with { GateLeak = false } };
        var layer = new LinearParameters(
            Matrix<double>.Build.Dense(Width, Width, (row, column) => (TensOfRow * row) + column),
            Vector<double>.Build.Dense(Width, row => FirstBias + row));
        var prefixes = PrefixStack.Stack(configuration, layer);
        var memory = MemorySlots.Linear(configuration);
        var (rows, count) = (configuration.RowsPerPrefix, configuration.PrefixCount);
        var forward = new LinearForward(exact, memory);
        var signal = Signals(forward.Run(new HiddenStates(prefixes, TokenWith(configuration, (0, Token))), Arithmetic.Plain));
        var product = Signals(forward.Run(
            new HiddenStates(PrefixStack.Stack(configuration, layer with { Bias = Vector<double>.Build.Dense(Width) }), TokenWith(configuration, (0, Token))),
            Arithmetic.Plain));
        var backward = TokenWith(configuration, (0, Gradient), (memory, Token));
        var descended = new LinearDescent(exact, memory).Run(new HiddenStates(prefixes, backward), [1], Arithmetic.Plain).Prefixes.ToMatrix();
        Score[] scores = [.. from slot in Enumerable.Range(0, rows) from prefix in Enumerable.Range(0, count) select ScoreOf(prefixes, slot, prefix, rows, count)];
        return new ExampleDocument
        {
            Shape = new Dictionary<string, int>
            {
                ["D_aux"] = Width,
                ["H_aux"] = configuration.Auxiliary.HeadCount,
                ["K"] = count,
                ["n"] = rows,
                ["D_sim"] = configuration.HiddenSize,
                ["H_sim"] = configuration.HeadCount,
                ["d_h"] = configuration.HeadSize,
            },
            Prefixes = [.. Enumerable.Range(0, count).Select(prefix => Slots(prefixes, prefix))],
            Input = Token,
            Scores = scores,
            Unpermuted = [.. scores.OrderBy(score => score.Coordinate).Select(score => score.Sum)],
            Permutation = [.. scores.OrderBy(score => score.Row).Select(score => score.Coordinate)],
            Product = product,
            Signal = signal,
            GateLeak = 1 - Math.Tanh(configuration.GateScale),
            OutputGradient = Gradient,
            Queries = [.. Enumerable.Range(0, rows).Select(slot => Enumerable.Range(0, count).Select(prefix => Gradient[(prefix * rows) + slot]).ToArray())],
            InputGradient = Signals(new LinearBackward(exact, memory).Run(new HiddenStates(prefixes, backward), Arithmetic.Plain)),
            LearningRate = configuration.InnerLearningRate,
            Changes = [.. ChangesOf(prefixes.ToMatrix(), descended, rows)],
            PrefixCounts = [.. AdmissibleShapes.PrefixCounts(Width).Order()],
            Refusal = RefusalOf(configuration with { PrefixCount = 3 }),
        };
    }

    /// <summary>Writes the document as UTF-8 JSON with names in snake_case.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, ExampleJson.Default.ExampleDocument);

    private static TintConfiguration Configuration(int prefixes) => new()
    {
        Auxiliary = new AuxiliaryConfiguration { HiddenSize = Width, HeadCount = 2, LayerCount = 1, VocabularySize = 2, MaximumPositions = 1 },
        HiddenSize = AdmissibleShapes.HiddenSize(Width, prefixes),
        HeadCount = 4,
        PrefixCount = prefixes,
        TrainedLayers = 1,
        InnerLearningRate = 0.1,
    };

    private static Slots TokenWith(TintConfiguration configuration, params (int Slot, double[] Values)[] contents) => contents.Aggregate(
        Reference.Primitives.Slots.Zero(1, Width, configuration.RowsPerPrefix + 1),
        (slots, content) => slots.With(content.Slot, new Tracked(Matrix<double>.Build.DenseOfRowArrays(content.Values))));

    private static double[] Signals(HiddenStates states) => states.Tokens[0]!.Value.Row(0).ToArray();

    private static double[][] Slots(Slots prefixes, int prefix) => [.. Enumerable.Range(0, prefixes.Count).Select(slot => prefixes[slot]!.Value.Row(prefix).ToArray())];

    private static Score ScoreOf(Slots prefixes, int slot, int prefix, int rows, int count)
    {
        var weights = prefixes[slot]!.Value.Row(prefix);
        double[] shards = [.. Enumerable.Range(0, rows).Select(shard => Enumerable.Range(shard * count, count).Sum(column => weights[column] * Token[column]))];
        return new Score(slot, prefix, (prefix * rows) + slot, shards, shards.Sum(), (slot * count) + prefix);
    }

    private static IEnumerable<Change> ChangesOf(Matrix<double> before, Matrix<double> after, int rows) =>
        from prefix in Enumerable.Range(0, before.RowCount)
        from column in Enumerable.Range(0, before.ColumnCount)
        where before[prefix, column] != after[prefix, column]
        let slot = column / Width
        select new Change(prefix, slot < rows ? (prefix * rows) + slot : null, column % Width, before[prefix, column], after[prefix, column]);

    private static string RefusalOf(TintConfiguration configuration)
    {
        try
        {
            AdmissibleShapes.Check(configuration);
        }
        catch (RuleViolationException exception)
        {
            return exception.Message;
        }

        throw new InvalidOperationException("three prefixes for a width of 6 were accepted");
    }

    /// <summary>What the heads (i, 0), (i, 1), … score on a prefix.</summary>
    /// <param name="Slot">i.</param>
    /// <param name="Prefix">k.</param>
    /// <param name="Row">The row of W that lies there.</param>
    /// <param name="Shards">The score of each shard.</param>
    /// <param name="Sum">Their sum, which is the product with that row.</param>
    /// <param name="Coordinate">Where in slot 0 it goes.</param>
    public sealed record Score(int Slot, int Prefix, int Row, IReadOnlyList<double> Shards, double Sum, int Coordinate);

    /// <summary>A number that the descent changes.</summary>
    /// <param name="Prefix">In which prefix.</param>
    /// <param name="Row">The row of W; null for the bias.</param>
    /// <param name="Column">The column of W, or the entry of the bias.</param>
    /// <param name="Before">The number before.</param>
    /// <param name="After">The number after.</param>
    public sealed record Change(int Prefix, int? Row, int Column, double Before, double After);
}
