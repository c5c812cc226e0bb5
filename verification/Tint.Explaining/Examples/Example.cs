using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Materialised;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;
using Tint.Verification.Simulating;

namespace Tint.Explaining.Examples;

/// <summary>
/// The small case that every module is walked through on: D = 6, H = 2, K = 2, so that n = 3 and D_sim = 24; three tokens, the last of which is not trained on; gates of 1.
/// Without a seed numbers are made to be recognised: W has 10r + c at row r, column c, and b has 100 + r.
/// </summary>
internal sealed record Example
{
    /// <summary>η of all modules but one of a block with a rate of its own.</summary>
    public const double LearningRate = 0.1;

    private const int Width = 6;
    private const int TensOfRow = 10;
    private const int FirstBias = 100;
    private const int LargestDraw = 3;
    private const double Half = 0.5;

    private readonly Random? _random;

    /// <summary>The case of a seed; null for the one made to be recognised.</summary>
    public Example(int? seed)
    {
        _random = seed is { } chosen ? new Random(chosen) : null;
        X = Rows([0, 1, 0, 0, 2, 0], [1, 1, 0, 0, 0, 3], [0, 0, 2, 1, 0, 0]);
        Gradient = Rows([0, 0, 0, 0, 1, 0], [1, 0, 0, 0, 2, 0], [0, 3, 0, 0, 0, 1]);
        Second = Rows([1, 2, 0, 1, 3, 1], [2, 1, 1, 0, 0, 1], [1, 0, 3, 2, 0, 1]);
        Other = Rows([1, 0, 0, 0, 1, 0], [0, 2, 0, 1, 0, 0]);
        Layer = Linear(Width, (row, column) => (TensOfRow * row) + column, row => FirstBias + row);
        Query = Linear(Width, static (row, column) => column == row || column == (row + 1) % Width ? Half : 0, static _ => 0);
        Norm = new(Entries(static row => row + 1), Entries(static row => FirstBias + row));
    }

    /// <summary>The shape.</summary>
    public TintConfiguration Configuration { get; init; } = new()
    {
        Auxiliary = new AuxiliaryConfiguration { HiddenSize = Width, HeadCount = 2, LayerCount = 1, VocabularySize = 2, MaximumPositions = 3 },
        HiddenSize = AdmissibleShapes.HiddenSize(Width, 2),
        HeadCount = 4,
        PrefixCount = 2,
        TrainedLayers = 1,
        InnerLearningRate = LearningRate,
        LayerNormBiasOnly = false,
        Departures = Departures.Published with { GateLeak = false },
    };

    /// <summary>m.</summary>
    public IReadOnlyList<double> TrainMask { get; } = [1, 1, 0];

    /// <summary>What tokens hold: x, or z of an activation, [T × D].</summary>
    public Matrix<double> X { get; }

    /// <summary>g, [T × D].</summary>
    public Matrix<double> Gradient { get; }

    /// <summary>A second signal of the tokens, [T × D].</summary>
    public Matrix<double> Second { get; }

    /// <summary>e, the tokens of another sequence, [S × D].</summary>
    public Matrix<double> Other { get; }

    /// <summary>W and b.</summary>
    public LinearParameters Layer { get; }

    /// <summary>W_Q and b_Q.</summary>
    public LinearParameters Query { get; }

    /// <summary>γ and β.</summary>
    public LayerNormParameters Norm { get; }

    /// <summary>W_K and b_K of a key layer with so many rows.</summary>
    public LinearParameters Key(int rows) => Linear(rows, static (row, column) => row == column || row == (column + 1) % Width ? Half : 0, static _ => 0);

    /// <summary>W_V and b_V of a value layer with so many rows.</summary>
    public LinearParameters Value(int rows) => Linear(rows, (row, column) => (TensOfRow * row) + column, row => FirstBias + row);

    /// <summary>A layer in the prefixes; rows that it lacks are zero.</summary>
    public Slots Stacked(LinearParameters layer) => PrefixStack.Stack(Configuration, InnerChunks.Inner(layer, 0));

    /// <summary>γ and β in the prefixes.</summary>
    public Slots Stacked(LayerNormParameters norm) => PrefixStack.Stack(Configuration, norm);

    /// <summary>Prefixes that hold nothing.</summary>
    public Slots NoPrefixes => Slots.Zero(Configuration.PrefixCount, Width, Configuration.RowsPerPrefix + 1);

    /// <summary>Tokens with contents in some slots.</summary>
    public Slots Tokens(params IReadOnlyList<(int Slot, Matrix<double> Contents)> contents) => contents.Aggregate(
        Slots.Zero(contents[0].Contents.RowCount, Width, Configuration.RowsPerPrefix + 1),
        (slots, content) => slots.With(content.Slot, new Tracked(Padded(content.Contents))));

    /// <summary>Fewer columns filled up with zeros.</summary>
    public static Matrix<double> Padded(Matrix<double> rows) =>
        Matrix<double>.Build.Dense(rows.RowCount, Width, (t, c) => c < rows.ColumnCount ? rows[t, c] : 0);

    /// <summary>A region of the tokens, from a slot on.</summary>
    public Part Tokens(string name, int slot, Matrix<double> closed, Matrix<double> exact) =>
        new(name, Configuration.PrefixCount, slot * Width, Padded(closed), Padded(exact));

