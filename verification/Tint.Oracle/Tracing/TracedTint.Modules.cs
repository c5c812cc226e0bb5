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
        var step = LinearSteps.Forward(
            new TraceStep
            {
                Name = _block.Scope + (index == 0 ? "attention.output" : isOuter == 1 ? "mlp.outer" : "mlp.inner"),
                Module = "LinearForward",
                Sequence = _recorder.Sequence,
                Value = output,
                Column = index > 0 && isOuter == 0 ? chunk * width : 0,
                Part = index > 0 ? chunk : null,
                Input = new ModuleInput { Module = "LinearForward", Signal = x, Linear = layer },
                Again = (tint, other) => tint.LinearForward(other, layer, x).Output,
                Bound = (bounded, _) => bounded.LinearForward(layer, x).Output,
                Mistakes = index > 0 && isOuter == 1
                    ? [Mistake(
                        "block.mlp-bias-in-every-chunk",
                        "Each of the C chunks adds all of the MLP's output bias.",
                        () => base.LinearForward(configuration, layer with { Bias = layer.Bias * chunks }, x).Output)]
                    : [],
            },
            configuration,
            layer,
            hasBias: true,
            x,
            (own, y) => base.LinearForward(configuration, own, y).Output);
        if (index > 0 && isOuter == 1)
        {
            _block.Chunks.Add(step);
            return (output, memory);
        }

        return (_recorder.Give(step), memory);
    }

    /// <inheritdoc/>
    public override (Matrix<double> Output, LayerNormMemory Memory) LayerNormForward(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> x)
    {
        var (output, memory) = base.LayerNormForward(configuration, layer, x);
        _normalized[memory.Normalized] = bounded => bounded.LayerNormForward(layer, x).Normalized.Bound;
        var name = _block is null ? $"forward{_pass}.final_norm" : _block.Scope + (_block.Norms++ == 0 ? "attention.norm" : "mlp.norm");
        output = _recorder.Give(NormSteps.Forward(
            new TraceStep
            {
                Name = name,
                Module = "LayerNormForward",
                Sequence = _recorder.Sequence,
                Value = output,
                Input = new ModuleInput { Module = "LayerNormForward", Signal = x, Norm = layer },
                Again = (tint, other) => tint.LayerNormForward(other, layer, x).Output,
                Bound = (bounded, _) => bounded.LayerNormForward(layer, x).Output,
            },
            configuration,
            layer,
            isCentred: true,
            x,
            memory,
            OtherNorms(layer),
            (other, own, y) => base.LayerNormForward(other, own, y).Output));
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
        var (scope, layers) = (_block!.Scope, new AttentionSteps.Layers(query, key, value));
        (Matrix<double> Output, AttentionMemory Memory) Run(AttentionSteps.Layers own, Matrix<double> y) =>
            base.AttentionForward(configuration, own.Query, own.Key, own.Value, y, iclMask);
        var queries = _recorder.Give(AttentionSteps.Projection(
            new TraceStep
            {
                Name = scope + "attention.query",
                Module = "AttentionForward",
                Sequence = _recorder.Sequence,
                Value = memory.Query,
                Again = (tint, other) => tint.AttentionForward(other, query, key, value, x, iclMask).Memory.Query,
                Bound = (bounded, _) => bounded.AttentionForward(query, key, value, x, iclMask).Query,
            },
            query,
            isQuery: true,
            x,
            (own, y) => Run(layers with { Query = own }, y).Memory.Query));
        var keys = _recorder.Give(AttentionSteps.Projection(
            new TraceStep
            {
                Name = scope + "attention.key",
                Module = "AttentionForward",
                Sequence = _recorder.Sequence,
                Value = memory.Key,
                Again = (tint, other) => tint.AttentionForward(other, query, key, value, x, iclMask).Memory.Key,
                Bound = (bounded, _) => bounded.AttentionForward(query, key, value, x, iclMask).Key,
            },
            key,
            isQuery: false,
            x,
            (own, y) => Run(layers with { Key = own }, y).Memory.Key));
        output = _recorder.Give(AttentionSteps.Forward(
            new TraceStep
            {
                Name = scope + "attention.heads",
                Module = "AttentionForward",
                Sequence = _recorder.Sequence,
                Value = output,
                Input = new ModuleInput { Module = "AttentionForward", Signal = x, Linear = query, Key = key, Value = value, IclMask = iclMask },
                Again = (tint, other) => tint.AttentionForward(other, query, key, value, x, iclMask).Output,
                Bound = (bounded, _) => bounded.AttentionForward(query, key, value, x, iclMask).Output,
                Mistakes = [.. AttentionMistakes.Forward(configuration, query, key, value, x, iclMask)],
            },
            configuration,
            layers,
            x,
            x,
            (own, y) => Run(own, y).Output));
        return (output, memory with { Query = queries, Key = keys });
    }

    /// <inheritdoc/>
    public override (Matrix<double> Output, Matrix<double> Memory) ActivationForward(TintConfiguration configuration, Matrix<double> z)
    {
        ArgumentNullException.ThrowIfNull(z);
        var (output, memory) = base.ActivationForward(configuration, z);
        var step = new TraceStep
        {
            Name = _block!.Scope + "mlp.activation",
            Module = "ActivationForward",
            Sequence = _recorder.Sequence,
            Value = output,
            Column = _block.Activations++ * z.ColumnCount,
            Part = _block.Activations - 1,
            Input = new ModuleInput { Module = "ActivationForward", Signal = z },
            Again = (tint, other) => tint.ActivationForward(other, z).Output,
            Bound = (bounded, _) => bounded.ActivationForward(z).Output,
        };
        return (_recorder.Give(ActivationSteps.Forward(step, configuration, z, x => base.ActivationForward(configuration, x).Output)), memory);
    }

    /// <inheritdoc/>
    public override Matrix<double> LossGradient(
        TintConfiguration configuration, Matrix<double> tokenEmbedding, Matrix<double> y, TokenSequence sequence)
    {
        var value = base.LossGradient(configuration, tokenEmbedding, y, sequence);
        return _recorder.Give(EndSteps.LossGradient(
            new TraceStep
            {
                Name = $"backward{_step}.loss_gradient",
                Module = "LossGradient",
                Sequence = _recorder.Sequence,
                Value = value,
                Again = (tint, other) => tint.LossGradient(other, tokenEmbedding, y, sequence),
                Bound = (bounded, _) => bounded.LossGradient(tokenEmbedding, y, sequence),
            },
            configuration,
            tokenEmbedding,
            bias: null,
            _weights!.PositionEmbedding,
            y,
            sequence,
            other => base.LossGradient(configuration, tokenEmbedding, other, sequence)));
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
