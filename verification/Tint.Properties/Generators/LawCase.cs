using MathNet.Numerics.LinearAlgebra;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;

namespace Tint.Properties.Generators;

/// <summary>
/// What a law is tried on: a whole model with a batch, and signals of one sequence for laws about a module. Laws about modules take their
/// layers from <see cref="Weights"/> and their masks from the first sequence.
/// </summary>
public sealed record LawCase
{
    /// <summary>The TinT.</summary>
    public required TintConfiguration Configuration { get; init; }

    /// <summary>The auxiliary model's parameters.</summary>
    public required AuxiliaryWeights Weights { get; init; }

    /// <summary>The sequences, at least one.</summary>
    public required IReadOnlyList<TokenSequence> Batch { get; init; }

    /// <summary>x, a module's input, [T × D_aux] with T the length of the first sequence.</summary>
    public required Matrix<double> Signal { get; init; }

    /// <summary>g, a module's output gradient, [T × D_aux].</summary>
    public required Matrix<double> Gradient { get; init; }

    /// <summary>Three memory slots that no forward pass has written, [T × D_aux] each.</summary>
    public required IReadOnlyList<Matrix<double>> Memory { get; init; }

    /// <summary>The seed of what a law itself draws: a permutation, a place to cut.</summary>
    public required int Choice { get; init; }

    /// <summary>The first sequence.</summary>
    public TokenSequence Sequence => Batch[0];

    /// <summary>The lowest block.</summary>
    public AuxiliaryLayer Layer => Weights.Layers[0];

    /// <summary>The auxiliary model's shape.</summary>
    public AuxiliaryConfiguration Auxiliary => Configuration.Auxiliary;

    /// <summary>Checks everything that an implementation would check, and the shapes of the signals.</summary>
    /// <exception cref="RuleViolationException">The case is not admissible.</exception>
    public void Check()
    {
        AdmissibleShapes.Check(Configuration);
        Weights.Check();
        if (Weights.Configuration != Configuration.Auxiliary)
        {
            throw new RuleViolationException(
                "a case's weights must be of its configuration", $"{Weights.Configuration}", $"use {Configuration.Auxiliary}");
        }

        if (Batch.Count == 0)
        {
            throw new RuleViolationException("a case must have a sequence", "none", "add one");
        }

        foreach (var sequence in Batch)
        {
            sequence.Check(Configuration.Auxiliary);
        }

        Check(Signal, "the signal");
        Check(Gradient, "the gradient");
        if (Memory.Count != 3)
        {
            throw new RuleViolationException("a case must have three memory slots", $"{Memory.Count}", "pass three");
        }

        foreach (var slot in Memory)
        {
            Check(slot, "a memory slot");
        }
    }

    /// <summary>The case in words: shapes, options, masks.</summary>
    public override string ToString()
    {
        var (c, a) = (Configuration, Configuration.Auxiliary);
        var departures = c.Departures;
        var sequences = Batch.Select(sequence =>
            $"T={sequence.Length} m={string.Concat(sequence.TrainMask)}"
            + (sequence.GradientMask is null ? string.Empty : $" gradient_mask={string.Concat(sequence.GradientMask)}")
            + (sequence.IclMask is null ? string.Empty : " icl_mask")
            + (sequence.Labels is null ? string.Empty : " labels"));
        return FormattableString.Invariant(
            $"{a.Family} D={a.HiddenSize} H={a.HeadCount} L={a.LayerCount} V={a.VocabularySize} C={a.MlpChunkCount} {a.Activation} eps={a.LayerNormEpsilon:r}")
            + FormattableString.Invariant(
                $"; D_sim={c.HiddenSize} H_sim={c.HeadCount} K={c.PrefixCount} lr={c.InnerLearningRate:r} G={c.GateScale:r} N={c.FiniteDifferenceScale:r}")
            + $" restrict={c.RestrictPrefixes} attention_backward={c.BackpropagateThroughAttention} steps={c.SgdSteps} trained={c.TrainedLayers}"
            + $" {c.Loss} ln_bias_only={c.LayerNormBiasOnly} share={c.ShareBlocks}"
            + $" V2={departures.MlpBiasLearntPerChunk} V3={departures.GateLeak} V4={departures.LastPositionUnmasked} V5={departures.DenseLayerNormDescent}"
            + $"; {string.Join(", ", sequences)}";
    }

    private void Check(Matrix<double> signal, string name)
    {
        Require.Shape(signal, Sequence.Length, Configuration.Auxiliary.HiddenSize, name);
        Require.Finite(signal, name);
    }
}