    /// <summary>The regions of the prefixes that a descent writes: W, and prefix 0's b.</summary>
    public IEnumerable<Part> Updated(LinearParameters closed, LinearParameters exact) =>
        Regions(closed).Zip(Regions(exact), static (left, right) => new Part(left.Name, left.Row, left.Column, left.Values[0], right.Values[0]));

    /// <summary>The same where both may be apart.</summary>
    public IEnumerable<Part> Updated(LinearParameters closed, LinearParameters exact, LinearParameters bound, string covers) =>
        Updated(closed, exact).Zip(Regions(bound), (part, allowed) => part with { Certificate = RowNorms.Of(allowed.Values[0]), Covers = covers });

    /// <summary>The same of a normalisation, whose closed form may have become dense.</summary>
    public IEnumerable<Part> Updated(LayerNormParameters closed, LinearParameters exact) => Updated(Dense(closed), exact);

    /// <summary>γ as a matrix, with β.</summary>
    public static LinearParameters Dense(LayerNormParameters norm) =>
        new(norm.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(norm.Weight), norm.Bias);

    /// <summary>The names of a layer's rows and bias where prefixes hold them.</summary>
    /// <param name="matrix">What the matrix is called.</param>
    /// <param name="bias">What the bias is called.</param>
    /// <param name="prefixes">The prefixes.</param>
    public IEnumerable<Known> Rows(string matrix, string bias, Slots prefixes)
    {
        var (rows, count) = (Configuration.RowsPerPrefix, Configuration.PrefixCount);
        for (var slot = 0; slot <= rows; slot++)
        {
            if (prefixes[slot] is { } contents)
            {
                var numbers = string.Join(", ", Enumerable.Range(0, count).Select(prefix => (prefix * rows) + slot));
                var held = slot;
                yield return new Known(slot == rows ? bias : $"rows {numbers} of {matrix}", contents.Value, OfPrefixes: true)
                {
                    Each = slot == rows ? null : prefix => FormattableString.Invariant($"row {(prefix * rows) + held} of {matrix}"),
                };
            }
        }
    }

    /// <summary>The names behind a descent: prefix 0 has the new bias, the others the old one.</summary>
    public IEnumerable<Known> UpdatedRows(string matrix, string bias, LinearParameters before, LinearParameters after)
    {
        var (old, rows) = (Stacked(before), Configuration.RowsPerPrefix);
        var @new = Stacked(after);
        var stale = (@new[rows] ?? old[rows])?.Value.Clone();
        for (var prefix = 1; prefix < Configuration.PrefixCount && stale is not null; prefix++)
        {
            stale.SetRow(prefix, old[rows]?.Value.Row(prefix) ?? Vector<double>.Build.Dense(Width));
        }

        return Rows($"updated {matrix}", $"updated {bias}", stale is null ? @new : @new.With(rows, new Tracked(stale)));
    }

    /// <summary>Layers as a module's writer lists them.</summary>
    public (IReadOnlyList<TransformerLayer> Layers, T Output) Write<T>(Func<ModuleLayers, T> write, TintConfiguration? configuration = null)
    {
        var layers = new LayerList("y");
        var output = write(new ModuleLayers(configuration ?? Configuration, layers));
        return (layers.Layers, output);
    }

    /// <summary>A module of states that turns them into others.</summary>
    /// <param name="states">What goes in, called x.</param>
    /// <param name="written">Its layers.</param>
    /// <param name="tensors">Its weights.</param>
    /// <param name="run">The construction's own run.</param>
    /// <param name="known">By what slots are named.</param>
    /// <param name="parts">The regions that are judged.</param>
    public BuiltExample Built(
        HiddenStates states,
        (IReadOnlyList<TransformerLayer> Layers, string Output) written,
        IEnumerable<WeightTensor> tensors,
        Func<Arithmetic, HiddenStates> run,
        IReadOnlyList<Known> known,
        IReadOnlyList<Part> parts) => new()
        {
            Configuration = Configuration,
            TrainMask = TrainMask,
            Inputs = [("x", "states", states)],
            Layers = written.Layers,
            Outputs = [(written.Output, "states")],
            Tensors = tensors,
            Construction = arithmetic => [run(arithmetic)],
            Known = known,
            Parts = parts,
        };

    private SimulatedRegion[] Regions(LinearParameters layer) =>
        SimulatedModule.Stacked(InnerChunks.Inner(layer, 0), Configuration.PrefixCount);

    private Matrix<double> Rows(params double[][] recognised) => _random is { } random
        ? Matrix<double>.Build.Dense(recognised.Length, Width, (_, _) => random.Next(-LargestDraw, LargestDraw + 1))
        : Matrix<double>.Build.DenseOfRowArrays(recognised);

    private LinearParameters Linear(int rows, Func<int, int, double> weight, Func<int, double> bias) => _random is { } random
        ? new(
            Matrix<double>.Build.Dense(rows, Width, (_, _) => random.Next(-LargestDraw, LargestDraw + 1)),
            Vector<double>.Build.Dense(rows, _ => random.Next(-LargestDraw, LargestDraw + 1)))
        : new(Matrix<double>.Build.Dense(rows, Width, weight), Vector<double>.Build.Dense(rows, bias));

    private Vector<double> Entries(Func<int, double> recognised) =>
        Vector<double>.Build.Dense(Width, row => _random?.Next(-LargestDraw, LargestDraw + 1) ?? recognised(row));
}
