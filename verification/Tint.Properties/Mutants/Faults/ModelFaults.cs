using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Properties.Mutants.Faults;

/// <summary>Faults of whole models: embedding, head, which layers and weights a step takes, and what sequences share.</summary>
internal static class ModelFaults
{
    public static IReadOnlyList<Mutant> All { get; } =
    [
        Faulty.Mutant(
            "model.position-off-by-one",
            "Token t gets row t + 1 of the position table, the last the first.",
            "OPT's offset of its position table counted once too often",
            modules => new PositionOffByOne(modules)),
        Faulty.Mutant(
            "model.opt-positions-offset",
            "In OPT models token t gets row t + 2 of the position table, the last two the first.",
            "the two rows in front of OPT's table dropped on import and skipped again",
            modules => new OptPositionsOffset(modules)),
        Faulty.Mutant(
            "model.head-off-by-one",
            "Logit v is the product with row v + 1 of E, the last with the first.",
            "a head of its own, padded in another place than the embedding",
            modules => new HeadOffByOne(modules)),
        Faulty.Mutant(
            "model.top-layers-off-by-one",
            "The lowest of the layers to train is left alone.",
            "a range that ends one too early",
            modules => new TopLayersOffByOne(modules)),
        Faulty.Mutant(
            "model.final-norm-untrained",
            "The final norm is left alone.",
            "the descent run over blocks only",
            modules => new FinalNormUntrained(modules)),
        Faulty.Mutant(
            "model.embedding-trained",
            "A step moves the embedding of each target that is trained on by η y_t.",
            "the tied head's gradient taken along",
            modules => new EmbeddingTrained(modules)),
        Faulty.Mutant(
            "model.separate-blocks-untrained",
            "Where passes do not share blocks, the last forward pass runs on the weights that came in.",
            "prefixes of separate blocks loaded when the model is built",
            modules => new SeparateBlocksUntrained(modules),
            unseenByFixtures: "a case's configuration does not say whether passes share blocks, and none is run with separate ones"),
        Faulty.Mutant(
            "model.step-from-original",
            "Every step subtracts its update from the weights that came in.",
            "prefixes loaded from the auxiliary model again before each step",
            modules => new StepFromOriginal(modules)),
        Faulty.Mutant(
            "model.stale-memory",
            "Every step reads the memory of the first forward pass.",
            "memory cached once and not replaced",
            modules => new StaleMemory(modules)),
        Faulty.Mutant(
            "model.one-step-too-few",
            "One step fewer is taken.",
            "the first forward pass counted as a step",
            modules => new OneStepTooFew(modules)),
        Faulty.Mutant(
            "model.sequences-share-weights",
            "A sequence begins with the weights that the one before it ended with.",
            "prefixes updated in place and used for the whole batch",
            modules => new SequencesShareWeights(modules)),
        Faulty.Mutant(
            "model.first-train-mask-for-all",
            "The first sequence's train mask is used for every sequence of its length.",
            "a mask built for one sequence and broadcast over the batch",
            modules => new FirstTrainMaskForAll(modules)),
        Faulty.Mutant(
            "model.loss-mean-of-means",
            "The reported loss averages the means of the sequences, not all labels together.",
            "a batch loss put together from losses of sequences; no training can show it",
            modules => new LossMeanOfMeans(modules),
            unseenByProof: "the reported loss is a logarithm, which no claim compares"),
        Faulty.Mutant(
            "model.mlp-bias-switch-ignored",
            "The MLP's output bias learns C times too fast even where departure V2 is turned off.",
            "an option that nothing reads",
            modules => new MlpBiasSwitchIgnored(modules),
            unseenByFixtures: "fixtures come from the published code, in which departure V2 is always on"),
        Faulty.Mutant(
            "model.last-position-switch-ignored",
            "The last position's loss gradient is kept even where departure V4 is turned off.",
            "an option that nothing reads",
            Faulty.LossGradient(correct => (configuration, embedding, y, sequence) => correct(
                configuration with { Departures = configuration.Departures with { LastPositionUnmasked = true } }, embedding, y, sequence)),
            unseenByFixtures: "fixtures come from the published code, in which departure V4 is always on"),
    ];

