using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Families;
using Tint.Reference.Input;

namespace Tint.Reference.Certificates;

/// <summary>Bounds on simulated minus true gradient for a model of any family: <see cref="ModelCertificate"/> with the family's exact model as the truth.</summary>
public static class FamilyCertificate
{
    /// <summary>Runs both forward passes and the simulated backward pass, and certifies every step.</summary>
    /// <param name="configuration">The TinT, with backpropagation through attention, that learns by cross-entropy.</param>
    /// <param name="model">The family's model.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="sequence">One sequence.</param>
    /// <exception cref="RuleViolationException">Configuration, weights or sequence break a rule.</exception>
    public static ModelCertificate Of(TintConfiguration configuration, FamilyConfiguration model, AuxiliaryWeights weights, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(sequence);
        AdmissibleShapes.Check(configuration);
        weights.Plan.Check(configuration);
        var (_, gradient) = FamilyLoss.Of(configuration, model.Exact(model.Parameters(weights), FamilyLoss.Input(sequence)).Logits, sequence);
        return PlanCertificate.Of(configuration, weights, sequence, gradient * EndTables.Of(weights).Head);
    }
}
