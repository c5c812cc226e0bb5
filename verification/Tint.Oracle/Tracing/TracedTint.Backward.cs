using MathNet.Numerics.LinearAlgebra;
using Tint.Oracle.Cases;
using Tint.Properties.Laws;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tracing;

/// <content>Backward passes and descents, but for those of normalisations.</content>
internal sealed partial class TracedTint
{
    private readonly Dictionary<(int Sequence, string Place), Matrix<double>> _updates = [];
    private AfterStep? _after;
    private Func<Matrix<double>>? _scorePath;

    /// <inheritdoc/>
    public override Matrix<double> LinearBackward(TintConfiguration configuration, LinearParameters layer, Matrix<double> gradient)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(gradient);
        var value = base.LinearBackward(configuration, layer, gradient);
        if (_linear is not { } place)
        {
            return value;
        }

        var step = new TraceStep
        {
            Name = _block!.Scope + place,
            Module = "LinearBackward",
            Sequence = _sequence,
            Value = value,
            Column = _isOuter ? _chunk * value.ColumnCount : 0,
            Part = place.StartsWith("mlp", StringComparison.Ordinal) ? _chunk : null,
            Input = new ModuleInput { Module = "LinearBackward", Signal = gradient, Linear = layer },
            Again = (tint, other) => tint.LinearBackward(other, layer, gradient),
            Reads = [("its gradient", gradient, g => base.LinearBackward(configuration, layer, g))],
            Layers = [("W", layer, own => base.LinearBackward(configuration, own, gradient))],
            Bound = (bounded, _) => bounded.LinearBackward(layer, gradient),
            Mistakes =
            [
                .. AfterDescent(configuration, gradient),
                .. _scorePath is { } path && place == "attention.value"
                    ? [Mistake("attention.score-path-kept", "The gradient through the scores, which is dropped, is added: queries and keys are not detached.", () => value + path())]
                    : Array.Empty<(string, string, Func<Matrix<double>>)>(),
            ],
        };
        if (place == "mlp.inner")
        {
            _block.Chunks.Add(step);
            return value;
        }

