using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Primitives;

namespace Tint.Verification.Past;

/// <summary>
/// In the manner of Akyürek et al.: a causal transformer of layers that each move, multiply or add rows, in columns x_1, y_1, x_2, y_2, … and the query. At every y_i the weights w, moved on from the example before, take a step on that example.
/// </summary>
/// <remarks>
/// Rows: x, y, w, a product a of d numbers, a number s. A step: x and w are moved to the column of y; a = x∘w; s = Σa − y; a = s x; w −= η a. Each primitive is one layer of linear attention here, where the authors have softmax attention and MLPs.
/// </remarks>
internal sealed class AkyurekConstruction : PastConstruction
{
    private const int StepLayers = 6;

    private readonly RegressionTask _task;
    private readonly int _d;

    /// <summary>Writes the weights of a step on each example, in turn.</summary>
    public AkyurekConstruction(RegressionTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        (_task, _d) = (task, task.Dimension);
        var rows = new RowOperations(Width, Positions);
        Layers = [.. Enumerable.Range(0, task.Examples).SelectMany(example => Step(rows, example)), .. Prediction(rows)];
    }

    /// <inheritdoc/>
    public override string Name => "Akyürek et al.";

    /// <inheritdoc/>
    public override int Width => (3 * _d) + 2;

    /// <inheritdoc/>
    public override int Positions => (2 * _task.Examples) + 1;

    /// <inheritdoc/>
    public override int LayersOfStep => StepLayers;

    /// <inheritdoc/>
    public override IReadOnlyList<PastLayer> Layers { get; }

    /// <inheritdoc/>
    public override double Expected => PlainDescent.OneByOne(_task, _task.Examples);

    private int Target => _d;

    private int Sum => (3 * _d) + 1;

    /// <inheritdoc/>
    public override Tracked Run(Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(arithmetic);
        var columns = Matrix<double>.Build.Dense(Positions, Width, (column, row) => (column % 2, column / 2) switch
        {
            (0, var i) when row < _d => i < _task.Examples ? _task.Inputs[i, row] : _task.Query[row],
            (1, var i) when row == Target => _task.Targets[i],
            _ => 0,
        });
        var states = Layers.Aggregate(Slots.From(columns, Width), (before, layer) => layer.Run(before, arithmetic));
        return Entry(states, Positions - 1, Sum);
    }

    private int Weight(int c) => _d + 1 + c;

    private int Product(int c) => (2 * _d) + 1 + c;

    private IEnumerable<int> Coordinates => Enumerable.Range(0, _d);

    private IEnumerable<PastLayer> Step(RowOperations rows, int example)
    {
        var (x, y) = (2 * example, (2 * example) + 1);
        yield return rows.Move("mov x", x, y, [.. Coordinates.Select(static c => (c, c))]);
        yield return rows.Move("mov w", Math.Max(0, y - 2), y, [.. Coordinates.Select(c => (Weight(c), Weight(c)))]);
        yield return rows.Multiply("mul a = x∘w", null, [.. Coordinates.Select(c => (Product(c), c, Weight(c)))]);
        yield return rows.Add("aff s = Σa − y", null, [.. Coordinates.Select(c => (Sum, Product(c), 1.0)), (Sum, Target, -1), .. Cleared(Coordinates.Select(Product))]);
        yield return rows.Multiply("mul a = s x", null, [.. Coordinates.Select(c => (Product(c), Sum, c))]);
        yield return rows.Add(
            "aff w −= η a", null, [.. Coordinates.Select(c => (Weight(c), Product(c), -_task.Rate)), .. Cleared([.. Coordinates.Select(Product), Sum])]);
    }

    private IEnumerable<PastLayer> Prediction(RowOperations rows)
    {
        yield return rows.Move("mov w", Positions - 2, Positions - 1, [.. Coordinates.Select(c => (Weight(c), Weight(c)))]);
        yield return rows.Multiply("mul a = x∘w", null, [.. Coordinates.Select(c => (Product(c), c, Weight(c)))]);
        yield return rows.Add("aff s = Σa", null, [.. Coordinates.Select(c => (Sum, Product(c), 1.0))]);
    }

    private static IEnumerable<(int Target, int Source, double Factor)> Cleared(IEnumerable<int> rows) => rows.Select(static row => (row, row, -1.0));
}