    /// <summary>Row t is row t + offset of the position table, cyclically.</summary>
    private static AuxiliaryWeights Shifted(AuxiliaryWeights weights, int offset)
    {
        var table = weights.PositionEmbedding;
        return weights with
        {
            PositionEmbedding = Matrix<double>.Build.Dense(
                table.RowCount, table.ColumnCount, (t, d) => table.At((t + offset) % table.RowCount, d)),
        };
    }

    private sealed class PositionOffByOne(ITintModules modules) : MutantTint(modules)
    {
        protected override Matrix<double> Embed(AuxiliaryWeights weights, TokenSequence sequence) =>
            base.Embed(Shifted(weights, 1), sequence);
    }

    private sealed class OptPositionsOffset(ITintModules modules) : MutantTint(modules)
    {
        protected override Matrix<double> Embed(AuxiliaryWeights weights, TokenSequence sequence) =>
            base.Embed(weights.Configuration.Family == AuxiliaryFamily.Opt ? Shifted(weights, 2) : weights, sequence);
    }

    private sealed class EmbeddingTrained(ITintModules modules) : MutantTint(modules)
    {
        protected override AuxiliaryWeights TakeStep(
            TintConfiguration configuration,
            AuxiliaryWeights weights,
            Matrix<double> output,
            IReadOnlyList<BlockMemory?> memories,
            LayerNormMemory normMemory,
            int firstTrained,
            TokenSequence sequence)
        {
            var embedding = weights.TokenEmbedding.Clone();
            for (var t = 0; t + 1 < sequence.Length; t++)
            {
                var (target, step) = (sequence.InputIds[t + 1], configuration.InnerLearningRate * sequence.TrainMask[t + 1]);
                embedding.SetRow(target, embedding.Row(target) + (output.Row(t) * step));
            }

            return base.TakeStep(configuration, weights, output, memories, normMemory, firstTrained, sequence) with { TokenEmbedding = embedding };
        }
    }

    private sealed class SeparateBlocksUntrained(ITintModules modules) : MutantTint(modules)
    {
        protected override TintOutcome.OfSequence RunOne(TintConfiguration configuration, AuxiliaryWeights weights, TokenSequence sequence)
        {
            var outcome = base.RunOne(configuration, weights, sequence);
            return configuration.ShareBlocks ? outcome : outcome with { Logits = outcome.OriginalLogits };
        }
    }

    private sealed class HeadOffByOne(ITintModules modules) : MutantTint(modules)
    {
        protected override Matrix<double> Logits(AuxiliaryWeights weights, Matrix<double> output)
        {
            var logits = base.Logits(weights, output);
            return Matrix<double>.Build.Dense(
                logits.RowCount, logits.ColumnCount, (t, v) => logits.At(t, (v + 1) % logits.ColumnCount));
        }
    }

    private sealed class TopLayersOffByOne(ITintModules modules) : MutantTint(modules)
    {
        protected override int FirstTrainedLayer(TintConfiguration configuration) =>
            Math.Min(configuration.Auxiliary.LayerCount, base.FirstTrainedLayer(configuration) + 1);
    }

    private sealed class FinalNormUntrained(ITintModules modules) : MutantTint(modules)
    {
        protected override AuxiliaryWeights TakeStep(
            TintConfiguration configuration,
            AuxiliaryWeights weights,
            Matrix<double> output,
            IReadOnlyList<BlockMemory?> memories,
            LayerNormMemory normMemory,
            int firstTrained,
            TokenSequence sequence) =>
            base.TakeStep(configuration, weights, output, memories, normMemory, firstTrained, sequence) with { FinalNorm = weights.FinalNorm };
    }

    private sealed class StepFromOriginal(ITintModules modules) : MutantTint(modules)
    {
        private AuxiliaryWeights? _original;

        /// <summary>Runs on an instance of its own, which remembers the weights that the sequence came in with.</summary>
        protected override TintOutcome.OfSequence RunOne(TintConfiguration configuration, AuxiliaryWeights weights, TokenSequence sequence) =>
            _original is null
                ? new StepFromOriginal(Modules) { _original = weights }.RunOne(configuration, weights, sequence)
                : base.RunOne(configuration, weights, sequence);

