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
        return _norm is not { } name ? value : Give(new TraceStep
        {
            Name = $"backward{_step}.{name}",
            Module = "LayerNormBackward",
            Sequence = _sequence,
            Value = value,
            Input = new ModuleInput { Module = "LayerNormBackward", Signal = gradient, Norm = layer, Memory = [memory.Normalized, memory.Input] },
            Again = (tint, other) => tint.LayerNormBackward(other, layer, gradient, memory),
            Within = (tint, other) => base.LayerNormBackward(
                configuration, StepMistakes.WithOnes(layer), tint.LinearBackward(other, StepMistakes.Linear(layer), gradient) / SimulatedGate.Factor(configuration), memory),
            Reads =
            [
                ("its gradient", gradient, g => base.LayerNormBackward(configuration, layer, g, memory)),
                ("the memory of its input", memory.Input, x => base.LayerNormBackward(configuration, layer, gradient, memory with { Input = x })),
                ("the memory of x̂", memory.Normalized, z => base.LayerNormBackward(configuration, layer, gradient, memory with { Normalized = z })),
            ],
            Parts = StepParts.NormBackward(configuration, layer, gradient, memory),
            Scalars = [("N", configuration.FiniteDifferenceScale, scale => base.LayerNormBackward(configuration with { FiniteDifferenceScale = scale }, layer, gradient, memory))],
            Bound = (bounded, _) => bounded.LayerNormBackward(layer, gradient, memory),
            Mistakes =
            [
                Mistake("exact", "The exact gradient of the normalisation, in place of a finite difference.", () =>
                    StepMistakes.ExactNorm(configuration, layer, gradient, memory)),
                Mistake("norm.perturbed-by-g", "x is perturbed by γ∘g, not by γ∘g/N, and the difference multiplied by N.", () =>
                    configuration.FiniteDifferenceScale * base.LayerNormBackward(configuration with { FiniteDifferenceScale = 1 }, layer, gradient, memory)),
                Mistake("norm.scale-forgotten", "The difference is not multiplied by N.", () =>
                    base.LayerNormBackward(configuration, layer, gradient, memory) / configuration.FiniteDifferenceScale),
                .. NormMistakes.Backward(configuration, layer, gradient, memory, own => base.LayerNormBackward(configuration, own, gradient, memory)),
                Mistake("norm.gamma-after", "γ is applied after the normalisation's backward, not before.", () => StepMistakes.GammaAfter(
                    layer, gradient, (norm, g) => base.LayerNormBackward(configuration, norm, g, memory))),
                .. OtherNorms(layer).Select(other => Mistake(
                    "norm.weights-of-another",
                    $"γ and β are those of {other.Name}.",
                    () => base.LayerNormBackward(configuration, other.Norm, gradient, memory))),
            ],
        });
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

        var (isDense, stream) = (updated.Dense is not null, _stream);
        var weight = Give(new TraceStep
        {
            Name = $"updated{_step}.{name}.weight",
            Module = "LayerNormDescent",
            Sequence = _sequence,
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
            Within = isDense
                ? (tint, other) => tint.LinearDescent(other, StepMistakes.Linear(layer), gradient, memory.Normalized, trainMask).Weight
                : null,
            Parts = Descent(configuration, $"{name}.weight", Gamma(layer, isDense), Gamma(updated, isDense)),
            Share = isDense
                ? t => StepMistakes.Share(configuration, gradient.Row(t)).ToColumnMatrix() * memory.Normalized.Row(t).ToRowMatrix()
                : null,
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
        });
        var bias = Give(new TraceStep
        {
            Name = $"updated{_step}.{name}.bias",
            Module = "LayerNormDescent",
            Sequence = _sequence,
            Value = updated.Bias.ToRowMatrix(),
            IsVector = true,
            Before = layer.Bias.ToRowMatrix() * SimulatedGate.Factor(configuration),
            Again = (tint, other) => tint.LayerNormDescent(other, layer, gradient, memory, trainMask).Bias.ToRowMatrix(),
            Within = (tint, other) => tint.LinearDescent(other, StepMistakes.Linear(layer), gradient, memory.Normalized, trainMask).Bias.ToRowMatrix(),
            Reads = [("its gradient", gradient, g => base.LayerNormDescent(configuration, layer, g, memory, trainMask).Bias.ToRowMatrix())],
            Parts =
            [
                .. Descent(configuration, $"{name}.bias", layer.Bias.ToRowMatrix(), updated.Bias.ToRowMatrix()),
                new StepPart("γ's update", StepParts.OfGamma(configuration, gradient, memory, trainMask)) { Usual = 0 },
            ],
            Share = t => StepMistakes.Share(configuration, gradient.Row(t)).ToRowMatrix(),
            Bound = (bounded, _) => Transposed(bounded.LayerNormDescent(layer, gradient, memory, trainMask).Bias),
        });
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
