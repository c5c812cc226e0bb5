using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;

namespace Tint.Properties.Implementations;

/// <summary>An implementation of TinT: its modules and its whole models.</summary>
public interface ITint : ITintModules
{
    /// <summary>Runs a whole model on a batch.</summary>
    public TintOutcome Run(TintConfiguration configuration, AuxiliaryWeights weights, IReadOnlyList<TokenSequence> batch);
}
