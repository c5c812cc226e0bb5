using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Input;

namespace Tint.Verification.Simulating;

/// <summary>Computes the simulated gradient of whole models.</summary>
public interface ISimulation
{
    /// <summary>The name that judgements give it.</summary>
    public string Name { get; }

    /// <summary>Runs a whole model on a batch, with its trace.</summary>
    /// <exception cref="Reference.RuleViolationException">An input breaks a rule, or the run leaves the finite numbers.</exception>
    public TintBatchResult Run(TintConfiguration configuration, AuxiliaryWeights weights, IReadOnlyList<TokenSequence> batch);
}
