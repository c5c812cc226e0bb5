using MathNet.Numerics.LinearAlgebra;
using Tint.Oracle.Cases;
using Tint.Properties.Laws;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tracing;

/// <content>Backward passes and descents of normalisations.</content>
internal sealed partial class TracedTint
{
    /// <inheritdoc/>
    public override Matrix<double> LayerNormBackward(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory)
    {
        var value = base.LayerNormBackward(configuration, layer, gradient, memory);
        return _norm is not { } name ? value : _recorder.Give(NormSteps.Backward(
            new TraceStep
            {
                Name = $"backward{_step}.{name}",
                Module = "LayerNormBackward",
                Sequence = _recorder.Sequence,
                Value = value,
                Input = new ModuleInput { Module = "LayerNormBackward", Signal = gradient, Norm = layer, Memory = [memory.Normalized, memory.Input] },
                Again = (tint, other) => tint.LayerNormBackward(other, layer, gradient, memory),
                Bound = (bounded, _) => bounded.LayerNormBackward(layer, gradient, memory),
            },
            configuration,
            layer,
            isCentred: true,
            gradient,
            memory,
            OtherNorms(layer),
            base.LayerNormBackward));
    }

    /// <inheritdoc/>
    public override LayerNormParameters LayerNormDescent(
        TintConfiguration configuration,
        LayerNormParameters layer,
        Matrix<double> gradient,
        LayerNormMemory memory,
        IReadOnlyList<double> trainMask)
    {
        ArgumentNullException.ThrowIfNull(layer);
        var updated = base.LayerNormDescent(configuration, layer, gradient, memory, trainMask);
        if (_norm is not { } name)
        {
            return updated;
        }

        var (isDense, stream) = (updated.Dense is not null, _recorder.Stream);
        LayerNormParameters Run(Matrix<double> g) => base.LayerNormDescent(configuration, layer, g, memory, trainMask);
        var weight = _recorder.Give(NormSteps.Weight(
            new TraceStep
            {
                Name = $"updated{_step}.{name}.weight",
                Module = "LayerNormDescent",
                Sequence = _recorder.Sequence,
                Value = Gamma(updated, isDense),
                IsVector = !isDense,
                Before = Gamma(layer, isDense) * SimulatedGate.Factor(configuration),
                Input = new ModuleInput
                {
                    Module = "LayerNormDescent",
                    Signal = gradient,
                    Norm = layer,
                    Memory = [memory.Normalized, memory.Input],
                    TrainMask = trainMask,
                },
                Again = (tint, other) => Gamma(tint.LayerNormDescent(other, layer, gradient, memory, trainMask), isDense),
                Parts = Descent(configuration, $"{name}.weight", Gamma(layer, isDense), Gamma(updated, isDense)),
                Bound = (bounded, unit) =>
                {
                    var full = bounded.LayerNormDescent(layer, gradient, memory, trainMask).Weight;
                    if (!configuration.LayerNormBiasOnly)
                    {
                        var normalized = _normalized.TryGetValue(memory.Normalized, out var made) ? made(bounded) : null;
                        full = Widened(full, Carried(configuration, gradient, memory.Normalized, trainMask, unit, stream, normalized));
                    }

                    return isDense ? full : new Bounded(full.Value.Diagonal().ToRowMatrix(), full.Bound.Diagonal().ToRowMatrix());
                },
            },
            configuration,
            layer,
            gradient,
            memory,
            trainMask,
            g => Gamma(Run(g), isDense)));
        var bias = _recorder.Give(NormSteps.Bias(
            new TraceStep
            {
                Name = $"updated{_step}.{name}.bias",
                Module = "LayerNormDescent",
                Sequence = _recorder.Sequence,
                Value = updated.Bias.ToRowMatrix(),
                IsVector = true,
                Before = layer.Bias.ToRowMatrix() * SimulatedGate.Factor(configuration),
                Again = (tint, other) => tint.LayerNormDescent(other, layer, gradient, memory, trainMask).Bias.ToRowMatrix(),
                Parts = Descent(configuration, $"{name}.bias", layer.Bias.ToRowMatrix(), updated.Bias.ToRowMatrix()),
                Bound = (bounded, _) => Transposed(bounded.LayerNormDescent(layer, gradient, memory, trainMask).Bias),
            },
            configuration,
            layer,
            gradient,
            memory,
            trainMask,
            g => Run(g).Bias.ToRowMatrix()));
        return isDense
            ? updated with { Dense = weight, Bias = bias.Row(0) }
            : updated with { Weight = weight.Row(0), Bias = bias.Row(0) };
    }

    /// <inheritdoc/>
    protected override (Matrix<double> Gradient, LayerNormParameters Updated) BackwardNorm(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory, TokenSequence sequence)
    {
        if (_block is null)
        {
            _norm = "final_norm";
        }
        else
        {
            var scope = _block.Scope[(_block.Scope.IndexOf('.', StringComparison.Ordinal) + 1)..];
            gradient = _block.Chunks.Count > 0 ? GiveChunks("mlp.inner", gradient) : gradient;
            _norm = scope + (_block.Norms++ == 0 ? "mlp.norm" : "attention.norm");
        }

        var result = base.BackwardNorm(configuration, layer, gradient, memory, sequence);
        _norm = null;
        return result;
    }

    private static Matrix<double> Gamma(LayerNormParameters norm, bool isDense) => isDense
        ? norm.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(norm.Weight)
        : norm.Weight.ToRowMatrix();
}