        protected override AuxiliaryWeights TakeStep(
            TintConfiguration configuration,
            AuxiliaryWeights weights,
            Matrix<double> output,
            IReadOnlyList<BlockMemory?> memories,
            LayerNormMemory normMemory,
            int firstTrained,
            TokenSequence sequence) =>
            base.TakeStep(configuration, _original!, output, memories, normMemory, firstTrained, sequence);
    }

    private sealed class StaleMemory(ITintModules modules) : MutantTint(modules)
    {
        private bool _ofOneSequence;
        private (IReadOnlyList<BlockMemory?> Memories, LayerNormMemory Norm)? _first;

        /// <summary>Runs on an instance of its own, which remembers the sequence's first memory.</summary>
        protected override TintOutcome.OfSequence RunOne(TintConfiguration configuration, AuxiliaryWeights weights, TokenSequence sequence) =>
            _ofOneSequence
                ? base.RunOne(configuration, weights, sequence)
                : new StaleMemory(Modules) { _ofOneSequence = true }.RunOne(configuration, weights, sequence);

        protected override AuxiliaryWeights TakeStep(
            TintConfiguration configuration,
            AuxiliaryWeights weights,
            Matrix<double> output,
            IReadOnlyList<BlockMemory?> memories,
            LayerNormMemory normMemory,
            int firstTrained,
            TokenSequence sequence)
        {
            var (kept, norm) = _first ??= (memories, normMemory);
            return base.TakeStep(configuration, weights, output, kept, norm, firstTrained, sequence);
        }
    }

    private sealed class OneStepTooFew(ITintModules modules) : MutantTint(modules)
    {
        protected override int StepCount(TintConfiguration configuration) => Math.Max(0, base.StepCount(configuration) - 1);
    }

    private sealed class SequencesShareWeights(ITintModules modules) : MutantTint(modules)
    {
        public override TintOutcome Run(TintConfiguration configuration, AuxiliaryWeights weights, IReadOnlyList<TokenSequence> batch)
        {
            var outcomes = new List<TintOutcome.OfSequence>();
            foreach (var sequence in batch)
            {
                var outcome = base.Run(configuration, weights, [sequence]).Sequences[0];
                outcomes.Add(outcome);
                weights = outcome.UpdatedWeights;
            }

            return new TintOutcome(
                outcomes,
                ReportedLoss(batch, [.. outcomes.Select(outcome => outcome.OriginalLogits)]),
                ReportedLoss(batch, [.. outcomes.Select(outcome => outcome.Logits)]));
        }
    }

    private sealed class FirstTrainMaskForAll(ITintModules modules) : MutantTint(modules)
    {
        public override TintOutcome Run(TintConfiguration configuration, AuxiliaryWeights weights, IReadOnlyList<TokenSequence> batch) =>
            base.Run(configuration, weights, [.. batch.Select(sequence =>
                sequence.Length == batch[0].Length ? sequence with { TrainMask = batch[0].TrainMask } : sequence)]);
    }

    private sealed class LossMeanOfMeans(ITintModules modules) : MutantTint(modules)
    {
        protected override double? ReportedLoss(IReadOnlyList<TokenSequence> batch, IReadOnlyList<Matrix<double>> logits)
        {
            var means = batch.Zip(logits).Select(pair => base.ReportedLoss([pair.First], [pair.Second])).OfType<double>().ToArray();
            return means.Length == 0 ? null : means.Average();
        }
    }

    private sealed class MlpBiasSwitchIgnored(ITintModules modules) : MutantTint(modules)
    {
        protected override (Matrix<double> Gradient, LinearParameters Updated) BackwardOuter(
            TintConfiguration configuration, LinearParameters layer, Matrix<double> gradient, Matrix<double> memory, TokenSequence sequence) =>
            base.BackwardOuter(
                configuration with { Departures = configuration.Departures with { MlpBiasLearntPerChunk = true } },
                layer,
                gradient,
                memory,
                sequence);
    }
}
