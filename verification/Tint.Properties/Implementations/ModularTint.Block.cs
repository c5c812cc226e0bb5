using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Properties.Implementations;

/// <content>One block, forward and backward.</content>
public partial class ModularTint
{
    /// <summary>LN → attention → output projection → + residual → LN → MLP in C chunks, summed → + residual; [T × D_aux] and the memory.</summary>
    protected virtual (Matrix<double> Output, ModularMemory Memory) ForwardBlock(
        TintConfiguration configuration, AuxiliaryLayer layer, Matrix<double> x, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(sequence);
        var (normalized, attentionNorm) = LayerNormForward(configuration, layer.AttentionNorm, x);
        var (attended, attention) = AttentionForward(
            configuration, layer.Query, layer.Key, layer.Value, normalized, sequence.IclMask);
        var (h, output) = LinearForward(configuration, layer.Output, attended);
        h = AddResidual(h, x);

        (normalized, var mlpNorm) = LayerNormForward(configuration, layer.MlpNorm, h);
        Matrix<double>? sum = null;
        var chunks = new List<(Matrix<double>, Matrix<double>, Matrix<double>)>();
        for (var c = 0; c < configuration.Auxiliary.MlpChunkCount; c++)
        {
            var (z, inner) = LinearForward(configuration, InnerChunk(configuration, layer, c), normalized);
            var (a, activation) = ActivationForward(configuration, z);
            var (part, outer) = LinearForward(configuration, OuterChunk(configuration, layer, c), a);
            sum = sum is null ? part : SumChunks(sum, part);
            chunks.Add((inner, activation, outer));
        }

        return (AddResidual(sum!, h), new ModularMemory(attentionNorm, attention, output, mlpNorm, chunks));
    }

    /// <summary>The forward block in reverse: the gradient at its input, [T × D_aux], and the block after the step.</summary>
    protected virtual (Matrix<double> Gradient, AuxiliaryLayer Updated) BackwardBlock(
        TintConfiguration configuration, AuxiliaryLayer layer, Matrix<double> gradient, ModularMemory memory, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(sequence);
        var chunkCount = configuration.Auxiliary.MlpChunkCount;
        var (inner, outer) = (new LinearParameters[chunkCount], new LinearParameters[chunkCount]);
        Matrix<double>? sum = null;
        for (var c = chunkCount - 1; c >= 0; c--)
        {
            var kept = memory.Chunks[c];
            (var g, outer[c]) = BackwardOuter(configuration, OuterChunk(configuration, layer, c), gradient, kept.Outer, sequence);
            g = ActivationBackward(configuration, g, kept.Activation);
            (g, inner[c]) = BackwardLinear(configuration, InnerChunk(configuration, layer, c), g, kept.Inner, sequence);
            sum = sum is null ? g : SumChunks(sum, g);
        }

        var (passed, mlpNorm) = BackwardNorm(configuration, layer.MlpNorm, sum!, memory.MlpNorm, sequence);
        var residual = AddResidualGradient(passed, gradient);
        (passed, var output) = BackwardLinear(configuration, layer.Output, residual, memory.Output, sequence);
        (passed, var value) = AttentionBackwardDescent(
            configuration, layer.Value, passed, memory.Attention, sequence.TrainMask, sequence.IclMask);
        (passed, var attentionNorm) = BackwardNorm(configuration, layer.AttentionNorm, passed, memory.AttentionNorm, sequence);
        return (AddResidualGradient(passed, residual), layer with
        {
            AttentionNorm = attentionNorm,
            Value = value,
            Output = output,
            MlpNorm = mlpNorm,
            Inner = JoinInner(inner),
            Outer = JoinOuter(outer),
        });
    }

    /// <summary>Chunk c of the inner layer: rows cD … (c+1)D of W₁ and b₁.</summary>
    protected virtual LinearParameters InnerChunk(TintConfiguration configuration, AuxiliaryLayer layer, int chunk)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(layer);
        var width = configuration.Auxiliary.HiddenSize;
        return new LinearParameters(
            layer.Inner.Weight.SubMatrix(chunk * width, width, 0, width), layer.Inner.Bias.SubVector(chunk * width, width));
    }

    /// <summary>Chunk c of the outer layer: columns cD … (c+1)D of W₂, and b₂/C.</summary>
    protected virtual LinearParameters OuterChunk(TintConfiguration configuration, AuxiliaryLayer layer, int chunk)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(layer);
        var width = configuration.Auxiliary.HiddenSize;
        return new LinearParameters(
            layer.Outer.Weight.SubMatrix(0, width, chunk * width, width),
            layer.Outer.Bias.Divide(configuration.Auxiliary.MlpChunkCount));
    }

    /// <summary>Adds a chunk's output, or in the backward pass its input gradient, to those before it.</summary>
    protected virtual Matrix<double> SumChunks(Matrix<double> sum, Matrix<double> chunk)
    {
        ArgumentNullException.ThrowIfNull(sum);
        return sum.Add(chunk);
    }

    /// <summary>The inner layer from its chunks, one below the other.</summary>
    protected virtual LinearParameters JoinInner(IReadOnlyList<LinearParameters> chunks)
    {
        ArgumentNullException.ThrowIfNull(chunks);
        return new LinearParameters(
            chunks.Select(chunk => chunk.Weight).Aggregate((above, below) => above.Stack(below)),
            Vector<double>.Build.DenseOfEnumerable(chunks.SelectMany(chunk => chunk.Bias)));
    }

    /// <summary>The outer layer from its chunks, side by side; its bias is the sum of their shares.</summary>
    protected virtual LinearParameters JoinOuter(IReadOnlyList<LinearParameters> chunks)
    {
        ArgumentNullException.ThrowIfNull(chunks);
        return new LinearParameters(
            chunks.Select(chunk => chunk.Weight).Aggregate((left, right) => left.Append(right)),
            chunks.Select(chunk => chunk.Bias).Aggregate((sum, bias) => sum + bias));
    }

    /// <summary>Backward and descent of a normalisation; backward reads the weights before the descent.</summary>
    protected virtual (Matrix<double> Gradient, LayerNormParameters Updated) BackwardNorm(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        return (
            LayerNormBackward(configuration, layer, gradient, memory),
            LayerNormDescent(configuration, layer, gradient, memory, sequence.TrainMask));
    }

    /// <summary>Backward and descent of a linear layer; backward reads the weights before the descent.</summary>
    protected virtual (Matrix<double> Gradient, LinearParameters Updated) BackwardLinear(
        TintConfiguration configuration, LinearParameters layer, Matrix<double> gradient, Matrix<double> memory, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        return (
            LinearBackward(configuration, layer, gradient),
            LinearDescent(configuration, layer, gradient, memory, sequence.TrainMask));
    }

    /// <summary>
    /// As <see cref="BackwardLinear"/> for a chunk of the outer layer, whose bias learns with η/C where departure V2 is off: the C shares
    /// then move by η Σ m g together.
    /// </summary>
    protected virtual (Matrix<double> Gradient, LinearParameters Updated) BackwardOuter(
        TintConfiguration configuration, LinearParameters layer, Matrix<double> gradient, Matrix<double> memory, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(sequence);
        var (passed, updated) = BackwardLinear(configuration, layer, gradient, memory, sequence);
        if (configuration.Departures.MlpBiasLearntPerChunk)
        {
            return (passed, updated);
        }

        var slower = configuration with { InnerLearningRate = configuration.InnerLearningRate / configuration.Auxiliary.MlpChunkCount };
        return (passed, updated with { Bias = LinearDescent(slower, layer, gradient, memory, sequence.TrainMask).Bias });
    }
}