        return Give(step);
    }

    /// <inheritdoc/>
    public override LinearParameters LinearDescent(
        TintConfiguration configuration,
        LinearParameters layer,
        Matrix<double> gradient,
        Matrix<double> memory,
        IReadOnlyList<double> trainMask)
    {
        ArgumentNullException.ThrowIfNull(layer);
        var updated = base.LinearDescent(configuration, layer, gradient, memory, trainMask);
        if (_linear is not { } place)
        {
            return updated;
        }

        var (width, stream) = (layer.Weight.RowCount, _stream);
        var weight = Give(new TraceStep
        {
            Name = Updated(place + ".weight"),
            Module = "LinearDescent",
            Sequence = _sequence,
            Value = updated.Weight,
            Row = place == "mlp.inner" ? _chunk * width : 0,
            Column = _isOuter ? _chunk * width : 0,
            Before = layer.Weight * SimulatedGate.Factor(configuration),
            Part = place.StartsWith("mlp", StringComparison.Ordinal) ? _chunk : null,
            Input = new ModuleInput { Module = "LinearDescent", Signal = gradient, Linear = layer, Memory = [memory], TrainMask = trainMask },
            Again = (tint, other) => tint.LinearDescent(other, layer, gradient, memory, trainMask).Weight,
            Reads =
            [
                ("the memory of its layer's input", memory, x => base.LinearDescent(configuration, layer, gradient, x, trainMask).Weight),
                ("its gradient", gradient, g => base.LinearDescent(configuration, layer, g, memory, trainMask).Weight),
            ],
            Layers = [("W", layer, own => base.LinearDescent(configuration, own, gradient, memory, trainMask).Weight)],
            Parts = Descent(configuration, $"{place}.weight{(_isOuter || place == "mlp.inner" ? _chunk : null)}", layer.Weight, updated.Weight),
            Share = t => StepMistakes.Share(configuration, gradient.Row(t)).ToColumnMatrix() * memory.Row(t).ToRowMatrix(),
            Bound = (bounded, unit) => Widened(
                bounded.LinearDescent(layer, gradient, memory, trainMask).Weight, Carried(configuration, gradient, memory, trainMask, unit, stream)),
        });
        if (_isOuter)
        {
            // The shares of the bias are one parameter of the model, given where the block ends.
            return Remember(updated with { Weight = weight });
        }

        var bias = Give(new TraceStep
        {
            Name = Updated(place + ".bias"),
            Module = "LinearDescent",
            Sequence = _sequence,
            Value = updated.Bias.ToRowMatrix(),
            Column = place == "mlp.inner" ? _chunk * width : 0,
            IsVector = true,
            Before = layer.Bias.ToRowMatrix() * SimulatedGate.Factor(configuration),
            Again = (tint, other) => tint.LinearDescent(other, layer, gradient, memory, trainMask).Bias.ToRowMatrix(),
            Reads = [("its gradient", gradient, g => base.LinearDescent(configuration, layer, g, memory, trainMask).Bias.ToRowMatrix())],
            Parts = Descent(configuration, $"{place}.bias{(place == "mlp.inner" ? _chunk : null)}", layer.Bias.ToRowMatrix(), updated.Bias.ToRowMatrix()),
            Share = t => StepMistakes.Share(configuration, gradient.Row(t)).ToRowMatrix(),
            Bound = (bounded, _) => Transposed(bounded.LinearDescent(layer, gradient, memory, trainMask).Bias),
        });
        return Remember(new LinearParameters(weight, bias.Row(0)));
    }

    /// <inheritdoc/>
    public override Matrix<double> AttentionBackward(
        TintConfiguration configuration,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask)
    {
        var value = base.AttentionBackward(configuration, gradient, memory, trainMask, iclMask);
        return Give(new TraceStep
        {
            Name = _block!.Scope + "attention.heads",
            Module = "AttentionBackward",
            Sequence = _sequence,
            Value = value,
            Input = new ModuleInput
            {
                Module = "AttentionBackward",
                Signal = gradient,
                Memory = [memory.Query, memory.Key, memory.Input],
                TrainMask = trainMask,
                IclMask = iclMask,
            },
            Again = (tint, other) => tint.AttentionBackward(other, gradient, memory, trainMask, iclMask),
            Reads =
            [
                ("its gradient", gradient, g => base.AttentionBackward(configuration, g, memory, trainMask, iclMask)),
                ("the memory of Qx", memory.Query, q => base.AttentionBackward(configuration, gradient, memory with { Query = q }, trainMask, iclMask)),
                ("the memory of Kx", memory.Key, k => base.AttentionBackward(configuration, gradient, memory with { Key = k }, trainMask, iclMask)),
            ],
            Parts = AttentionMistakes.Heads(configuration, value),
            Scalars = [("the factor of the scores", 1, factor => base.AttentionBackward(configuration, gradient, memory with { Query = memory.Query * factor }, trainMask, iclMask))],
            Bound = (bounded, _) => bounded.AttentionBackward(gradient, memory, trainMask, iclMask),
            Mistakes =
            [
                .. AttentionMistakes.Factors(configuration).Select(factor => Mistake(factor.Name, factor.Sentence, () =>
                    base.AttentionBackward(configuration, gradient, memory with { Query = memory.Query * factor.Value }, trainMask, iclMask))),
                .. AttentionMistakes.Backward(configuration, gradient, memory, trainMask, iclMask),
                Mistake("exact", "The exact gradient at the values: every query counts, trained on or not.", () =>
                    base.AttentionBackward(configuration, gradient, memory, [.. trainMask.Select(_ => 1.0)], iclMask)),
            ],
        });
    }

    /// <inheritdoc/>
    public override (Matrix<double> InputGradient, LinearParameters Updated) AttentionBackwardDescent(
        TintConfiguration configuration,
        LinearParameters value,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(memory);
        var own = _weights!.Layers[_layer + 1];
        _linear = "attention.value";
        _scorePath = () =>
        {
            var values = SimulatedLinear.Forward(configuration, value, memory.Input).Output;
            var exact = ExactAttention.Backward(new ExactAttentionForward(memory.Query, memory.Key, values, values), gradient, configuration.Auxiliary.HeadCount, iclMask);
            return (exact.Query * own.Query.Weight) + (exact.Key * own.Key.Weight);
        };
        var result = base.AttentionBackwardDescent(configuration, value, gradient, memory, trainMask, iclMask);
        (_linear, _scorePath) = (null, null);
        return result;
    }

    /// <inheritdoc/>
    public override Matrix<double> ActivationBackward(TintConfiguration configuration, Matrix<double> gradient, Matrix<double> memory)
    {
        var value = base.ActivationBackward(configuration, gradient, memory);
        return Give(new TraceStep
        {
            Name = _block!.Scope + "mlp.activation",
            Module = "ActivationBackward",
            Sequence = _sequence,
            Value = value,
            Column = _chunk * value.ColumnCount,
            Part = _chunk,
            Input = new ModuleInput { Module = "ActivationBackward", Signal = gradient, Memory = [memory] },
            Again = (tint, other) => tint.ActivationBackward(other, gradient, memory),
            Reads =
            [
                ("its gradient", gradient, g => base.ActivationBackward(configuration, g, memory)),
                ("the memory of z", memory, z => base.ActivationBackward(configuration, gradient, z)),
            ],
            Scalars = [("N", configuration.FiniteDifferenceScale, scale => base.ActivationBackward(configuration with { FiniteDifferenceScale = scale }, gradient, memory))],
            Bound = (bounded, _) => bounded.ActivationBackward(gradient, memory),
            Mistakes =
            [
                Mistake("exact", "σ′(z)∘g, the exact gradient, in place of a finite difference.", () =>
                    ExactActivation.Backward(configuration.Auxiliary.Activation, memory, gradient)),
                .. ActivationMistakes.Backward(configuration, memory, gradient),
                Mistake("activation.perturbed-by-g", "z is perturbed by g, not by g/N, and the difference multiplied by N.", () =>
                    configuration.FiniteDifferenceScale * base.ActivationBackward(configuration with { FiniteDifferenceScale = 1 }, gradient, memory)),
            ],
        });
    }

    /// <inheritdoc/>
    protected override (Matrix<double> Gradient, LinearParameters Updated) BackwardOuter(
        TintConfiguration configuration, LinearParameters layer, Matrix<double> gradient, Matrix<double> memory, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _chunk = configuration.Auxiliary.MlpChunkCount - 1 - _block!.Outers++;
        _isOuter = true;
        var result = base.BackwardOuter(configuration, layer, gradient, memory, sequence);
        _isOuter = false;
        return result;
    }

    /// <inheritdoc/>
    protected override (Matrix<double> Gradient, LinearParameters Updated) BackwardLinear(
        TintConfiguration configuration, LinearParameters layer, Matrix<double> gradient, Matrix<double> memory, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _linear = _isOuter ? "mlp.outer" : _block!.Linears++ < configuration.Auxiliary.MlpChunkCount ? "mlp.inner" : "attention.output";
        var result = base.BackwardLinear(configuration, layer, gradient, memory, sequence);
        _linear = null;
        return result;
    }

    /// <summary>What the backward pass gives when the descent runs first; the descent that follows says with which weights.</summary>
    private (string Name, string Sentence, Func<Matrix<double>> Value)[] AfterDescent(TintConfiguration configuration, Matrix<double> gradient)
    {
        var after = new AfterStep();
        _after = after;
        return
        [
            Mistake("block.backward-after-descent", "The backward pass reads the weights that the descent has just written.", () =>
                base.LinearBackward(configuration, after.Layer!, gradient)),
        ];
    }

    /// <summary>The parameter before a descent and its update; beside them what the step before has added to it, as momentum does.</summary>
    private StepPart[] Descent(TintConfiguration configuration, string place, Matrix<double> before, Matrix<double> updated)
    {
        var parts = StepParts.Descent(configuration, before, updated);
        var key = (_sequence, _block?.Scope[(_block.Scope.IndexOf('.', StringComparison.Ordinal) + 1)..] + place);
        var last = _updates.GetValueOrDefault(key);
        _updates[key] = parts[1].Value;
        return last is null ? [.. parts] : [.. parts, new StepPart("the update of the step before", last) { Usual = 0, Hint = "there is momentum" }];
    }

    private LinearParameters Remember(LinearParameters updated)
    {
        if (_after is not null)
        {
            _after.Layer = updated;
        }

        return updated;
    }

    /// <summary>
    /// What a descent's weights owe to the memory, which is no intermediate: η Σ m |g| Δxᵀ. Storing x takes two roundings; putting it back as the published code
    /// does, h + (x − h) among what other modules have left in the stream, two more of the size of x and one of h, which is at most the sum of all signals.
    /// </summary>
    internal static Matrix<double> Carried(
        TintConfiguration configuration, Matrix<double> gradient, Matrix<double> memory, IReadOnlyList<double> trainMask, double unit, double stream, Matrix<double>? made = null)
    {
        var moved = memory.Map(x => unit * ((4 * Math.Abs(x)) + stream));
        var weighted = gradient.MapIndexed((t, _, g) => Math.Abs(configuration.InnerLearningRate * trainMask[t] * g));
        return weighted.TransposeThisAndMultiply(made is null ? moved : moved + made);
    }

    internal static Bounded Widened(Bounded result, Matrix<double> by) => new(result.Value, result.Bound + by);

    private static Bounded Transposed(Bounded column) => new(column.Value.Transpose(), column.Bound.Transpose());

    /// <summary>The layer that the descent of a module leaves.</summary>
    private sealed class AfterStep
    {
        public LinearParameters? Layer { get; set; }
    }
}
