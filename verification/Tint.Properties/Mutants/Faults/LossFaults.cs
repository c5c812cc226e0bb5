using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Input;

namespace Tint.Properties.Mutants.Faults;

/// <summary>Faults of the loss gradient.</summary>
internal static class LossFaults
{
    private const int TokensPerBlock = 256;

    public static IReadOnlyList<Mutant> All { get; } =
    [
        Faulty.Mutant(
            "loss.second-block-reads-first",
            "The gradient at t ≥ 256 is made from the output at t mod 256.",
            "work divided into blocks of tokens, an offset forgotten in one of its places",
            Faulty.LossGradient(correct => (configuration, embedding, y, sequence) =>
                correct(configuration, embedding, y.MapIndexed((t, d, _) => y.At(t % TokensPerBlock, d), Zeros.Include), sequence))),
        Faulty.Mutant(
            "loss.averaged",
            "The loss gradient is divided by T.",
            "a cross-entropy with its default reduction",
            Faulty.LossGradient(correct => (configuration, embedding, y, sequence) =>
                correct(configuration, embedding, y, sequence) / sequence.Length)),
        Faulty.Mutant(
            "loss.target-not-shifted",
            "The target at t is token t, not t + 1.",
            "labels passed to a loss that does not shift them",
            Faulty.LossGradient(correct => (configuration, embedding, y, sequence) =>
                correct(configuration, embedding, y, sequence with { InputIds = Masks.Later(sequence.InputIds) }))),
        Faulty.Mutant(
            "loss.mask-not-shifted",
            "The gradient at t is multiplied by m_t, not m_{t+1}.",
            "targets shifted and their mask forgotten",
            Faulty.LossGradient(correct => (configuration, embedding, y, sequence) =>
                correct(configuration, embedding, y, sequence with { TrainMask = Masks.Later(sequence.TrainMask) }))),
        Faulty.Mutant(
            "loss.last-position-flipped",
            "The last position's gradient is masked where it should not be, and the other way round.",
            "the position without a target dropped, as losses usually do (deviation V4 left out)",
            Faulty.LossGradient(correct => (configuration, embedding, y, sequence) => correct(
                configuration with
                {
                    Departures = configuration.Departures with { LastPositionUnmasked = !configuration.Departures.LastPositionUnmasked },
                },
                embedding,
                y,
                sequence))),
        Faulty.Mutant(
            "loss.last-target-wraps",
            "The last position's target is the first token.",
            "targets shifted by a cyclic roll",
            Faulty.LossGradient(correct => (configuration, embedding, y, sequence) =>
            {
                var gradient = correct(configuration, embedding, y, sequence);
                var last = sequence.Length - 1;
                return configuration.Departures.LastPositionUnmasked
                    ? gradient.MapIndexed((t, d, g) => t == last ? g - embedding.At(sequence.InputIds[0], d) : g)
                    : gradient;
            })),
        Faulty.Mutant(
            "loss.gradient-mask-ignored",
            "The gradient mask does nothing.",
            "an optional argument not handed on",
            Faulty.LossGradient(correct => (configuration, embedding, y, sequence) =>
                correct(configuration, embedding, y, sequence with { GradientMask = null }))),
        Faulty.Mutant(
            "loss.gradient-mask-not-shifted",
            "The gradient at t is multiplied by the gradient mask at t, not t + 1.",
            "one of two masks shifted with the targets",
            Faulty.LossGradient(correct => (configuration, embedding, y, sequence) => correct(
                configuration,
                embedding,
                y,
                sequence with { GradientMask = sequence.GradientMask is { } mask ? Masks.Later(mask) : null }))),
        Faulty.Mutant(
            "loss.gradient-mask-for-train-mask",
            "Where there is a gradient mask, the train mask does not multiply the gradient.",
            "one mask that takes the other's place and is not combined with it",
            Faulty.LossGradient(correct => (configuration, embedding, y, sequence) => correct(
                configuration, embedding, y, sequence with { TrainMask = sequence.GradientMask ?? sequence.TrainMask }))),
        Faulty.Mutant(
            "loss.quad-without-target",
            "The quadratic loss's gradient is EᵀE y.",
            "the linear term of ½‖E y‖² − ⟨e, y⟩ left out",
            Faulty.LossGradient(correct => (configuration, embedding, y, sequence) =>
            {
                var gradient = correct(configuration, embedding, y, sequence);
                return configuration.Loss == LossKind.Quad
                    ? gradient.MapIndexed((t, d, g) => g + Target(embedding, sequence, t, d))
                    : gradient;
            })),
    ];

    /// <summary>Entry d of the target's embedding at t, where t has a target that counts.</summary>
    private static double Target(Matrix<double> embedding, TokenSequence sequence, int t, int d)
    {
        var next = t + 1;
        return next < sequence.Length && sequence.TrainMask[next] == 1 && (sequence.GradientMask?[next] ?? 1) == 1
            ? embedding.At(sequence.InputIds[next], d)
            : 0;
    }
}
