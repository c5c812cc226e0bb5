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

        var after = _after = new AfterStep();
        var step = LinearSteps.Backward(
            new TraceStep
            {
                Name = _block!.Scope + place,
                Module = "LinearBackward",
                Sequence = _recorder.Sequence,
                Value = value,
                Column = _isOuter ? _chunk * value.ColumnCount : 0,
                Part = place.StartsWith("mlp", StringComparison.Ordinal) ? _chunk : null,
                Input = new ModuleInput { Module = "LinearBackward", Signal = gradient, Linear = layer },
                Again = (tint, other) => tint.LinearBackward(other, layer, gradient),
                Bound = (bounded, _) => bounded.LinearBackward(layer, gradient),
            },
            layer,
            gradient,
            (own, g) => base.LinearBackward(configuration, own, g),
            () => after.Layer!,
            place == "attention.value" ? _scorePath : null);
        if (place == "mlp.inner")
        {
            _block.Chunks.Add(step);
            return value;
        }

        return _recorder.Give(step);
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

        var (width, stream) = (layer.Weight.RowCount, _recorder.Stream);
        LinearParameters Run(LinearParameters own, Matrix<double> g, Matrix<double> x) => base.LinearDescent(configuration, own, g, x, trainMask);
        var weight = _recorder.Give(LinearSteps.Weight(
            new TraceStep
            {
                Name = Updated(place + ".weight"),
                Module = "LinearDescent",
                Sequence = _recorder.Sequence,
                Value = updated.Weight,
                Row = place == "mlp.inner" ? _chunk * width : 0,
                Column = _isOuter ? _chunk * width : 0,
                Before = layer.Weight * SimulatedGate.Factor(configuration),
                Part = place.StartsWith("mlp", StringComparison.Ordinal) ? _chunk : null,
                Input = new ModuleInput { Module = "LinearDescent", Signal = gradient, Linear = layer, Memory = [memory], TrainMask = trainMask },
                Again = (tint, other) => tint.LinearDescent(other, layer, gradient, memory, trainMask).Weight,
                Parts = Descent(configuration, $"{place}.weight{(_isOuter || place == "mlp.inner" ? _chunk : null)}", layer.Weight, updated.Weight),
                Bound = (bounded, unit) => Widened(
                    bounded.LinearDescent(layer, gradient, memory, trainMask).Weight, Carried(configuration, gradient, memory, trainMask, unit, stream)),
            },
            configuration,
            layer,
            gradient,
            memory,
            Run));
        if (_isOuter)
        {
            // The shares of the bias are one parameter of the model, given where the block ends.
            return Remember(updated with { Weight = weight });
        }

        var bias = _recorder.Give(LinearSteps.Bias(
            new TraceStep
            {
                Name = Updated(place + ".bias"),
                Module = "LinearDescent",
                Sequence = _recorder.Sequence,
                Value = updated.Bias.ToRowMatrix(),
                Column = place == "mlp.inner" ? _chunk * width : 0,
                IsVector = true,
                Before = layer.Bias.ToRowMatrix() * SimulatedGate.Factor(configuration),
                Again = (tint, other) => tint.LinearDescent(other, layer, gradient, memory, trainMask).Bias.ToRowMatrix(),
                Parts = Descent(configuration, $"{place}.bias{(place == "mlp.inner" ? _chunk : null)}", layer.Bias.ToRowMatrix(), updated.Bias.ToRowMatrix()),
                Bound = (bounded, _) => Transposed(bounded.LinearDescent(layer, gradient, memory, trainMask).Bias),
            },
            configuration,
            gradient,
            copies: 1,
            g => Run(layer, g, memory).Bias.ToRowMatrix()));
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
        var step = AttentionSteps.AtValues(
            new TraceStep
            {
                Name = _block!.Scope + "attention.heads",
                Module = "AttentionBackward",
                Sequence = _recorder.Sequence,
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
                Bound = (bounded, _) => bounded.AttentionBackward(gradient, memory, trainMask, iclMask),
                Mistakes = [.. AttentionMistakes.Backward(configuration, gradient, memory, trainMask, iclMask)],
            },
            configuration,
            gradient,
            memory.Query,
            memory.Key,
            (g, q, k) => base.AttentionBackward(configuration, g, memory with { Query = q, Key = k }, trainMask, iclMask),
            () => base.AttentionBackward(configuration, gradient, memory, [.. trainMask.Select(_ => 1.0)], iclMask));
        return _recorder.Give(step);
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
        return _recorder.Give(ActivationSteps.Backward(
            new TraceStep
            {
                Name = _block!.Scope + "mlp.activation",
                Module = "ActivationBackward",
                Sequence = _recorder.Sequence,
                Value = value,
                Column = _chunk * value.ColumnCount,
                Part = _chunk,
                Input = new ModuleInput { Module = "ActivationBackward", Signal = gradient, Memory = [memory] },
                Again = (tint, other) => tint.ActivationBackward(other, gradient, memory),
                Bound = (bounded, _) => bounded.ActivationBackward(gradient, memory),
            },
            configuration,
            configuration.Auxiliary.Activation,
            gradient,
            memory,
            base.ActivationBackward));
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

    private IReadOnlyList<StepPart> Descent(TintConfiguration configuration, string place, Matrix<double> before, Matrix<double> updated) => _recorder.Descent(
        configuration, _block?.Scope[(_block.Scope.IndexOf('.', StringComparison.Ordinal) + 1)..] + place, before, updated);

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

    internal static Bounded Transposed(Bounded column) => new(column.Value.Transpose(), column.Bound.Transpose());

    /// <summary>The layer that the descent of a module leaves.</summary>
    private sealed class AfterStep
    {
        public LinearParameters? Layer { get; set; }
    }
}
