using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;

namespace Tint.Properties.Implementations;

/// <content>One block, forward and backward.</content>
public partial class ModularTint
{
    /// <summary>The plan that blocks are walked by.</summary>
    protected virtual BlockPlan Plan(TintConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return BlockPlan.Of(configuration.Auxiliary);
    }

    /// <summary>The plan that the backward pass walks in reverse.</summary>
    protected virtual BlockPlan BackwardPlan(TintConfiguration configuration) => Plan(configuration);

    /// <summary>In how many parts a chunked body runs.</summary>
    protected virtual int Parts(Chunks chunks)
    {
        ArgumentNullException.ThrowIfNull(chunks);
        return chunks.Count;
    }

    /// <summary>The plan forward: the block's output, [T × D_aux], and its memory.</summary>
    protected virtual (Matrix<double> Output, BlockMemory Memory) ForwardBlock(
        TintConfiguration configuration, AuxiliaryLayer layer, Matrix<double> x, TokenSequence sequence)
    {
        var reading = new ModularForward(this, configuration, layer, sequence);
        var output = Walk.Forward(Plan(configuration), reading, x);
        return (output, reading.Memory);
    }

    /// <summary>The plan in reverse: the gradient at the block's input, [T × D_aux], and the block after the step.</summary>
    protected virtual (Matrix<double> Gradient, AuxiliaryLayer Updated) BackwardBlock(
        TintConfiguration configuration, AuxiliaryLayer layer, Matrix<double> gradient, BlockMemory memory, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(layer);
        var reading = new ModularBackward(this, configuration, layer, memory, sequence);
        var passed = Walk.Backward(BackwardPlan(configuration), reading, gradient);
        return (passed, reading.Updated);
    }

