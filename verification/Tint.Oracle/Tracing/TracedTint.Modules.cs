using MathNet.Numerics.LinearAlgebra;
using Tint.Oracle.Cases;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tracing;

/// <content>The modules, each recorded where it stands in the walk.</content>
internal sealed partial class TracedTint
{
    /// <inheritdoc/>
    public override (Matrix<double> Output, Matrix<double> Memory) LinearForward(
        TintConfiguration configuration, LinearParameters layer, Matrix<double> x)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(x);
        var (output, memory) = base.LinearForward(configuration, layer, x);
        var (index, width) = (_block!.Linears++, x.ColumnCount);
        var (chunk, isOuter) = Math.DivRem(Math.Max(0, index - 1), 2);
        var chunks = configuration.Auxiliary.MlpChunkCount;
        var step = new TraceStep
        {
            Name = _block.Scope + (index == 0 ? "attention.output" : isOuter == 1 ? "mlp.outer" : "mlp.inner"),
            Module = "LinearForward",
            Sequence = _sequence,
            Value = output,
            Column = index > 0 && isOuter == 0 ? chunk * width : 0,
            Part = index > 0 ? chunk : null,
            Input = new ModuleInput { Module = "LinearForward", Signal = x, Linear = layer },
            Again = (tint, other) => tint.LinearForward(other, layer, x).Output,
            Reads = [("its input", x, y => base.LinearForward(configuration, layer, y).Output)],
            Layers = [("W and b", layer, own => base.LinearForward(configuration, own, x).Output)],
            Parts = StepParts.Linear(configuration, layer, output),
            Besides = [("W x without b", output - Matrix<double>.Build.Dense(output.RowCount, output.ColumnCount, (_, d) => layer.Bias[d] * SimulatedGate.Factor(configuration)))],
            Bound = (bounded, _) => bounded.LinearForward(layer, x).Output,
            Mistakes = index > 0 && isOuter == 1
                ? [Mistake(
                    "block.mlp-bias-in-every-chunk",
                    "Each of the C chunks adds all of the MLP's output bias.",
                    () => base.LinearForward(configuration, layer with { Bias = layer.Bias * chunks }, x).Output)]
                : [],
        };
        if (index > 0 && isOuter == 1)
        {
            _block.Chunks.Add(step);
            return (output, memory);
        }

