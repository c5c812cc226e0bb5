using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Properties.Mutants.Faults;

/// <summary>Faults of a block: how it joins its modules.</summary>
internal static class BlockFaults
{
    public static IReadOnlyList<Mutant> All { get; } =
    [
        Faulty.Mutant(
            "block.residual-missing",
            "Blocks run attention and MLP without adding their inputs.",
            "a residual connection left out",
            modules => new ResidualMissing(modules)),
        Faulty.Mutant(
            "block.residual-gradient-missing",
            "The backward pass of a block does not add the gradient that the residual connections carry.",
            "a backward pass that mirrors the modules and not the sums between them",
            modules => new ResidualGradientMissing(modules)),
        Faulty.Mutant(
            "block.backward-after-descent",
            "The backward passes of linear layers read the weights that the descent has just written.",
            "descent and backward run in the wrong order",
            modules => new BackwardAfterDescent(modules)),
        Faulty.Mutant(
            "block.value-step-in-query",
            "The descent of attention moves W_Q and b_Q by what W_V and b_V should move.",
            "an update written to the wrong part of a fused projection",
            modules => new ValueStepInQuery(modules)),
        Faulty.Mutant(
            "block.mlp-bias-learnt-once",
            "The C shares of the MLP's output bias move by η Σ m g together where they should by C times that, and the other way round.",
            "the bias held in one place, as in the auxiliary model (deviation V2 left out)",
            modules => new MlpBiasLearntOnce(modules)),
        Faulty.Mutant(
            "block.mlp-bias-in-every-chunk",
            "Each of the C chunks adds all of the MLP's output bias.",
            "a bias copied with the weights and not divided by C",
            modules => new MlpBiasInEveryChunk(modules)),
        Faulty.Mutant(
            "block.chunks-reversed",
            "Chunk c of W₁ feeds chunk C − 1 − c of W₂.",
            "chunks popped from a stack in the order in which they were pushed",
            modules => new ChunksReversed(modules)),
    ];

    private sealed class ResidualMissing(ITintModules modules) : MutantTint(modules)
    {
        protected override Matrix<double> AddResidual(Matrix<double> output, Matrix<double> residual) => output;
    }

    private sealed class ResidualGradientMissing(ITintModules modules) : MutantTint(modules)
    {
        protected override Matrix<double> AddResidualGradient(Matrix<double> gradient, Matrix<double> residual) => gradient;
    }

    private sealed class BackwardAfterDescent(ITintModules modules) : MutantTint(modules)
    {
        protected override (Matrix<double> Gradient, LinearParameters Updated) BackwardLinear(
            TintConfiguration configuration, LinearParameters layer, Matrix<double> gradient, Matrix<double> memory, TokenSequence sequence)
        {
            var updated = LinearDescent(configuration, layer, gradient, memory, sequence.TrainMask);
            return (LinearBackward(configuration, updated, gradient), updated);
        }

        protected override (Matrix<double> InputGradient, LinearParameters Updated) BackwardValue(
            TintConfiguration configuration,
            LinearParameters value,
            Matrix<double> gradient,
            AttentionMemory memory,
            IReadOnlyList<double> trainMask)
        {
            var (_, updated) = base.BackwardValue(configuration, value, gradient, memory, trainMask);
            return (LinearBackward(configuration, updated, gradient), updated);
        }
    }

    private sealed class ValueStepInQuery(ITintModules modules) : MutantTint(modules)
    {
        protected override (Matrix<double> Gradient, AuxiliaryLayer Updated) BackwardBlock(
            TintConfiguration configuration, AuxiliaryLayer layer, Matrix<double> gradient, BlockMemory memory, TokenSequence sequence)
        {
            var (passed, updated) = base.BackwardBlock(configuration, layer, gradient, memory, sequence);
            return (passed, updated with
            {
                Value = layer.Value,
                Query = new LinearParameters(
                    layer.Query.Weight + updated.Value.Weight - layer.Value.Weight, layer.Query.Bias + updated.Value.Bias - layer.Value.Bias),
            });
        }
    }

    private sealed class MlpBiasLearntOnce(ITintModules modules) : MutantTint(modules)
    {
        protected override (Matrix<double> Gradient, LinearParameters Updated) BackwardOuter(
            TintConfiguration configuration, LinearParameters layer, Matrix<double> gradient, Matrix<double> memory, TokenSequence sequence) =>
            base.BackwardOuter(
                configuration with
                {
                    Departures = configuration.Departures with { MlpBiasLearntPerChunk = !configuration.Departures.MlpBiasLearntPerChunk },
                },
                layer,
                gradient,
                memory,
                sequence);
    }

    private sealed class MlpBiasInEveryChunk(ITintModules modules) : MutantTint(modules)
    {
        protected override LinearParameters Part(Linear leaf, LinearParameters layer, int chunk) => leaf.InputParts > 1
            ? base.Part(leaf, layer, chunk) with { Bias = layer.Bias }
            : base.Part(leaf, layer, chunk);

        protected override LinearParameters Joined(Linear leaf, IReadOnlyList<LinearParameters> parts) => leaf.InputParts > 1
            ? base.Joined(leaf, parts) with { Bias = parts[0].Bias }
            : base.Joined(leaf, parts);
    }

    private sealed class ChunksReversed(ITintModules modules) : MutantTint(modules)
    {
        protected override LinearParameters Part(Linear leaf, LinearParameters layer, int chunk) =>
            base.Part(leaf, layer, leaf.InputParts > 1 ? leaf.InputParts - 1 - chunk : chunk);

        protected override LinearParameters Joined(Linear leaf, IReadOnlyList<LinearParameters> parts) =>
            base.Joined(leaf, leaf.InputParts > 1 ? [.. parts.Reverse()] : parts);
    }
}