    /// <summary>The parameters that a normalisation reads.</summary>
    protected virtual LayerNormParameters NormAt(AuxiliaryLayer layer, Place place)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return layer.Norm(place);
    }

    /// <summary>What a chunk of a linear layer holds: rows cD … (c+1)D of W₁ and b₁, or the same columns of W₂ and b₂/C.</summary>
    protected virtual LinearParameters Part(Linear leaf, LinearParameters layer, int chunk)
    {
        return InnerChunks.Part(leaf, layer, chunk);
    }

    /// <summary>A linear layer from its chunks; the inverse of <see cref="Part"/>.</summary>
    protected virtual LinearParameters Joined(Linear leaf, IReadOnlyList<LinearParameters> parts) => InnerChunks.Joined(leaf, parts);

    /// <summary>Adds a chunk's output, or in the backward pass its input gradient, to those before it.</summary>
    protected virtual Matrix<double> SumChunks(Matrix<double> sum, Matrix<double> chunk)
    {
        ArgumentNullException.ThrowIfNull(sum);
        return sum.Add(chunk);
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

        // A share of the bias decays as the whole does.
        var (chunks, optimiser) = (configuration.Auxiliary.MlpChunkCount, configuration.Optimiser);
        var slower = configuration with
        {
            InnerLearningRate = configuration.InnerLearningRate / chunks,
            Optimiser = optimiser with { WeightDecay = optimiser.WeightDecay * chunks },
        };
        return (passed, updated with { Bias = LinearDescent(slower, layer, gradient, memory, sequence.TrainMask).Bias });
    }

    private sealed class ModularForward(ModularTint tint, TintConfiguration configuration, AuxiliaryLayer layer, TokenSequence sequence)
        : IForwardReading<Matrix<double>>
    {
        private readonly List<(Place, int, LeafMemory)> _memory = [];

        public BlockMemory Memory => new(new Placed<LeafMemory>(_memory));

        public int Parts(Chunks chunks) => tint.Parts(chunks);

        public Matrix<double> Forward(Leaf leaf, int chunk, Matrix<double> input)
        {
            var (output, memory) = leaf switch
            {
                { IsPublished: false } => throw leaf.Unread(tint.Name),
                Norm => Remembered(tint.LayerNormForward(configuration, tint.NormAt(layer, leaf.Place), input)),
                Linear linear => Remembered(tint.LinearForward(configuration, tint.Part(linear, layer.Linear(leaf.Place), chunk), input)),
                Activation => Remembered(tint.ActivationForward(configuration, input)),
                Attention attention => Remembered(tint.AttentionForward(
                    configuration,
                    layer.Linear(attention.Query.Place),
                    layer.Linear(attention.Key.Place),
                    layer.Linear(attention.Value.Place),
                    input,
                    sequence.IclMask)),
                _ => throw leaf.Unread(tint.Name),
            };
            _memory.Add((leaf.Place, chunk, memory));
            return output;
        }

        public Matrix<double> Add(Node node, Matrix<double> newer, Matrix<double> older) =>
            node is Chunks ? tint.SumChunks(older, newer) : tint.AddResidual(newer, older);

        private static (Matrix<double> Output, LeafMemory Memory) Remembered((Matrix<double> Output, LayerNormMemory Memory) result) => result;

        private static (Matrix<double> Output, LeafMemory Memory) Remembered((Matrix<double> Output, AttentionMemory Memory) result) => result;

        private static (Matrix<double> Output, LeafMemory Memory) Remembered((Matrix<double> Output, Matrix<double> Input) result) =>
            (result.Output, new InputMemory(result.Input));
    }

    private sealed class ModularBackward(
        ModularTint tint, TintConfiguration configuration, AuxiliaryLayer before, BlockMemory memory, TokenSequence sequence) : IBackwardReading<Matrix<double>>
    {
        private readonly AuxiliaryLayer _before = before;
        private readonly Dictionary<Linear, LinearParameters[]> _parts = [];
        private AuxiliaryLayer _updated = before;

        public AuxiliaryLayer Updated => _parts.Aggregate(
            _updated, (updated, parts) => updated.With(parts.Key.Place, tint.Joined(parts.Key, parts.Value)));

        public int Parts(Chunks chunks) => tint.Parts(chunks);

        public Matrix<double> Backward(Leaf leaf, int chunk, Matrix<double> gradient) => leaf switch
        {
            Norm => OfNorm(leaf.Place, gradient),
            Linear linear => OfLinear(linear, chunk, gradient),
            Activation => tint.ActivationBackward(configuration, gradient, memory.Input(leaf.Place, chunk)),
            Attention attention => OfAttention(attention, gradient),
            _ => throw leaf.Unread(tint.Name),
        };

        public Matrix<double> Add(Node node, Matrix<double> newer, Matrix<double> older) =>
            node is Chunks ? tint.SumChunks(older, newer) : tint.AddResidualGradient(newer, older);

        private Matrix<double> OfNorm(Place place, Matrix<double> gradient)
        {
            var (passed, updated) = tint.BackwardNorm(configuration, tint.NormAt(_before, place), gradient, memory.Norm(place), sequence);
            _updated = _updated.With(place, updated);
            return passed;
        }

        private Matrix<double> OfLinear(Linear linear, int chunk, Matrix<double> gradient)
        {
            var (part, kept) = (tint.Part(linear, _before.Linear(linear.Place), chunk), memory.Input(linear.Place, chunk));
            var (passed, updated) = linear.InputParts > 1
                ? tint.BackwardOuter(configuration, part, gradient, kept, sequence)
                : tint.BackwardLinear(configuration, part, gradient, kept, sequence);
            if (!_parts.TryGetValue(linear, out var parts))
            {
                parts = [.. Enumerable.Range(0, linear.OutputParts * linear.InputParts).Select(c => tint.Part(linear, _before.Linear(linear.Place), c))];
                _parts.Add(linear, parts);
            }

            parts[chunk] = updated;
            return passed;
        }

        private Matrix<double> OfAttention(Attention attention, Matrix<double> gradient)
        {
            var place = attention.Value.Place;
            var (passed, updated) = tint.AttentionBackwardDescent(
                configuration, _before.Linear(place), gradient, memory.Attention(attention.Place), sequence.TrainMask, sequence.IclMask);
            _updated = _updated.With(place, updated);
            return configuration.KeepsScorePath ? passed + OfScores(attention, gradient) : passed;
        }

        /// <summary>What goes back through queries and keys; the gate behind the score path scales the memory of x, not the layers, which are loaded after it.</summary>
        private Matrix<double> OfScores(Attention attention, Matrix<double> gradient)
        {
            var kept = memory.Attention(attention.Place);
            var (atQueries, atKeys) = tint.AttentionScoreBackward(configuration, _before.Linear(attention.Value.Place), gradient, kept, sequence.IclMask);
            var input = kept.Input * SimulatedGate.Factor(configuration);
            return Learnt(attention.Query.Place, atQueries) + Learnt(attention.Key.Place, atKeys);

            Matrix<double> Learnt(Place place, Matrix<double> at)
            {
                var (passed, updated) = tint.BackwardLinear(configuration, _before.Linear(place), at, input, sequence);
                _updated = _updated.With(place, updated);
                return passed;
            }
        }
    }
}
