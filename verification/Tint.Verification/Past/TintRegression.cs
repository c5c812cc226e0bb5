using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;

namespace Tint.Verification.Past;

/// <summary>
/// The same linear function learnt with TinT's modules: row 0 of a layer W, [d × d], is w, and lies in prefixes. LinearForward leaves ⟨w, x⟩ in the tokens' first coordinate, a residual connection takes y away, and LinearDescent takes a step on all examples.
/// </summary>
internal sealed class TintRegression
{
    private readonly RegressionTask _task;
    private readonly int _steps;
    private readonly LinearForward _forward;
    private readonly LinearDescent _descent;

    /// <summary>Writes the weights, which serve every step.</summary>
    public TintRegression(RegressionTask task, int steps)
    {
        ArgumentNullException.ThrowIfNull(task);
        (_task, _steps, Configuration) = (task, steps, Shape(task, ActivationKind.GeluNew));
        var memory = MemorySlots.Linear(Configuration);
        _forward = new LinearForward(Configuration, memory);
        _descent = new LinearDescent(Configuration, memory, new DescentOptions { BiasRateFactor = 0 });
    }

    /// <summary>The shape: D = d, and K the largest that it admits.</summary>
    public TintConfiguration Configuration { get; }

    /// <summary>The parameters of both modules, and of one load.</summary>
    public long Parameters => Entries(_forward.Tensors()) + Entries(_descent.Tensors()) + ((long)Configuration.PrefixCount * Configuration.HiddenSize);

    /// <summary>What plain gradient descent predicts at the query.</summary>
    public double Expected => PlainDescent.Batch(_task, _steps);

    /// <summary>The prediction at the query after the steps, [1 × 1].</summary>
    public Tracked Run(Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(arithmetic);
        var d = _task.Dimension;
        var prefixes = PrefixStack.Stack(Configuration, new LinearParameters(Matrix<double>.Build.Dense(d, d), Vector<double>.Build.Dense(d)));
        var (tokens, targets, mask) = (Tokens(Configuration, _task), Targets(_task), Mask(_task));
        for (var step = 0; step < _steps; step++)
        {
            var states = _forward.Run(new(prefixes, tokens), arithmetic);
            var gradient = arithmetic.Add(states.Tokens[0], arithmetic.Scale(targets, TrackedScalar.Exact(-1)));
            prefixes = _descent.Run(states with { Tokens = states.Tokens.With(0, gradient) }, mask, arithmetic).Prefixes.Force();
        }

        return Arithmetic.Rows(_forward.Run(new(prefixes, tokens), arithmetic).Tokens[0]!, [_task.Examples]) is var row
            ? new Tracked(row.Value.SubMatrix(0, 1, 0, 1), row.Error?.SubMatrix(0, 1, 0, 1))
            : throw new InvalidOperationException();
    }

    internal static TintConfiguration Shape(RegressionTask task, ActivationKind activation) => TintConfiguration.For(new AuxiliaryConfiguration
    {
        HiddenSize = task.Dimension,
        HeadCount = 1,
        LayerCount = 1,
        VocabularySize = 2,
        MaximumPositions = task.Examples + 1,
        MlpChunkCount = 1,
        Activation = activation,
    }) with
    { InnerLearningRate = task.Rate, Departures = Departures.Paper };

    /// <summary>Examples, then the query, in slot 0.</summary>
    internal static Slots Tokens(TintConfiguration configuration, RegressionTask task) => Slots
        .Zero(task.Examples + 1, task.Dimension, configuration.RowsPerPrefix + 1)
        .With(0, new Tracked(task.Inputs.Stack(task.Query.ToRowMatrix())));

    /// <summary>(y, 0, 0, …) for every example; of the query nothing is known, and no descent sees it.</summary>
    internal static Tracked Targets(RegressionTask task) =>
        new(Matrix<double>.Build.Dense(task.Examples + 1, task.Dimension, (i, c) => c == 0 && i < task.Examples ? task.Targets[i] : 0));

    internal static double[] Mask(RegressionTask task) => [.. Enumerable.Repeat(1.0, task.Examples), 0];

    internal static long Entries(IEnumerable<WeightTensor> tensors) => tensors.Sum(static tensor => tensor.Count);
}