        return (Give(step), memory);
    }

    /// <inheritdoc/>
    public override (Matrix<double> Output, LayerNormMemory Memory) LayerNormForward(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> x)
    {
        var (output, memory) = base.LayerNormForward(configuration, layer, x);
        _normalized[memory.Normalized] = bounded => bounded.LayerNormForward(layer, x).Normalized.Bound;
        var name = _block is null ? $"forward{_pass}.final_norm" : _block.Scope + (_block.Norms++ == 0 ? "attention.norm" : "mlp.norm");
        output = Give(new TraceStep
        {
            Name = name,
            Module = "LayerNormForward",
            Sequence = _sequence,
            Value = output,
            Input = new ModuleInput { Module = "LayerNormForward", Signal = x, Norm = layer },
            Again = (tint, other) => tint.LayerNormForward(other, layer, x).Output,
            Within = (tint, other) => SimulatedGate.Factor(other)
                * tint.LinearForward(other, StepMistakes.Linear(layer), memory.Normalized / SimulatedGate.Factor(other)).Output,
            Reads = [("its input", x, y => base.LayerNormForward(configuration, layer, y).Output)],
            Parts = StepParts.Norm(configuration, layer, output),
            Besides = [("x̂", memory.Normalized)],
            Scalars = [("eps", configuration.Auxiliary.LayerNormEpsilon, epsilon => base.LayerNormForward(
                configuration with { Auxiliary = configuration.Auxiliary with { LayerNormEpsilon = epsilon } }, layer, x).Output)],
            Bound = (bounded, _) => bounded.LayerNormForward(layer, x).Output,
            Mistakes = [
                .. NormMistakes.Forward(configuration, layer, x, own => base.LayerNormForward(configuration, own, x).Output),
                .. OtherNorms(layer).Select(other => Mistake(
                    "norm.weights-of-another",
                    $"γ and β are those of {other.Name}.",
                    () => base.LayerNormForward(configuration, other.Norm, x).Output))],
        });
        if (_block is null)
        {
            GiveLogits(output);
        }

        return (output, memory);
    }

    /// <inheritdoc/>
    public override (Matrix<double> Output, AttentionMemory Memory) AttentionForward(
        TintConfiguration configuration,
        LinearParameters query,
        LinearParameters key,
        LinearParameters value,
        Matrix<double> x,
        Matrix<double>? iclMask)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        var (output, memory) = base.AttentionForward(configuration, query, key, value, x, iclMask);
        var scope = _block!.Scope;
        var queries = Give(new TraceStep
        {
            Name = scope + "attention.query",
            Module = "AttentionForward",
            Sequence = _sequence,
            Value = memory.Query,
            Again = (tint, other) => tint.AttentionForward(other, query, key, value, x, iclMask).Memory.Query,
            Layers = [("W and b", query, own => base.AttentionForward(configuration, own, key, value, x, iclMask).Memory.Query)],
            Reads = [("its input", x, y => base.AttentionForward(configuration, query, key, value, y, iclMask).Memory.Query)],
            Bound = (bounded, _) => bounded.AttentionForward(query, key, value, x, iclMask).Query,
            Mistakes = [Mistake("attention.query-transposed", "Queries are W_Qᵀ x + b_Q.", () => base.AttentionForward(
                configuration, query with { Weight = query.Weight.Transpose() }, key, value, x, iclMask).Memory.Query)],
        });
        var keys = Give(new TraceStep
        {
            Name = scope + "attention.key",
            Module = "AttentionForward",
            Sequence = _sequence,
            Value = memory.Key,
            Again = (tint, other) => tint.AttentionForward(other, query, key, value, x, iclMask).Memory.Key,
            Layers = [("W and b", key, own => base.AttentionForward(configuration, query, own, value, x, iclMask).Memory.Key)],
            Reads = [("its input", x, y => base.AttentionForward(configuration, query, key, value, y, iclMask).Memory.Key)],
            Bound = (bounded, _) => bounded.AttentionForward(query, key, value, x, iclMask).Key,
            Mistakes = [Mistake("attention.key-transposed", "Keys are W_Kᵀ x + b_K.", () => base.AttentionForward(
                configuration, query, key with { Weight = key.Weight.Transpose() }, value, x, iclMask).Memory.Key)],
        });
        output = Give(new TraceStep
        {
            Name = scope + "attention.heads",
            Module = "AttentionForward",
            Sequence = _sequence,
            Value = output,
            Input = new ModuleInput { Module = "AttentionForward", Signal = x, Linear = query, Key = key, Value = value, IclMask = iclMask },
            Again = (tint, other) => tint.AttentionForward(other, query, key, value, x, iclMask).Output,
            Layers =
            [
                ("W_V and b_V", value, own => base.AttentionForward(configuration, query, key, own, x, iclMask).Output),
                ("W_Q and b_Q", query, own => base.AttentionForward(configuration, own, key, value, x, iclMask).Output),
                ("W_K and b_K", key, own => base.AttentionForward(configuration, query, own, value, x, iclMask).Output),
            ],
            Reads = [("its input", x, y => base.AttentionForward(configuration, query, key, value, y, iclMask).Output)],
            Parts = AttentionMistakes.Heads(configuration, output),
            Besides = [("values", SimulatedLinear.Forward(configuration, value, x).Output)],
            Scalars = [("the factor of the scores", 1, factor => base.AttentionForward(
                configuration, new LinearParameters(query.Weight * factor, query.Bias * factor), key, value, x, iclMask).Output)],
            Bound = (bounded, _) => bounded.AttentionForward(query, key, value, x, iclMask).Output,
            Mistakes = [
                .. AttentionMistakes.Forward(configuration, query, key, value, x, iclMask),
                Mistake("attention.value-transposed", "Values are W_Vᵀ x + b_V.", () => base.AttentionForward(
                configuration, query, key, value with { Weight = value.Weight.Transpose() }, x, iclMask).Output)],
        });
        return (output, memory with { Query = queries, Key = keys });
    }

    /// <inheritdoc/>
    public override (Matrix<double> Output, Matrix<double> Memory) ActivationForward(TintConfiguration configuration, Matrix<double> z)
    {
        ArgumentNullException.ThrowIfNull(z);
        var (output, memory) = base.ActivationForward(configuration, z);
        return (
            Give(new TraceStep
            {
                Name = _block!.Scope + "mlp.activation",
                Module = "ActivationForward",
                Sequence = _sequence,
                Value = output,
                Column = _block.Activations++ * z.ColumnCount,
                Part = _block.Activations - 1,
                Input = new ModuleInput { Module = "ActivationForward", Signal = z },
                Again = (tint, other) => tint.ActivationForward(other, z).Output,
                Reads = [("its input", z, x => base.ActivationForward(configuration, x).Output)],
                Mistakes = [.. ActivationMistakes.Forward(configuration, z)],
                Bound = (bounded, _) => bounded.ActivationForward(z).Output,
            }),
            memory);
    }

    /// <inheritdoc/>
    public override Matrix<double> LossGradient(
        TintConfiguration configuration, Matrix<double> tokenEmbedding, Matrix<double> y, TokenSequence sequence)
    {
        var value = base.LossGradient(configuration, tokenEmbedding, y, sequence);
        return Give(new TraceStep
        {
            Name = $"backward{_step}.loss_gradient",
            Module = "LossGradient",
            Sequence = _sequence,
            Value = value,
            Again = (tint, other) => tint.LossGradient(other, tokenEmbedding, y, sequence),
            Reads = [("the final norm's output", y, other => base.LossGradient(configuration, tokenEmbedding, other, sequence))],
            Parts = StepParts.Loss(configuration, _weights!, value, sequence),
            Tables = [("the targets", tokenEmbedding.RowCount, LossMistakes.WithTargets(configuration, tokenEmbedding, value, sequence))],
            Rows = () => LossMistakes.Unmasked(configuration, tokenEmbedding, y, sequence),
            Scalars = configuration.Loss != LossKind.CrossEntropy ? [] :
            [
                ("the factor of the logits", 1, factor => LossMistakes.OfLogits(tokenEmbedding, y.TransposeAndMultiply(tokenEmbedding) * factor, value, configuration, sequence)),
                ("the size of the vocabulary, with logits of 0 behind its end,", tokenEmbedding.RowCount, size => LossMistakes.OfLogits(
                    tokenEmbedding, y.TransposeAndMultiply(tokenEmbedding), value, configuration, sequence, size - tokenEmbedding.RowCount)),
            ],
            Bound = (bounded, _) => bounded.LossGradient(tokenEmbedding, y, sequence),
            Mistakes = [.. LossMistakes.Of(configuration, tokenEmbedding, y, value, sequence)],
        });
    }

    /// <summary>The model's other normalisations, and after a step those from before it.</summary>
    private IEnumerable<(string Name, LayerNormParameters Norm)> OtherNorms(LayerNormParameters own)
    {
        var before = _step > 0 ? Norms(_given!).Select(item => ($"{item.Name} before the first step", item.Norm)) : [];
        return Norms(_weights!).Concat(before).Where(item => !ReferenceEquals(item.Norm, own));

        static IEnumerable<(string Name, LayerNormParameters Norm)> Norms(AuxiliaryWeights weights) => weights.Layers
            .SelectMany((layer, index) => new (string Name, LayerNormParameters Norm)[]
            {
                ($"layer {index}'s attention norm", layer.AttentionNorm), ($"layer {index}'s MLP norm", layer.MlpNorm),
            })
            .Append(("the final norm", weights.FinalNorm));
    }
}
