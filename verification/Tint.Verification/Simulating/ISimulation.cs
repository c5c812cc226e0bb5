using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Verification.Simulating;

/// <summary>Computes the simulated gradient of whole models.</summary>
public interface ISimulation
{
    /// <summary>The name that judgements give it.</summary>
    public string Name { get; }

    /// <summary>Runs a whole model on a batch, and records its states.</summary>
    /// <exception cref="Reference.RuleViolationException">An input breaks a rule, or the run leaves the finite numbers.</exception>
    public SimulatedBatch Run(TintConfiguration configuration, AuxiliaryWeights weights, IReadOnlyList<TokenSequence> batch);
}
