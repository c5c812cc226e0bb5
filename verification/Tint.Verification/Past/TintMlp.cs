using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Activation;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;

namespace Tint.Verification.Past;

/// <summary>
/// One step of a two-layer MLP x ↦ ⟨v, σ(U x)⟩ of d hidden units with TinT's modules: LinearForward, ActivationForward and LinearForward; y is taken away; LinearDescentBackward of v, ActivationBackward and LinearDescent of U. Only σ's derivative is a
/// finite difference, here the central one, so that v is exact and U within its certificate.
/// </summary>
internal sealed class TintMlp
{
    private readonly RegressionTask _task;
    private readonly Matrix<double> _inner;
    private readonly Vector<double> _outer;
    private readonly LinearForward _forward;
    private readonly ActivationForward _activation;
    private readonly LinearDescentBackward _outerBackward;
    private readonly ActivationBackward _activationBackward;
    private readonly LinearDescent _innerDescent;

    /// <summary>Writes the weights.</summary>
    /// <param name="task">The task.</param>
    /// <param name="inner">U before the step, [d × d].</param>
    /// <param name="outer">v before the step, [d].</param>
    /// <param name="scale">N.</param>
    public TintMlp(RegressionTask task, Matrix<double> inner, Vector<double> outer, double scale = 1e4)
    {
        ArgumentNullException.ThrowIfNull(task);
        (_task, _inner, _outer) = (task, inner, outer);
        Configuration = TintRegression.Shape(task, ActivationKind.GeluNew) with { Stencil = Stencil.Central, FiniteDifferenceScale = scale };
        var (linear, activation, noBias) = (MemorySlots.Linear(Configuration), MemorySlots.Activation(Configuration), new DescentOptions { BiasRateFactor = 0 });
        _forward = new LinearForward(Configuration, linear);
        _activation = new ActivationForward(Configuration, activation);
        _outerBackward = new LinearDescentBackward(Configuration, linear, noBias);
        _activationBackward = new ActivationBackward(Configuration, activation);
        _innerDescent = new LinearDescent(Configuration, linear, noBias);
    }

    /// <summary>The shape: D = d, and K the largest that it admits.</summary>
    public TintConfiguration Configuration { get; }

    /// <summary>The parameters of all modules, and of both loads.</summary>
    public long Parameters => Modules().Sum(TintRegression.Entries) + (2L * Configuration.PrefixCount * Configuration.HiddenSize);

    /// <summary>U and v after the step, with bounds on their rounding where the arithmetic follows it, and the certificate of ‖U − plain descent's U‖ without rounding.</summary>
    public (LinearParameters Inner, LinearParameters InnerErrors, LinearParameters Outer, LinearParameters OuterErrors, double Certificate) Run(Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(arithmetic);
        var (d, none) = (_task.Dimension, Vector<double>.Build.Dense(_task.Dimension));
        var inner = PrefixStack.Stack(Configuration, new LinearParameters(_inner, none));
        var outer = PrefixStack.Stack(Configuration, new LinearParameters(Matrix<double>.Build.Dense(d, d, (row, c) => row == 0 ? _outer[c] : 0), none));
        var mask = TintRegression.Mask(_task);

        var atInner = _forward.Run(new(inner, TintRegression.Tokens(Configuration, _task)), arithmetic);
        var atActivation = _activation.Run(Alone(inner, atInner, 0), arithmetic);
        var atOuter = _forward.Run(Alone(outer, atActivation, 0), arithmetic);
        var residual = arithmetic.Add(atOuter.Tokens[0], arithmetic.Scale(TintRegression.Targets(_task), TrackedScalar.Exact(-1)));

        var (linear, activation) = (MemorySlots.Linear(Configuration), MemorySlots.Activation(Configuration));
        var outerStep = _outerBackward.Run(new(outer, atOuter.Tokens.With(0, residual)), mask, arithmetic);
        var kept = atActivation.Tokens[activation];
        var gradient = _activationBackward.Run(new(inner, Empty(outerStep).With(0, outerStep.Tokens[0]).With(activation, kept)), arithmetic).Tokens[0];
        var innerStep = _innerDescent.Run(new(inner, Empty(outerStep).With(0, gradient).With(linear, atInner.Tokens[linear])), mask, arithmetic);

        // ‖η Σ_i e_i x_iᵀ‖_F ≤ η Σ_i ‖e_i‖‖x_i‖, e_i the certificate of σ's difference at example i.
        var errors = RowNorms.Of(ActivationCertificate.Bound(
            Configuration.Auxiliary.Activation, kept!.Value, outerStep.Tokens[0]!.Value, Configuration.FiniteDifferenceScale, Configuration.Stencil));
        var certificate = _task.Rate * Enumerable.Range(0, _task.Examples).Sum(i => errors[i] * _task.Inputs.Row(i).L2Norm());
        return (
            PrefixStack.Unstack(Configuration, innerStep.Prefixes),
            PrefixStack.Unstack(Configuration, Errors(innerStep.Prefixes)),
            PrefixStack.Unstack(Configuration, outerStep.Prefixes),
            PrefixStack.Unstack(Configuration, Errors(outerStep.Prefixes)),
            certificate);
    }

    private IEnumerable<IEnumerable<WeightTensor>> Modules() =>
        [_forward.Tensors(), _activation.Tensors(), _outerBackward.Tensors(), _activationBackward.Tensors(), _innerDescent.Tensors()];

    private static Slots Empty(HiddenStates states) => Slots.Zero(states.Tokens.RowCount, states.Tokens.Width, states.Tokens.Count);

    /// <summary>A signal of some states behind another load, with nothing beside it.</summary>
    private static HiddenStates Alone(Slots prefixes, HiddenStates states, int slot) => new(prefixes, Empty(states).With(0, states.Tokens[slot]));

    private static Slots Errors(Slots slots) => slots.Select(static (slot, _) => slot?.Error is { } error ? new Tracked(error) : null);
}
