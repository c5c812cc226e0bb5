using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Primitives;

namespace Tint.Verification.Past;

/// <summary>
/// In the manner of Giannou et al.: a block of fixed weights in a loop. One column is a scratchpad with the weights and a pointer; the others are memory, an example each with an address. A turn of the loop reads the example that the pointer names, takes a step on it and moves the
/// pointer on: depth and weights do not depend on the number of steps.
/// </summary>
/// <remarks>
/// Rows: x, y, w, a product a of d numbers, a number s, an address, a pointer and the next one of n + 1 numbers each, and a 1 that only the scratchpad has. Addresses are one-hot here, so that linear attention reads exactly; the authors' are binary, of log n numbers, read by a softmax of large scores.
/// </remarks>
internal sealed class GiannouConstruction : PastConstruction
{
    private readonly RegressionTask _task;
    private readonly int _d;
    private readonly int _addresses;
    private readonly int _steps;
    private readonly PastLayer[] _loop;
    private readonly PastLayer _point;

    /// <summary>Writes the weights of the block, which is run <paramref name="steps"/> times.</summary>
    public GiannouConstruction(RegressionTask task, int steps)
    {
        ArgumentNullException.ThrowIfNull(task);
        (_task, _d, _addresses, _steps) = (task, task.Dimension, task.Examples + 1, steps);
        var rows = new RowOperations(Width, Positions);
        int[] coordinates = [.. Enumerable.Range(0, _d)], addresses = [.. Enumerable.Range(0, _addresses)];
        (int, int, double)[] next =
        [
            .. Enumerable.Range(0, task.Examples).Select(i => (Next((i + 1) % task.Examples), Pointer(i), 1.0)), .. Cleared(addresses.Select(Pointer)),
        ];

        _loop =
        [
            PastLayer.ToAll("read x, y", new AttentionWeights
            {
                HeadCount = 1,
                HeadSize = Width,
                Query = rows.Read(addresses.Select(i => (i, Pointer(i), 1.0))),
                Key = rows.Read(addresses.Select(i => (i, Address(i), 1.0))),
                Value = rows.Read(Enumerable.Range(0, _d + 1).Select(static row => (row, row, 1.0))),
                Output = HeadMixing.Identity(1, Width),
            }, Positions),
            rows.Multiply("a = x∘w", Scratchpad, [.. coordinates.Select(c => (Product(c), c, Weight(c)))]),
            rows.Add("s = Σa − y, next", Scratchpad, [.. coordinates.Select(c => (Sum, Product(c), 1.0)), (Sum, _d, -1), .. Cleared(coordinates.Select(Product)), .. next]),
            rows.Multiply("a = s x", Scratchpad, [.. coordinates.Select(c => (Product(c), Sum, c))]),
            rows.Add(
                "w −= η a",
                Scratchpad,
                [
                    .. coordinates.Select(c => (Weight(c), Product(c), -task.Rate)),
                    .. addresses.Select(i => (Pointer(i), Next(i), 1.0)),
                    .. Cleared([.. coordinates, _d, .. coordinates.Select(Product), Sum, .. addresses.Select(Next)]),
                ]),
        ];
        _point = rows.Add("point at the query", Scratchpad, [.. Cleared(addresses.Select(Pointer).SkipLast(1)), (Pointer(task.Examples), Scratchpad, 1)]);
        Layers = [.. _loop, _point];
    }

    /// <inheritdoc/>
    public override string Name => "Giannou et al.";

    /// <inheritdoc/>
    public override int Width => (3 * _d) + 3 + (3 * _addresses);

    /// <inheritdoc/>
    public override int Positions => _task.Examples + 2;

    /// <inheritdoc/>
    public override int LayersOfStep => _loop.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<PastLayer> Layers { get; }

    /// <inheritdoc/>
    public override double Expected => PlainDescent.OneByOne(_task, _steps);

    private int Sum => (3 * _d) + 1;

    private int Scratchpad => Width - 1;

    /// <inheritdoc/>
    public override Tracked Run(Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(arithmetic);
        var columns = Matrix<double>.Build.Dense(Positions, Width);
        (columns[0, Scratchpad], columns[0, Pointer(0)]) = (1, 1);
        for (var i = 0; i < _addresses; i++)
        {
            columns[i + 1, Address(i)] = 1;
            columns.SetRow(i + 1, 0, _d, i < _task.Examples ? _task.Inputs.Row(i) : _task.Query);
            columns[i + 1, _d] = i < _task.Examples ? _task.Targets[i] : 0;
        }

        // The query is read as an example without y, and the loop left when s is there.
        var turns = Enumerable.Repeat(_loop, _steps).SelectMany(static layers => layers).Append(_point).Concat(_loop.Take(3));
        return Entry(turns.Aggregate(Slots.From(columns, Width), (states, layer) => layer.Run(states, arithmetic)), 0, Sum);
    }

    private int Weight(int c) => _d + 1 + c;

    private int Product(int c) => (2 * _d) + 1 + c;

    private int Address(int i) => (3 * _d) + 2 + i;

    private int Pointer(int i) => (3 * _d) + 2 + _addresses + i;

    private int Next(int i) => (3 * _d) + 2 + (2 * _addresses) + i;

    private static IEnumerable<(int Target, int Source, double Factor)> Cleared(IEnumerable<int> rows) => rows.Select(static row => (row, row, -1.0));
}
