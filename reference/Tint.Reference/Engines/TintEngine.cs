using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.Primitives;

namespace Tint.Reference.Engines;

/// <summary>
/// The shape that all engines share: made for a configuration and weights, run on one sequence or a batch. <see cref="Model.ConstructedTint"/>
/// is the transformer in the transformer itself, <see cref="Simulation.SimulatedTint"/> what it computes, in closed form,
/// <see cref="Exact.ExactTint"/> the plain SGD that it approximates.
/// </summary>
/// <remarks>An engine holds no state of a run: it may be run again, and by several threads at once.</remarks>
public abstract class TintEngine
{
    /// <summary>Checks shapes and numbers once; from now on, nobody may write the weights (<see cref="ConstantArrays"/>).</summary>
    /// <exception cref="RuleViolationException">The configuration or the weights break a rule, or do not belong together.</exception>
    private protected TintEngine(TintConfiguration configuration, AuxiliaryWeights weights)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(weights);
        AdmissibleShapes.Check(configuration);
        if (weights.Configuration != configuration.Auxiliary)
        {
            throw new RuleViolationException(
                "the weights must be of the configured auxiliary model", $"{weights.Configuration}", $"use weights of {configuration.Auxiliary}");
        }

        weights.Check();
        ConstantWeights.Mark(weights);
        (Configuration, Weights, Plan) = (configuration, weights, weights.Plan);
        Plan.Check(configuration);
    }

    /// <summary>What the engine is called in results.</summary>
    public abstract string Name { get; }

    /// <summary>The TinT's shape and options.</summary>
    public TintConfiguration Configuration { get; }

    /// <summary>The auxiliary model's weights, from which every sequence starts.</summary>
    public AuxiliaryWeights Weights { get; }

    /// <summary>The auxiliary model's plan, with the tables that its scores read.</summary>
    internal ModelPlan Plan { get; }

    /// <summary>Whether results carry <see cref="TintResult.Trace"/>.</summary>
    public bool RecordTrace { get; init; }

    /// <summary>Called at the end of every stage of a run; sequences of a batch run side by side and call it at once.</summary>
    public Action<PassStage>? Observer { get; init; }

    /// <summary>Trains on one sequence and predicts it.</summary>
    /// <exception cref="RuleViolationException">The sequence breaks a rule, or the run leaves the finite numbers.</exception>
    public TintResult Run(TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        Check(sequence);
        return RunChecked(sequence);
    }

    /// <summary>
    /// Trains on and predicts every sequence on its own, side by side: sequences do not mix, and each trains its own copy of the weights. The
    /// losses are averaged over the whole batch.
    /// </summary>
    /// <exception cref="RuleViolationException">The batch is empty, a sequence breaks a rule, or its run leaves the finite numbers.</exception>
    public TintBatchResult Run(IReadOnlyList<TokenSequence> batch)
    {
        Check(batch);
        return new TintBatchResult(RunChecked(batch));
    }

    /// <summary>The name, the configuration, and what products run on.</summary>
    public override string ToString() => $"{Name} of a {Configuration}{Environment.NewLine}  products on {LinearAlgebraProviders.InUse}";

    /// <summary>Runs a sequence that breaks no rule.</summary>
    internal abstract TintResult RunChecked(TokenSequence sequence);

    /// <summary>Runs sequences that break no rule; here side by side.</summary>
    internal virtual IReadOnlyList<TintResult> RunChecked(IReadOnlyList<TokenSequence> batch) => InParallel.Select(batch, RunChecked);

    /// <summary>Checks a sequence, and that weights are of this engine's model: those that it has, after some steps.</summary>
    private protected void Check(AuxiliaryWeights weights, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(sequence);
        if (weights.Configuration != Configuration.Auxiliary)
        {
            throw new RuleViolationException("the weights must be of the engine's model", $"{weights.Configuration}", $"use weights of {Configuration.Auxiliary}");
        }

        if (!Configuration.Optimiser.IsPlain)
        {
            throw new RuleViolationException("steps one by one are those of plain SGD", $"{Configuration.Optimiser}", "run the engine as a whole");
        }

        sequence.Check(Configuration.Auxiliary);
    }

    /// <summary>Checks that a batch has sequences, and each of them.</summary>
    private protected void Check(IReadOnlyList<TokenSequence> batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Count == 0)
        {
            throw new RuleViolationException("a batch must have at least one sequence", "none", "pass a sequence");
        }

        for (var index = 0; index < batch.Count; index++)
        {
            if (batch[index] is not { } sequence)
            {
                throw new RuleViolationException("a batch must have a sequence in every place", $"null in place {index}", "leave it out");
            }

            Check(sequence);
        }
    }

    private void Check(TokenSequence sequence)
    {
        sequence.Check(Configuration.Auxiliary);
        if (Configuration.SgdSteps > 0)
        {
            _ = sequence.LossWeight(Configuration.Optimiser);
        }
    }
}
