using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Input;

namespace Tint.Reference.Families;

/// <summary>The loss that a TinT trains on, at the logits of a family's exact model.</summary>
internal static class FamilyLoss
{
    /// <summary>Cross-entropy summed over the trained targets, or its mean, and its gradient at the logits, [T × V].</summary>
    /// <exception cref="RuleViolationException">The TinT learns by another loss.</exception>
    public static (double Loss, Matrix<double> Gradient) Of(TintConfiguration configuration, Matrix<double> logits, TokenSequence sequence)
    {
        if (configuration.Loss != LossKind.CrossEntropy)
        {
            throw new RuleViolationException(
                "the exact model of a family learns by cross-entropy", $"{configuration.Loss}", $"use {nameof(LossKind.CrossEntropy)}");
        }

        double[] mask = [.. sequence.TrainMask.Select((trained, t) => trained * (sequence.GradientMask?[t] ?? 1))];
        var (loss, gradient) = ExactLogits.CrossEntropy(logits, sequence.InputIds, mask);
        var weight = sequence.LossWeight(configuration.Optimiser);
        return weight == 1 ? (loss, gradient) : (weight * loss, weight * gradient);
    }

    /// <summary>What the exact model reads of a sequence.</summary>
    /// <exception cref="RuleViolationException">Some tokens are hidden from others, or tokens have positions of their own.</exception>
    public static FamilyInput Input(TokenSequence sequence) => sequence switch
    {
        { IclMask: not null } => throw new RuleViolationException("the exact model of a family shows every earlier token", "an icl_mask", "leave it out"),
        { PositionIds: not null } => throw new RuleViolationException("the exact model of a family counts positions from 0", "position_ids", "leave them out"),
        _ => new(sequence.InputIds, sequence.EncoderIds),
    };
}
