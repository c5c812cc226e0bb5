using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Verification.Engines.Exact;

/// <summary>One block of the auxiliary model, forward and backward, as <see cref="Reference.Exact.ExactLayer"/> runs it, with the rounding of every step.</summary>
internal sealed class TrackedLayer
{
    private readonly Arithmetic _arithmetic;
    private readonly TrackedOperations _operations;
    private readonly AuxiliaryConfiguration _configuration;
    private readonly AuxiliaryLayer _layer;
    private readonly TrackedNorm _attentionNorm;
    private readonly TrackedNorm _mlpNorm;
    private readonly TrackedHead[] _heads;
    private readonly Tracked _attended;
    private readonly Tracked _preActivation;
    private readonly Tracked _activated;

    public TrackedLayer(
        Arithmetic arithmetic,
        TrackedOperations operations,
        AuxiliaryConfiguration configuration,
        AuxiliaryLayer layer,
        Tracked input,
        Matrix<double>? iclMask)
    {
        (_arithmetic, _operations, _configuration, _layer) = (arithmetic, operations, configuration, layer);
        _attentionNorm = TrackedNorm.Forward(arithmetic, operations, layer.AttentionNorm, configuration.LayerNormEpsilon, input);
        var (q, k, v) = (Linear(layer.Query, _attentionNorm.Output), Linear(layer.Key, _attentionNorm.Output), Linear(layer.Value, _attentionNorm.Output));
        _heads = [.. Enumerable.Range(0, configuration.HeadCount).Select(head => new TrackedHead(
            arithmetic, [.. Enumerable.Range(head * configuration.HeadSize, configuration.HeadSize)], q, k, v, iclMask))];
        _attended = Join(_heads.Select(head => head.Output));
        var middle = arithmetic.Add(input, Linear(layer.Output, _attended))!;
        _mlpNorm = TrackedNorm.Forward(arithmetic, operations, layer.MlpNorm, configuration.LayerNormEpsilon, middle);
        _preActivation = Linear(layer.Inner, _mlpNorm.Output);
        _activated = arithmetic.Activate(_preActivation, configuration.Activation);
        Output = arithmetic.Add(middle, Linear(layer.Outer, _activated))!;
    }

    /// <summary>The block's output, [T × D].</summary>
    public Tracked Output { get; }

    /// <summary>The gradient at the block's input, and a part of the parameters' gradients, error or value, in the shape of the parameters.</summary>
    public (Tracked Input, AuxiliaryLayer Parameters) Backward(Tracked g, Func<Tracked, Matrix<double>> part)
    {
        // forward: output = middle + Outer·σ(Inner·MlpNorm(middle))
        var (activated, outer) = LinearBackward(_layer.Outer, _activated, g, part);
        var z = _operations.Hadamard(_operations.Derivative(_configuration.Activation, _preActivation), activated);
        var (normalised, inner) = LinearBackward(_layer.Inner, _mlpNorm.Output, z, part);
        var (mlpInput, mlpNorm) = NormBackward(_mlpNorm, normalised, part);
        var middle = _arithmetic.Add(g, mlpInput)!;

        // forward: middle = input + Output·attention(AttentionNorm(input))
        var (attended, output) = LinearBackward(_layer.Output, _attended, middle, part);
        var parts = _heads.Select(head => head.Backward(_arithmetic, _operations, attended)).ToArray();
        var (queryPath, query) = LinearBackward(_layer.Query, _attentionNorm.Output, Join(parts.Select(head => head.Query)), part);
        var (keyPath, key) = LinearBackward(_layer.Key, _attentionNorm.Output, Join(parts.Select(head => head.Key)), part);
        var (valuePath, value) = LinearBackward(_layer.Value, _attentionNorm.Output, Join(parts.Select(head => head.Value)), part);
        var all = _arithmetic.Add(valuePath, _arithmetic.Add(queryPath, keyPath))!;
        var (attentionInput, attentionNorm) = NormBackward(_attentionNorm, all, part);
        return (_arithmetic.Add(middle, attentionInput)!, new AuxiliaryLayer
        {
            AttentionNorm = attentionNorm,
            Query = query,
            Key = key,
            Value = value,
            Output = output,
            MlpNorm = mlpNorm,
            Inner = inner,
            Outer = outer,
        });
    }

    private Tracked Linear(LinearParameters parameters, Tracked x) => _arithmetic.Add(
        _arithmetic.TransposeAndMultiply(x, new Tracked(parameters.Weight)), TrackedOperations.Repeated(parameters.Bias, x.RowCount))!;

    private (Tracked Input, LinearParameters Parameters) LinearBackward(
        LinearParameters parameters, Tracked x, Tracked g, Func<Tracked, Matrix<double>> part) => (
        _arithmetic.Multiply(g, new Tracked(parameters.Weight)),
        new LinearParameters(part(_arithmetic.TransposeThisAndMultiply(g, x)), part(_operations.ColumnSums(g)).Column(0)));

    private (Tracked Input, LayerNormParameters Parameters) NormBackward(TrackedNorm norm, Tracked g, Func<Tracked, Matrix<double>> part)
    {
        var (input, weight, bias) = norm.Backward(_operations, g);
        return (input, new LayerNormParameters(part(weight).Column(0), part(bias).Column(0)));
    }

    /// <summary>The heads' columns side by side.</summary>
    private static Tracked Join(IEnumerable<Tracked> heads)
    {
        var all = heads.ToArray();
        return new Tracked(
            all.Select(head => head.Value).Aggregate((left, right) => left.Append(right)),
            all.Select(head => head.Error!).Aggregate((left, right) => left.Append(right)));
    }
}
