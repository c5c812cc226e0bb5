using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Primitives;

namespace Tint.Verification.Past;

/// <summary>
/// In the manner of von Oswald et al.: tokens (x_i, y_i), and a layer of linear attention is a step on all of them. Queries and keys are x, values −η y into y's row, so that y_j loses η Σ_i y_i⟨x_i, x_j⟩: what stands in y's row is the residual
/// y − ⟨w, x⟩ at an example and −⟨w, x⟩ at the query, whose y is 0 to begin with and which no token asks.
/// </summary>
internal sealed class OswaldConstruction : PastConstruction
{
    private readonly RegressionTask _task;
    private readonly int _steps;

    /// <summary>Writes the weights of <paramref name="steps"/> layers.</summary>
    public OswaldConstruction(RegressionTask task, int steps)
    {
        ArgumentNullException.ThrowIfNull(task);
        (_task, _steps) = (task, steps);
        var (d, width) = (task.Dimension, task.Dimension + 1);
        var operations = new RowOperations(width, task.Examples + 1);
        Layers = [.. Enumerable.Range(0, steps).Select(_ => PastLayer.ToAll("step", new AttentionWeights
        {
            HeadCount = 1,
            HeadSize = width,
            Query = operations.Read(Enumerable.Range(0, d).Select(static row => (row, row, 1.0))),
            Key = operations.Read(Enumerable.Range(0, d).Select(static row => (row, row, 1.0))),
            Value = operations.Read([(d, d, -task.Rate)]),
            Output = HeadMixing.Identity(1, width),
        }, task.Examples))];
    }

    /// <inheritdoc/>
    public override string Name => "von Oswald et al.";

    /// <inheritdoc/>
    public override int Width => _task.Dimension + 1;

    /// <inheritdoc/>
    public override int Positions => _task.Examples + 1;

    /// <inheritdoc/>
    public override int LayersOfStep => 1;

    /// <inheritdoc/>
    public override IReadOnlyList<PastLayer> Layers { get; }

    /// <inheritdoc/>
    public override double Expected => PlainDescent.Batch(_task, _steps);

    /// <inheritdoc/>
    public override Tracked Run(Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(arithmetic);
        var tokens = Matrix<double>.Build.Dense(Positions, Width, (i, row) => i < _task.Examples
            ? row < _task.Dimension ? _task.Inputs[i, row] : _task.Targets[i]
            : row < _task.Dimension ? _task.Query[row] : 0);
        var states = Layers.Aggregate(Slots.From(tokens, Width), (before, layer) => layer.Run(before, arithmetic));
        return arithmetic.Scale(Entry(states, _task.Examples, _task.Dimension), TrackedScalar.Exact(-1))!;
    }
}
