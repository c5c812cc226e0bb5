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
        new()
        {
            Name = "loss.second-block-reads-first",
            Fault = "The gradient at t ≥ 256 is made from the output at t mod 256.",
            Models = "work divided into blocks of tokens, an offset forgotten in one of its places",
            Apply = modules => new FaultyModules(modules)
            {
                LossGradientFault = correct => (configuration, embedding, y, sequence) =>
                    correct(configuration, embedding, y.MapIndexed((t, d, _) => y.At(t % TokensPerBlock, d), Zeros.Include), sequence),
            },
        },
        new()
        {
            Name = "loss.averaged",
            Fault = "The loss gradient is divided by T.",
            Models = "a cross-entropy with its default reduction",
            Apply = modules => new FaultyModules(modules)
            {
                LossGradientFault = correct => (configuration, embedding, y, sequence) =>
                    correct(configuration, embedding, y, sequence) / sequence.Length,
            },
        },
        new()
        {
            Name = "loss.target-not-shifted",
            Fault = "The target at t is token t, not t + 1.",
            Models = "labels passed to a loss that does not shift them",
            Apply = modules => new FaultyModules(modules)
            {
                LossGradientFault = correct => (configuration, embedding, y, sequence) =>
                    correct(configuration, embedding, y, sequence with { InputIds = Masks.Later(sequence.InputIds) }),
            },
        },
        new()
        {
            Name = "loss.mask-not-shifted",
            Fault = "The gradient at t is multiplied by m_t, not m_{t+1}.",
            Models = "targets shifted and their mask forgotten",
            Apply = modules => new FaultyModules(modules)
            {
                LossGradientFault = correct => (configuration, embedding, y, sequence) =>
                    correct(configuration, embedding, y, sequence with { TrainMask = Masks.Later(sequence.TrainMask) }),
            },
        },
        new()
        {
            Name = "loss.last-position-flipped",
            Fault = "The last position's gradient is masked where it should not be, and the other way round.",
            Models = "the position without a target dropped, as losses usually do (deviation V4 left out)",
            Apply = modules => new FaultyModules(modules)
            {
                LossGradientFault = correct => (configuration, embedding, y, sequence) => correct(
                    configuration with
                    {
                        Departures = configuration.Departures with { LastPositionUnmasked = !configuration.Departures.LastPositionUnmasked },
                    },
                    embedding,
                    y,
                    sequence),
            },
        },
        new()
        {
            Name = "loss.last-target-wraps",
            Fault = "The last position's target is the first token.",
            Models = "targets shifted by a cyclic roll",
            Apply = modules => new FaultyModules(modules)
            {
                LossGradientFault = correct => (configuration, embedding, y, sequence) =>
                {
                    var gradient = correct(configuration, embedding, y, sequence);
                    var last = sequence.Length - 1;
                    return configuration.Departures.LastPositionUnmasked
                        ? gradient.MapIndexed((t, d, g) => t == last ? g - embedding.At(sequence.InputIds[0], d) : g)
                        : gradient;
                },
            },
        },
        new()
        {
            Name = "loss.gradient-mask-ignored",
            Fault = "The gradient mask does nothing.",
            Models = "an optional argument not handed on",
            Apply = modules => new FaultyModules(modules)
            {
                LossGradientFault = correct => (configuration, embedding, y, sequence) =>
                    correct(configuration, embedding, y, sequence with { GradientMask = null }),
            },
        },
        new()
        {
            Name = "loss.gradient-mask-not-shifted",
            Fault = "The gradient at t is multiplied by the gradient mask at t, not t + 1.",
            Models = "one of two masks shifted with the targets",
            Apply = modules => new FaultyModules(modules)
            {
                LossGradientFault = correct => (configuration, embedding, y, sequence) => correct(
                    configuration,
                    embedding,
                    y,
                    sequence with { GradientMask = sequence.GradientMask is { } mask ? Masks.Later(mask) : null }),
            },
        },
        new()
        {
            Name = "loss.gradient-mask-for-train-mask",
            Fault = "Where there is a gradient mask, the train mask does not multiply the gradient.",
            Models = "one mask that takes the other's place and is not combined with it",
            Apply = modules => new FaultyModules(modules)
            {
                LossGradientFault = correct => (configuration, embedding, y, sequence) => correct(
                    configuration, embedding, y, sequence with { TrainMask = sequence.GradientMask ?? sequence.TrainMask }),
            },
        },
        new()
        {
            Name = "loss.quad-without-target",
            Fault = "The quadratic loss's gradient is EᵀE y.",
            Models = "the linear term of ½‖E y‖² − ⟨e, y⟩ left out",
            Apply = modules => new FaultyModules(modules)
            {
                LossGradientFault = correct => (configuration, embedding, y, sequence) =>
                {
                    var gradient = correct(configuration, embedding, y, sequence);
                    return configuration.Loss == LossKind.Quad
                        ? gradient.MapIndexed((t, d, g) => g + Target(embedding, sequence, t, d))
                        : gradient;
                },
            },
        },
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
